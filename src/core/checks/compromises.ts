import {
  classOf,
  covers,
  heavier,
  isCompromised,
  leakedSlots,
  nextAnswerAt,
  type Suspect,
  weightOf,
} from '../compromise.ts';
import { freezeInForce } from '../control.ts';
import type { Check, Decision } from '../decision.ts';
import { unusableCode } from '../findings.ts';
import type { Condemned, Slot, Tip } from '../model.ts';
import { otherThan, type Situation, type SlotView, slotNamed } from '../slots.ts';
import { isShut } from '../window.ts';
import { begin } from './begin.ts';
import { publishOn } from './publish-on.ts';

/** Without local authentication no key is alive that a tip could mean: that is its answer. */
export const dismissTips: Check = ({ observation, state }) => {
  const [tip] = state.tips;
  if (!observation.resource.localAuthDisabled || tip === undefined) return undefined;
  const nothing = { condemned: [], requests: [], class: 'dead', passes: [] } as const;
  return { kind: 'condemn', reason: 'KeyCompromised', tip, ...nothing };
};

/**
 * A tip is answered before anything else is repaired or published: what it names is condemned, in a rotation that begins
 * or is joined; one that means no living key is answered with a receipt and no change. What has to wait holds nothing up.
 */
export const answerTips: Check = (situation) => {
  if (isUnreadable(situation)) return undefined;
  for (const tip of unlikeTips(situation)) {
    const answer = answerTo(tip, situation);
    if (typeof answer !== 'string') return answer;
  }
  return undefined;
};

/** Tips that have to wait are said where there is nothing else to do. */
export const holdForTips: Check = (situation) => {
  if (isUnreadable(situation)) return undefined;
  const { state, now, target } = situation;
  const waiting = unlikeTips(situation).map((tip) => ({ id: tip.id, answer: answerTo(tip, situation) }));
  const code = waiting.map(({ answer }) => answer).find((answer) => typeof answer === 'string');
  if (code === undefined || begin(situation)?.kind !== 'nothing-due') return undefined;
  const tips = waiting.filter(({ answer }) => answer === code).map(({ id }) => id);
  const mayGoOn = code === 'TooManyTips' ? nextAnswerAt(state.compromisedAt, target.policy, now) : null;
  const lookAt = now + target.policy.observeEvery;
  return { kind: 'hold', code, detail: { tips }, wakeAt: Math.min(mayGoOn ?? lookAt, lookAt) };
};

/** There is one that nothing but the hold of the moment keeps from being answered. */
export const hasPressingTips = (situation: Situation): boolean =>
  unlikeTips(situation).some((tip) => typeof answerTo(tip, situation) !== 'string');

/** What a key is to its readers cannot be told, and nothing would be regenerated either. */
const isUnreadable = ({ observation }: Situation): boolean =>
  observation.publications.some((p) => unusableCode(p) === 'PublicationUnreadable');

/** One of those that say the same: the one of the latest time. */
const unlikeTips = ({ state: { tips } }: Situation): readonly Tip[] =>
  tips.filter((tip, i) => !tips.some((other, j) => i !== j && covers(other, tip) && (j < i || !covers(tip, other))));

/**
 * A code where it has to wait: too many have changed keys within the hour and it names no living key; or nobody knows who uses
 * the keys, since none is published, and no person has said that they leaked.
 */
function answerTo(tip: Tip, situation: Situation): Extract<Decision, { kind: 'condemn' }> | TipCondition {
  const { slots, state, target, now } = situation;
  const suspects = { primary: suspectOf(slots[0], situation), secondary: suspectOf(slots[1], situation) };
  const leaked = leakedSlots(tip, suspects, target.policy.verification.settle);
  const found = situation.split && leaked.length > 0 ? 'both' : classOf(leaked, suspects);
  const condemned = condemnedBy(tip, leaked, situation);
  const isNew = condemned.some(
    ({ fingerprint }) => !isCompromised(slotWith(fingerprint, situation)?.condemned ?? null),
  );
  if (isNew && situation.active === null && weightOf(tip, target.policy, now).keepsSoak) return 'CompromiseUnconfirmed';
  if (isNew && tip.fingerprint === null && nextAnswerAt(state.compromisedAt, target.policy, now) > now) {
    return 'TooManyTips';
  }
  const answer = { condemned, requests: [], tip, class: found, passes: brakesOn(situation) } as const;
  return { kind: 'condemn', reason: 'KeyCompromised', ...answer };
}

type TipCondition = 'CompromiseUnconfirmed' | 'TooManyTips';

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
