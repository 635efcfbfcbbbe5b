import { type Instant, type ResourceId, SLOTS, type Slot } from '../core/model.ts';
import type { LoggedRegeneration } from '../core/posture.ts';
import { anItem, type Item, instantOf, itemIn, oneOf, textOf } from './arm.ts';

/** What of an entry is read here. */
export const READ_FIELDS = [
  'correlationId',
  'eventTimestamp',
  'operationId',
  'operationName',
  'properties',
  'resourceId',
  'status',
] as const;

/**
 * The regenerations that the log shows as succeeded, newest last. One has several entries: when it began, when the
 * service accepted it, how it ended.
 */
export function regenerationsIn(entries: readonly Item[], resource: ResourceId): readonly LoggedRegeneration[] {
  const mine = entries.flatMap((item) => entryIn(item, resource) ?? []);
  return [...Map.groupBy(mine, ({ operation }) => operation).values()]
    .flatMap((operation) => regenerationOf(operation) ?? [])
    .sort((a, b) => a.to - b.to);
}

interface Entry {
  readonly operation: string;
  readonly at: Instant;
  readonly isSuccess: boolean;
  readonly slot: Slot | null;
}

function entryIn(item: Item, resource: ResourceId): Entry | null {
  const at = instantOf(item.eventTimestamp);
  const isOurs = isOf(resource, textOf(item.resourceId));
  if (at === null || !isOurs || oneOf(wordIn(item.operationName), [REGENERATE]) === null) return null;
  return {
    // All that a script or a deployment does shares one correlation id, so that is the second choice.
    operation: textOf(item.operationId) ?? textOf(item.correlationId) ?? String(at),
    at,
    isSuccess: oneOf(wordIn(item.status), ['Succeeded']) !== null,
    slot: slotIn(anItem(item.properties)),
  };
}

const REGENERATE = 'Microsoft.SignalRService/SignalR/regenerateKey/action';

/** `value` is the invariant word, the other one is translated. */
const wordIn = (localizable: unknown): unknown => anItem(localizable).value;

function isOf(resource: ResourceId, resourceId: string | null): boolean {
  const id = resourceId?.toLowerCase() ?? resource;
  return id === resource || id.startsWith(`${resource}/`);
}

/** The request's body is logged as a text, and not by every service. */
function slotIn(properties: Item): Slot | null {
  const [, body] = Object.entries(properties).find(([name]) => name.toLowerCase() === 'requestbody') ?? [];
  return oneOf(itemIn(textOf(body))?.keyType, SLOTS);
}

function regenerationOf(entries: readonly Entry[]): LoggedRegeneration | null {
  const ends = entries.filter(({ isSuccess }) => isSuccess).map(({ at }) => at);
  if (ends.length === 0) return null;
  const slots = new Set(entries.flatMap(({ slot }) => slot ?? []));
  const [slot = null] = slots;
  return {
    slot: slots.size === 1 ? slot : null,
    from: Math.min(...entries.map(({ at }) => at)),
    to: Math.max(...ends),
  };
}
