import { freezeInForce } from '../control.ts';
import type { Check, Decision } from '../decision.ts';
import { isNearExpiry } from '../expiry.ts';
import type { Instant, PendingRequest } from '../model.ts';
import { dueAt } from '../schedule.ts';
import type { Situation } from '../slots.ts';
import { isShut, waitForWindow } from '../window.ts';

/** Nothing condemned: begin if a person asked or the keys are due, else say when they are. Both keys are condemned at once. */
export const begin: Check = (situation) => {
  const { state, slots, active, now, target } = situation;
  if (state.rotation !== null) return undefined;
  const lookAt = now + target.policy.observeEvery;
  // Nobody knows who uses the keys of a target that publishes none, so none is regenerated unless a person accepts that.
  const requests = state.pending.filter((r) => (active !== null || r.acceptUnknownConsumers) && isHeard(r, situation));
  if (active === null && requests.length === 0) {
    return { kind: 'nothing-due', finding: 'NothingPublished', dueAt: null, wakeAt: lookAt };
  }
  const due = dueAt(situation);
  if (requests.length === 0 && (due === null || now < due)) {
    return { kind: 'nothing-due', finding: null, dueAt: due, wakeAt: Math.min(due ?? lookAt, lookAt) };
  }
  const reason = reasonOf(requests);
  const condemned = slots.map(({ fingerprint }) => ({ fingerprint, reason }) as const);
  return braked(situation, requests, lookAt) ?? { kind: 'condemn', reason, condemned, requests };
};

/**
 * What an event says of a secret's date counts unless what is seen says otherwise: whoever can publish events could rotate at
 * will. What this app has published has a date.
 * After a rollback a person has said when what comes by itself goes on, and the date of a secret comes by itself.
 */
function isHeard({ reason }: PendingRequest, { state, observation, target, now }: Situation): boolean {
  if (reason !== 'SecretNearExpiry') return true;
  // What has ended is forgotten by the look.
  if (state.pausedUntil !== null) return false;
  return observation.publications.some(
    ({ expiresAt }) => expiresAt === null || isNearExpiry(expiresAt, target.policy, now),
  );
}

/** A person's word goes before what a secret asks for by its date. */
function reasonOf(requests: readonly PendingRequest[]): 'Requested' | 'SecretNearExpiry' | 'KeyTooOld' {
  if (requests.length === 0) return 'KeyTooOld';
  return requests.every(({ reason }) => reason === 'SecretNearExpiry') ? 'SecretNearExpiry' : 'Requested';
}

/** A freeze stops every start; the other brakes are for scheduled ones. */
function braked(
  { control, now }: Situation,
  requests: readonly PendingRequest[],
  lookAt: Instant,
): Decision | undefined {
  const freeze = freezeInForce(control, now);
  if (freeze !== null) {
    return { kind: 'hold', code: 'Frozen', detail: { freeze }, wakeAt: Math.min(freeze.until, lookAt) };
  }
  if (!requests.some((r) => r.force) && isShut(control)) return waitForWindow(control, lookAt);
  if (requests.length > 0) return undefined;
  if (control.fleet.paused) return { kind: 'hold', code: 'FleetPaused', detail: {}, wakeAt: lookAt };
  return control.fleet.flight === 'full' ? { kind: 'wait', for: 'fleet', wakeAt: lookAt } : undefined;
}
