import { z } from 'zod';
import { parseResourceId, SLOTS, type Slot, type Target } from '../../core/model.ts';
import type { InboxRow } from '../ports.ts';
import type { IncomingEvent } from './event.ts';
import type { Installed, Intake, Reason } from './intake.ts';
import { isObject, membersOf, shown, time } from './tolerant.ts';

export const GRAPH_ALERT_CREATED = 'Microsoft.Graph.AlertCreated';

const LONGEST_WHY = 200;

/** Whether this is an alert of Defender for Cloud, whatever type whoever forwards it has given to the event. */
export const isDefenderAlert = (data: unknown): boolean => alertIn(data).systemalertid !== undefined;

/**
 * An alert of Defender for Cloud, in the form of its continuous export and workflow automation, or of its REST API. It is
 * exported again whenever it changes, so its own id counts.
 */
export function defenderAlert(event: IncomingEvent, installed: Installed): readonly Intake[] | Reason {
  const parsed = defenderSchema.safeParse(alertIn(event.data));
  if (!parsed.success) return 'malformed';
  const alert = parsed.data;
  if (/^(resolved|dismissed)$/i.test(alert.status)) return 'resolved';
  const named = [alert.azureresourceid, alert.compromisedentity, ...alert.resourceidentifiers, ...alert.entities];
  const tip = {
    ...{ id: shown(alert.systemalertid, 1_000), who: 'event:defender', why: whyOf(alert.alertdisplayname) },
    slot: slotIn(alert.extendedproperties),
    reportedAt: alert.timegenerated ?? alert.timegeneratedutc ?? event.at,
  };
  return tipsFor(named, tip, installed);
}

/** An alert of Microsoft Graph. As published it names the alert alone, and then nothing is known of a resource. */
export function graphAlert(event: IncomingEvent, installed: Installed): readonly Intake[] | Reason {
  const alert = membersOf(membersOf(event.data).resourcedata);
  const named = [alert.azureresourceid, alert.resourceid, ...listIn(alert.evidence), ...listIn(alert.entities)];
  const tip = {
    ...{ id: event.id, who: 'event:graph', why: whyOf(alert.title ?? alert.displayname) },
    ...{ slot: slotIn(alert), reportedAt: event.at },
  };
  return tipsFor(named, tip, installed);
}

type AlertTip = Pick<Extract<InboxRow, { kind: 'tip' }>, 'id' | 'who' | 'why' | 'slot' | 'reportedAt'>;

/** An alert speaks of a resource, hardly ever of one of its keys. */
function tipsFor(named: readonly unknown[], tip: AlertTip, { targets }: Installed): readonly Intake[] | Reason {
  const ids = new Set(named.flatMap(resourcesIn));
  const found = targets.filter(({ resourceId }) => ids.has(resourceId));
  if (found.length === 0) return 'not-ours';
  return found.map((target: Target) => ({
    target,
    wants: ({ now }) => {
      const reportedAt = Math.min(tip.reportedAt, now);
      const row = { ...tip, kind: 'tip', reportedAt, fingerprint: null, onTimeout: null, trusted: false } as const;
      return { rows: [row], look: false };
    },
  }));
}

/** A resource id, or an entity with one in whatever member its type has it. */
function resourcesIn(entity: unknown): readonly string[] {
  const texts = isObject(entity) ? Object.values(entity) : [entity];
  return texts.flatMap((text) => (typeof text === 'string' ? (parseResourceId(text.trim()) ?? []) : []));
}

/** The REST API has the alert in `properties`. */
function alertIn(data: unknown): Readonly<Record<string, unknown>> {
  const members = membersOf(data);
  return members.systemalertid === undefined ? membersOf(members.properties) : members;
}

const whyOf = (title: unknown): string | null => (typeof title === 'string' ? shown(title, LONGEST_WHY) : null);

function slotIn(members: unknown): Slot | null {
  const { slot, keytype } = membersOf(members);
  const told = String(slot ?? keytype ?? '').toLowerCase();
  return SLOTS.find((each) => each === told) ?? null;
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const list = z.unknown().optional().transform(listIn);

const defenderSchema = z.object({
  systemalertid: z.string().min(1).max(1_000),
  status: z.string().catch(''),
  alertdisplayname: z.unknown().optional(),
  azureresourceid: z.unknown().optional(),
  compromisedentity: z.unknown().optional(),
  resourceidentifiers: list,
  entities: list,
  extendedproperties: z.unknown().optional(),
  timegenerated: time.optional().catch(undefined),
  timegeneratedutc: time.optional().catch(undefined),
});
