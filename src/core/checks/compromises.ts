import { classOf, heavier, isCompromised, leakedSlots, type Suspect, weightOf } from '../compromise.ts';
import { freezeInForce } from '../control.ts';
import type { Check, Decision } from '../decision.ts';
import { unusableCode } from '../findings.ts';
import type { Condemned, Duration, Slot, Tip } from '../model.ts';
import { otherThan, type Situation, type SlotView, slotNamed } from '../slots.ts';
import { isShut } from '../window.ts';
import { publishOn } from './publish-on.ts';

const HOUR: Duration = 60 * 60_000;

/**
 * A tip is answered before anything else is repaired or published: what it names is condemned, in a rotation that begins
 * or is joined; one that means no living key is answered with a receipt and no change.
 */
export const answerTips: Check = (situation) => {
  // What a key is to its readers cannot be told, and nothing would be regenerated either.
  if (situation.observation.publications.some((p) => unusableCode(p) === 'PublicationUnreadable')) return undefined;
  const waiting: Tip[] = [];
  for (const tip of situation.state.tips) {
    const answer = answerTo(tip, situation);
    if (answer !== null) return answer;
    waiting.push(tip);
  }
  // A flood holds nothing up that has begun.
  if (waiting.length === 0 || situation.state.rotation !== null) return undefined;
  const oldest = Math.min(...situation.state.compromisedAt);
  const wakeAt = Math.min(oldest + HOUR, situation.now + situation.target.policy.observeEvery);
  return { kind: 'hold', code: 'TooManyTips', detail: { tips: waiting.map(({ id }) => id) }, wakeAt };
};

/** null where it has to wait: too many have changed keys within the hour, and it names no living key. */
function answerTo(tip: Tip, situation: Situation): Decision | null {
  const { slots, state, target, now } = situation;
  const suspects = { primary: suspectOf(slots[0], situation), secondary: suspectOf(slots[1], situation) };
  const leaked = leakedSlots(tip, suspects, target.policy.verification.settle);
  const found = situation.split && leaked.length > 0 ? 'both' : classOf(leaked, suspects);
  const condemned = condemnedBy(tip, leaked, situation);
  const passes = brakesOn(situation);
  const answer = {
    kind: 'condemn',
    reason: 'KeyCompromised',
    condemned,
    requests: [],
    tip,
    class: found,
    passes,
  } as const;
  const isNew = condemned.some(
    ({ fingerprint }) => !isCompromised(slotWith(fingerprint, situation)?.condemned ?? null),
  );
  const isFlood = state.compromisedAt.filter((at) => now - at < HOUR).length >= target.policy.compromise.perHour;
  return isNew && isFlood && tip.fingerprint === null ? null : answer;
}

/** What would hold a scheduled rotation back. */
function brakesOn({ control, now }: Situation): readonly string[] {
  const { paused, flight, group } = control.fleet;
  return [
    ...(freezeInForce(control, now) === null ? [] : ['freeze']),
    ...(paused ? ['pause'] : []),
    ...(flight === 'full' ? ['maxInFlight'] : []),
    ...(group === 'taken' ? ['group'] : []),
    ...(isShut(control) ? ['window'] : []),
  ];
}

const suspectOf = ({ name, fingerprint, role }: SlotView, { ages }: Situation): Suspect => ({
  fingerprint,
  role,
  age: ages[name],
});

const slotWith = (fingerprint: string, { slots }: Situation): SlotView | undefined =>
  slots.find((slot) => slot.fingerprint === fingerprint);

/**
 * What is condemned for a tip: the leaked keys, and with an active one the other, which is made new before it is published
 * or, where both are published, afterwards. Of a key that is condemned already only how far the suspicion goes can change.
 */
function condemnedBy(tip: Tip, leaked: readonly Slot[], situation: Situation): readonly Condemned[] {
  const weight = weightOf(tip, situation.target.policy, situation.now);
  const named = leaked.map((name): Condemned => {
    const { fingerprint, condemned } = slotNamed(situation, name);
    return { fingerprint, reason: 'KeyCompromised', compromise: heavier(condemned?.compromise, weight) };
  });
  const { active } = situation;
  const other = active !== null && leaked.includes(active.name) ? otherThan(situation, active) : null;
  const isFree = other !== null && (other.vacancy.vacant || situation.split);
  // What this rotation has made is young enough.
  const isFresh = situation.state.rotation?.regenerated.some(({ to }) => to === other?.fingerprint) ?? false;
  const isAlong = isFree && !isFresh && other.condemned === null && !leaked.includes(other.name);
  return isAlong ? [...named, { fingerprint: other.fingerprint, reason: 'Requested' }] : named;
}

/** The active key is compromised and the outgoing one is not: consumers go back to it at once, and the leaked slot is vacated. */
export const retreat: Check = (situation) => {
  const { active } = situation;
  if (active === null || !isCompromised(active.condemned)) return undefined;
  const other = otherThan(situation, active);
  if (isCompromised(other.condemned) || other.vacancy.vacant) return undefined;
  const writes = active.publications.map((secret) => ({ secret, basedOn: null }));
  return publishOn(situation, 'publish', other, writes);
};
