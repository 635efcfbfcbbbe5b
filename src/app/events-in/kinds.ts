import { defenderAlert, GRAPH_ALERT_CREATED, graphAlert, isDefenderAlert } from './alert.ts';
import { KEY_COMPROMISE_SUSPECTED, suspectedCompromise } from './compromise-event.ts';
import type { IncomingEvent } from './event.ts';
import type { Installed, Intake, Reason } from './intake.ts';
import { RESOURCE_ACTION_SUCCESS, resourceAction } from './resource-action.ts';
import {
  SECRET_EXPIRED,
  SECRET_NEAR_EXPIRY,
  SECRET_NEW_VERSION_CREATED,
  secretChanged,
  secretExpires,
} from './secret-event.ts';

type Kind = (event: IncomingEvent, installed: Installed) => Intake | readonly Intake[] | Reason;

const KINDS: Readonly<Record<string, Kind>> = {
  [KEY_COMPROMISE_SUSPECTED]: suspectedCompromise,
  [RESOURCE_ACTION_SUCCESS]: resourceAction,
  [SECRET_NEAR_EXPIRY]: secretExpires,
  [SECRET_EXPIRED]: secretExpires,
  [SECRET_NEW_VERSION_CREATED]: secretChanged,
  [GRAPH_ALERT_CREATED]: graphAlert,
};

const BY_TYPE = new Map(Object.entries(KINDS).map(([type, kind]) => [type.toLowerCase(), kind]));

/** What an event is about, told by itself alone. */
export function intakesOf(event: IncomingEvent, installed: Installed): readonly Intake[] | Reason {
  const kind = BY_TYPE.get(event.type.toLowerCase()) ?? (isDefenderAlert(event.data) ? defenderAlert : null);
  if (kind === null) return 'unknown-type';
  const found = kind(event, installed);
  return typeof found === 'string' || Array.isArray(found) ? found : [found as Intake];
}
