import { isIP } from 'node:net';
import { z } from 'zod';
import { type Duration, parseResourceId, type ResourceId, type Target } from '../../core/model.ts';
import type { IncomingEvent } from './event.ts';
import type { Installed, Intake, Known, Reason, Wanted } from './intake.ts';
import { membersOf, principalIn } from './tolerant.ts';

export const RESOURCE_ACTION_SUCCESS = 'Microsoft.Resources.ResourceActionSuccess';

const LIST_KEYS = 'microsoft.signalrservice/signalr/listkeys/action';
const REGENERATE_KEY = 'microsoft.signalrservice/signalr/regeneratekey/action';

/**
 * Somebody listed or regenerated keys. Every look of ours lists them, and Azure tells us of it: what was done by this app
 * has to be dropped before anything else, or each event would be the cause of the next.
 */
export function resourceAction(event: IncomingEvent, installed: Installed): Intake | Reason {
  const parsed = dataSchema.safeParse(event.data);
  if (!parsed.success) return 'malformed';
  const { action, resource, principals, clientIp } = parsed.data;
  if (action !== LIST_KEYS && action !== REGENERATE_KEY) return 'other-action';
  const target = installed.targets.find(({ resourceId }) => resourceId === resource);
  if (target === undefined || resource === null) return 'not-ours';
  if (!comesFromAbove(event.source, resource)) return 'other-topic';
  const { selfPrincipalId, knownPrincipals } = installed;
  if (selfPrincipalId === null) return { target, wants: ({ record }) => selfUnknown(record?.state.sightings ?? []) };
  if (principals.includes(selfPrincipalId)) return 'own';
  if (action === REGENERATE_KEY) return { target, wants: () => ({ rows: [], look: true }) };
  if (principals.some((each) => knownPrincipals.includes(each))) return 'known-principal';
  const [stranger] = principals;
  if (stranger === undefined) return 'no-principal';
  return { target, wants: (known) => listedBy(stranger, clientIp, event, target, known) };
}

/** The topic of a subscription or resource group. Whoever may publish to another one can say what he likes. */
function comesFromAbove(source: string, resource: ResourceId): boolean {
  const scope = source.toLowerCase().replace(/\/$/, '');
  return /^\/subscriptions\/[^/]/.test(scope) && `${resource}/`.startsWith(`${scope}/`);
}

/** Once a target: without knowing ourselves we cannot tell an event that our own look would cause again. */
const selfUnknown = (sightings: readonly { readonly code: string }[]): Wanted | Reason =>
  sightings.some(({ code }) => code === 'SelfUnknown')
    ? 'self-unknown'
    : { rows: [{ kind: 'sighting', id: 'SelfUnknown', code: 'SelfUnknown', who: null, detail: null }], look: false };

/** With a SELF_PRINCIPAL_ID that is not ours we are the stranger, and every sighting leads to a look. */
const SEEN_AGAIN_AFTER: Duration = 60 * 60_000;

/** A sighting's id is what is to be seen, so that who lists the keys a thousand times does not fill the inbox. */
function listedBy(
  who: string,
  ip: string | null,
  event: IncomingEvent,
  { policy }: Target,
  { record, now }: Known,
): Wanted | Reason {
  const code = 'KeysListedByStranger';
  const sighting = { kind: 'sighting', id: [code, who, ip ?? ''].join(' '), code, who, detail: ip } as const;
  const lately = record?.state.sightings.some(
    (each) => each.code === code && each.who === who && now - each.at < SEEN_AGAIN_AFTER,
  );
  if (lately) return 'seen-lately';
  if (policy.compromise.listedByStranger === 'finding') return { rows: [sighting], look: false };
  // Those that come before the first is taken up are the same, too.
  const hour = Math.floor(event.at / SEEN_AGAIN_AFTER);
  const tip = {
    ...({ kind: 'tip', id: [code, who, hour].join(' '), who: `event:${who}`, why: code } as const),
    ...{ fingerprint: null, slot: null, reportedAt: Math.min(event.at, now), onTimeout: null, trusted: false },
  };
  return { rows: [sighting, tip], look: false };
}

const OBJECT_IDS = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];

const dataSchema = z.preprocess(
  membersOf,
  z
    .object({
      operationname: z.string().optional(),
      resourceuri: z.string().optional(),
      authorization: z.preprocess(
        membersOf,
        z.object({ action: z.string().optional(), scope: z.string().optional(), evidence: z.unknown().optional() }),
      ),
      claims: z.unknown().optional(),
      httprequest: z.unknown().optional(),
    })
    .transform(({ operationname, resourceuri, authorization, claims, httprequest }) => {
      const claimed = membersOf(claims);
      const ip = membersOf(httprequest).clientipaddress;
      // The evidence names whom the role was assigned to, which may be a group; the claims name who called.
      const named = [...OBJECT_IDS.map((id) => claimed[id]), membersOf(authorization.evidence).principalid];
      return {
        action: (operationname ?? authorization.action ?? '').trim().toLowerCase(),
        resource: parseResourceId((resourceuri ?? authorization.scope ?? '').trim()),
        principals: named.flatMap((each) => principalIn(each) ?? []),
        clientIp: typeof ip === 'string' && isIP(ip) !== 0 ? ip : null,
      };
    }),
);
