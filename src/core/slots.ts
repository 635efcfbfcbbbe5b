import { skipsSoak } from './compromise.ts';
import { type Control, NO_CONTROL } from './control.ts';
import { type KeyAge, keyAge } from './key-age.ts';
import {
  type Condemned,
  type Fingerprint,
  type Instant,
  type Observation,
  otherSlot,
  type ProbeResult,
  type RememberedKey,
  type Role,
  type SecretId,
  SLOTS,
  type Slot,
  type Target,
  type TargetState,
} from './model.ts';
import { type Participants, participantsOf } from './participants.ts';
import { type Vacancy, vacancyOf } from './vacancy.ts';

/** One slot with everything that the checks ask of it. */
export interface SlotView {
  readonly name: Slot;
  readonly fingerprint: Fingerprint;
  readonly role: Role;
  readonly vacancy: Vacancy;
  /** The publications that carry its key now and could be read. */
  readonly publications: readonly SecretId[];
  readonly condemned: Condemned | null;
  readonly remembered: RememberedKey | null;
  /** null where the data plane was not asked in this look. */
  readonly probe: ProbeResult | null;
}

/** What the checks look at: computed once, asks nothing. */
export interface Situation {
  readonly now: Instant;
  readonly target: Target;
  readonly state: TargetState;
  readonly observation: Observation;
  readonly control: Control;
  readonly participants: Participants;
  readonly ages: Readonly<Record<Slot, KeyAge>>;
  readonly slots: readonly [SlotView, SlotView];
  /** null where nothing keyed is published, or the target is split and the ledger knows no better. */
  readonly active: SlotView | null;
  readonly split: boolean;
}

/** @param state must have learned `observation` */
export function situationOf(
  target: Target,
  state: TargetState,
  observation: Observation,
  now: Instant,
  control: Control = NO_CONTROL,
): Situation {
  const participants = participantsOf(target, state);
  const view = (name: Slot): SlotView => slotView(name, { target, state, observation, participants, now });
  const slots = [view('primary'), view('secondary')] as const;
  const carried = slots.filter((slot) => slot.publications.length > 0);
  const split = carried.length === 2;
  const active = split ? activeOfSplit(slots, state, observation) : (carried[0] ?? null);
  const ages = { primary: keyAge('primary', state, observation), secondary: keyAge('secondary', state, observation) };
  return { now, target, state, observation, control, participants, ages, slots, active, split };
}

type Context = Pick<Situation, 'target' | 'state' | 'observation' | 'participants' | 'now'>;

function slotView(name: Slot, { target, state, observation, participants, now }: Context): SlotView {
  const fingerprint = observation.keys[name];
  const condemned = state.rotation?.condemned.find((c) => c.fingerprint === fingerprint) ?? null;
  const question = { key: fingerprint, observation, state, participants, policy: target.policy, now };
  const vacancy = vacancyOf({ ...question, skipsSoak: skipsSoak(condemned) });
  const publications = observation.publications
    .filter(({ current }) => current.is === 'keyed' && current.fingerprint === fingerprint)
    .map(({ secret }) => secret);
  return {
    name,
    fingerprint,
    role: roleOf(publications, vacancy, fingerprint, state),
    vacancy,
    publications,
    condemned,
    remembered: state.keys[name],
    probe: observation.probes[fingerprint] ?? null,
  };
}

function roleOf(carried: readonly SecretId[], vacancy: Vacancy, key: Fingerprint, { rotation }: TargetState): Role {
  if (carried.length > 0) return 'active';
  const leftByRotation = rotation?.left.includes(key) ?? false;
  return !vacancy.vacant || leftByRotation ? 'outgoing' : 'standby';
}

/** The ledger's slot; without one, the slot that most required publications carry, then configuration order. */
function activeOfSplit(slots: readonly [SlotView, SlotView], state: TargetState, observation: Observation): SlotView {
  const [primary, secondary] = slots;
  if (state.activeSlot !== null) return state.activeSlot === 'primary' ? primary : secondary;
  const weight = ({ publications }: SlotView): number =>
    observation.publications.filter((p) => p.required && publications.includes(p.secret)).length;
  if (weight(primary) !== weight(secondary)) return weight(primary) > weight(secondary) ? primary : secondary;
  const first = observation.publications.find(({ current }) => current.is === 'keyed')?.secret;
  return first !== undefined && secondary.publications.includes(first) ? secondary : primary;
}

export const slotNamed = (situation: Situation, name: Slot): SlotView => situation.slots[SLOTS.indexOf(name) as 0 | 1];

export const otherThan = (situation: Situation, slot: SlotView): SlotView => slotNamed(situation, otherSlot(slot.name));
