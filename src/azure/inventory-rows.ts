import type { DeadLettersKept, DeadLettersSeen, ListedResource, Survey } from '../app/ports.ts';
import type { VaultSeen } from '../core/posture.ts';
import { partitionOf, resourceOf } from './ledger-rows.ts';
import { resourcePosture, vaultShape } from './posture-shape.ts';
import { anObject, count, instant, oneOf, orNull, type Shape, text, truth } from './shape.ts';
import { type Encoded, encode, type Row, understand } from './table-row.ts';

/** The partitions. */
export const SURVEY = 'survey';
export const RESOURCE = 'signalr';
export const VAULT = 'vault';
export const DEAD_LETTERS = 'dead-letters';

export type Kept = Encoded & { readonly partitionKey: string; readonly rowKey: string };

/** What the row keys of a subscription's resources begin with. */
export const prefixOf = (subscription: string): string => `|subscriptions|${subscription}|`;

export const encodeSurvey = (subscription: string, trouble: Survey['trouble']): Kept => ({
  partitionKey: SURVEY,
  rowKey: subscription,
  ...encode({ trouble }),
});

export const encodeResource = ({ resource, ...seen }: ListedResource): Kept => ({
  partitionKey: RESOURCE,
  rowKey: partitionOf(resource),
  ...encode(seen),
});

/** By host, so that it is found without knowing whose it is. */
export const encodeVault = ({ host, ...seen }: VaultSeen): Kept => ({
  partitionKey: VAULT,
  rowKey: host,
  ...encode(seen),
});

export const encodeDeadLetters = (kept: DeadLettersKept): Kept => ({
  partitionKey: DEAD_LETTERS,
  rowKey: DEAD_LETTERS,
  ...encode(kept),
});

// A row that cannot be understood is left out: the next survey writes it anew.

export const decodeDeadLetters = (row: Row): readonly DeadLettersKept[] => {
  const kept = understand<DeadLettersKept>(row, deadLettersShape);
  return kept === null ? [] : [kept];
};

export function decodeSurvey(row: Row): readonly Survey[] {
  const seen = understand<Pick<Survey, 'trouble'>>(row, surveyShape);
  const at = Date.parse(String(row.timestamp));
  return seen === null ? [] : [{ subscription: String(row.rowKey), at, ...seen }];
}

export function decodeResource(row: Row): readonly ListedResource[] {
  const resource = resourceOf(String(row.rowKey));
  const seen = understand<Omit<ListedResource, 'resource'>>(row, resourceShape);
  return resource === null || seen === null ? [] : [{ resource, ...seen }];
}

export function decodeVault(row: Row): readonly VaultSeen[] {
  const seen = understand<Omit<VaultSeen, 'host'>>(row, vaultShape);
  return seen === null ? [] : [{ host: String(row.rowKey), ...seen }];
}

const surveyShape: Shape<Pick<Survey, 'trouble'>> = { trouble: oneOf(null, 'forbidden', 'unavailable') };

const resourceShape: Shape<Omit<ListedResource, 'resource'>> = {
  name: text,
  createdAt: orNull(instant),
  posture: resourcePosture,
};

const deadLettersShape: Shape<DeadLettersKept> = {
  seen: orNull(
    anObject<DeadLettersSeen>({
      container: text,
      count,
      isMore: truth,
      oldestAt: orNull(instant),
      newestAt: orNull(instant),
    }),
  ),
  isBlind: truth,
  alertedAt: orNull(instant),
};
