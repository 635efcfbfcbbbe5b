import type { KeyAge } from './key-age.ts';
import {
  type Compromise,
  type Condemned,
  type Duration,
  type Fingerprint,
  type Instant,
  type Policy,
  type Role,
  type Rotation,
  SLOTS,
  type Slot,
  type Tip,
} from './model.ts';

/** What a tip turns out to mean, by the keys that are in the slots now. */
export type TipClass = 'standby' | 'active' | 'outgoing' | 'both' | 'dead';

/** A slot as far as a tip is concerned. */
export interface Suspect {
  readonly fingerprint: Fingerprint | null;
  readonly role: Role;
  readonly age: KeyAge;
}

/**
 * The slots whose keys a tip means, of those that are alive. A fingerprint means itself, whenever it was reported; a slot
 * the key that it held at `reportedAt`; neither, both keys. A key that was surely made after `reportedAt` is already the
 * answer.
 *
 * @param settle margin for clocks that differ
 */
export function leakedSlots(
  tip: Pick<Tip, 'fingerprint' | 'slot' | 'reportedAt'>,
  slots: Readonly<Record<Slot, Suspect>>,
  settle: Duration,
): readonly Slot[] {
  if (tip.fingerprint !== null) return SLOTS.filter((name) => slots[name].fingerprint === tip.fingerprint);
  const meant = tip.slot === null ? SLOTS : [tip.slot];
  return meant.filter((name) => {
    const { fingerprint, age } = slots[name];
    return fingerprint !== null && (age.madeAfter === null || age.madeAfter <= tip.reportedAt + settle);
  });
}

export function classOf(leaked: readonly Slot[], slots: Readonly<Record<Slot, Suspect>>): TipClass {
  const [first] = leaked;
  if (first === undefined) return 'dead';
  return leaked.length > 1 ? 'both' : slots[first].role;
}

/** How far a tip goes: an event counts as `hold` and keeps the soak, unless policy trusts events. */
export function weightOf(tip: Tip, { compromise }: Policy, now: Instant): Compromise {
  const isTrusted = tip.trusted || compromise.trustEvents;
  if (!isTrusted) return { onTimeout: 'hold', keepsSoak: true, since: now };
  return { onTimeout: tip.onTimeout ?? compromise.onTimeout, keepsSoak: false, since: now };
}

/** What was said later of the same key counts, where it goes as far; a person's word is not taken back by an event. */
export function heavier(before: Compromise | undefined, after: Compromise): Compromise {
  if (before === undefined) return after;
  const { since } = before;
  return after.keepsSoak && !before.keepsSoak ? before : { ...after, since };
}

const HOUR: Duration = 60 * 60_000;

/** The answers of the last hour, oldest first: `compromise.perHour` counts them. */
export const withinTheHour = (answers: readonly Instant[], now: Instant): readonly Instant[] =>
  answers.filter((at) => now - at < HOUR).toSorted((a, b) => a - b);

/** When the next tip that names no living key may be answered; not later than `now` where one may be now. */
export function nextAnswerAt(answers: readonly Instant[], { compromise }: Policy, now: Instant): Instant {
  const recent = withinTheHour(answers, now);
  const first = recent[recent.length - compromise.perHour];
  return first === undefined ? now : first + HOUR;
}

/** Whether an answer to `tip` is one to `other`: it says the same, by the same right, of the same time or a later one. */
export const covers = (tip: Tip, other: Tip): boolean =>
  tip.trusted === other.trusted &&
  tip.onTimeout === other.onTimeout &&
  tip.fingerprint === other.fingerprint &&
  tip.slot === other.slot &&
  tip.reportedAt >= other.reportedAt;

export const isCompromised = (condemned: Condemned | null): boolean => condemned?.reason === 'KeyCompromised';

/** A rotation that a compromise asked for passes freezes, windows and the brakes of the fleet. */
export const isUrgent = (rotation: Rotation | null): boolean => rotation?.condemned.some(isCompromised) ?? false;

/** Tokens that were signed with a leaked key are part of the leak. */
export const skipsSoak = (condemned: Condemned | null): boolean => condemned?.compromise?.keepsSoak === false;
