import { covers, withinTheHour } from '../../src/core/compromise.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { Fingerprint, Instant, TargetState, Tip } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE } from '../support/scene.ts';
import type { Look } from './random-rotator.ts';
import type { World } from './random-world.ts';

/** Somebody reports a key: one that lives, one that is dead, a slot, or nothing in particular. */
export function reportAKey(world: World): void {
  const { chance, now, everInSlots } = world;
  const luck = chance.next();
  const { primary, secondary } = world.slots;
  const named = luck < 0.4 ? chance.pick([primary, secondary]) : luck < 0.5 ? chance.pick(everInSlots) : null;
  const tip: Tip = {
    id: `t${now}-${chance.next()}`,
    at: now,
    who: 'bob',
    why: null,
    fingerprint: named,
    slot: named === null && chance.odds(0.6) ? chance.pick(['primary', 'secondary'] as const) : null,
    reportedAt: now - chance.pick([0, 0, MINUTE, HOUR, 3 * DAY]),
    onTimeout: chance.pick([null, 'hold', 'retire'] as const),
    trusted: chance.odds(0.7),
  };
  world.tips.push(tip);
  world.tell(() => `a tip: ${named?.slice(-2) ?? tip.slot ?? 'no key'}, ${tip.trusted ? 'trusted' : 'an event'}`);
}

/** What a compromise may pass over: tokens, and at the end of its patience consumers by name. */
export interface Excuse {
  readonly soak: boolean;
  readonly consumers: readonly string[];
}
export const NO_EXCUSE: Excuse = { soak: false, consumers: [] };

/** A person's word, or that of an event which policy trusted when it was taken up. */
export const isBelieved = ({ tip }: Extract<Decision, { kind: 'condemn' }>, { configuration }: World): boolean =>
  tip !== undefined && (tip.trusted || configuration.policy.compromise.trustEvents);

type Begin = Extract<Decision, { kind: 'regenerate'; stage: 'begin' }>;

/** What was passed over, and by what right. null: rightly. */
export function excessOf({ without, fingerprint }: Begin, { situation }: Look, world: World): string | null {
  if (without === undefined) return null;
  const condemned = situation.state.rotation?.condemned.find((c) => c.fingerprint === fingerprint);
  if (condemned?.reason !== 'KeyCompromised') return 'passes over somebody for a key that nobody reported';
  const { compromise } = world.configuration.policy;
  if (without.soak && !world.believed.has(fingerprint)) return 'passes over tokens on the word of an event';
  if (without.consumers.length === 0) return null;
  if (condemned.compromise?.onTimeout !== 'retire') return 'passes over consumers although it is to hold';
  const moved = world.secrets.map((s) => s.everCarried.get(fingerprint) ?? 0);
  return world.now < Math.max(0, ...moved) + compromise.maxWait ? 'passes over consumers before its deadline' : null;
}

/** A key that was reported may be handed out only where the other one is no better and cannot be made new. */
export function isBadlyChosen(fingerprint: Fingerprint, { situation }: Look): boolean {
  const reported = (f: string): boolean =>
    situation.state.rotation?.condemned.some((c) => c.fingerprint === f && c.reason === 'KeyCompromised') ?? false;
  const other = situation.slots.find((slot) => slot.fingerprint !== fingerprint);
  return reported(fingerprint) && other !== undefined && !reported(other.fingerprint);
}

/** What the application commits for a tip. */
export function answered(
  state: TargetState,
  { tip, condemned }: Extract<Decision, { kind: 'condemn' }>,
  now: Instant,
  begin: () => NonNullable<TargetState['rotation']>,
): TargetState {
  const tips = state.tips.filter((each) => tip === undefined || !covers(tip, each));
  if (condemned.length === 0) return { ...state, tips };
  const running = state.rotation;
  const kept = running?.condemned.filter((c) => !condemned.some((d) => d.fingerprint === c.fingerprint)) ?? [];
  const rotation = running === null ? begin() : { ...running, condemned: [...kept, ...condemned] };
  return { ...state, tips, rotation, compromisedAt: withinTheHour([...state.compromisedAt, now], now) };
}
