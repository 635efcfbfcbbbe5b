import type { PublicationCode } from '../codes.ts';
import { isUrgent } from '../compromise.ts';
import { freezeInForce } from '../control.ts';
import type { Check } from '../decision.ts';
import { unusableCode } from '../findings.ts';
import type { Duration, PublicationSeen } from '../model.ts';

/** There is nothing to rotate, or somebody else does: nothing is touched. */
export const holdForOwner: Check = ({ observation, now, target }) => {
  const wakeAt = now + target.policy.observeEvery;
  if (observation.resource.localAuthDisabled) return { kind: 'hold', code: 'LocalAuthDisabled', detail: {}, wakeAt };
  const secrets = observation.publications.filter((p) => p.managedByAnother).map((p) => p.secret);
  return secrets.length === 0 ? undefined : { kind: 'hold', code: 'ManagedByAnother', detail: { secrets }, wakeAt };
};

/** Provisioning takes minutes, a stopped resource days: a look a minute answers both. */
const RESOURCE_PAUSE: Duration = 60_000;

/** The resource cannot be changed now. */
export const waitForResource: Check = ({ observation: { resource }, now, target }) =>
  resource.ready
    ? undefined
    : { kind: 'wait', for: 'resource', wakeAt: now + Math.min(target.policy.observeEvery, RESOURCE_PAUSE) };

/** Holds that stop regenerating and publishing. They stand behind the repair of the other publications. */
export const holdForPublications: Check = ({ observation, now, target }) => {
  const stopping = observation.publications.filter(isStopping);
  const code = stopping.map(unusableCode)[0];
  if (code === undefined || code === null) return undefined;
  const secrets = stopping.filter((p) => unusableCode(p) === code).map((p) => p.secret);
  return { kind: 'hold', code, detail: { secrets }, wakeAt: now + target.policy.observeEvery };
};

const SKIPPABLE: readonly (PublicationCode | null)[] = ['SecretMissing', 'SecretDeleted', 'SecretDisabled'];

/** What is not there and not required is skipped. All others say nothing safe about who holds which key. */
const isStopping = (publication: PublicationSeen): boolean => {
  const code = unusableCode(publication);
  return code !== null && (publication.required || !SKIPPABLE.includes(code));
};

/** A freeze stops each step of a rotation that no compromise asked for; one that has not begun is stopped where it would begin. */
export const holdForFreeze: Check = ({ control, state, split, now, target }) => {
  const freeze = freezeInForce(control, now);
  if (freeze === null || (state.rotation === null && !split) || isUrgent(state.rotation)) return undefined;
  const wakeAt = Math.min(freeze.until, now + target.policy.observeEvery);
  return { kind: 'hold', code: 'Frozen', detail: { freeze }, wakeAt };
};
