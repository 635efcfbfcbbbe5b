import type { Freeze, Instant } from './model.ts';

/** What people and the fleet have to say about a target, beside its own world. */
export interface Control {
  readonly freezes: readonly Freeze[];
  readonly fleet: {
    /** Too many targets are stalled or failing, and nobody has lifted it. */
    readonly paused: boolean;
    /** Whether another scheduled rotation may be in flight. */
    readonly flight: 'free' | 'full';
    /** Whether another target of the group is between publishing and retiring. */
    readonly group: 'free' | 'taken';
  };
  /** When scheduled and requested steps may be taken; null where they always may. */
  readonly window: { readonly isOpen: boolean; readonly opensAt: Instant | null } | null;
}

/** How many targets may be on the move at a time. */
export interface FleetLimits {
  readonly maxInFlight: number;
  readonly pauseAfterStalled: number;
  /** Targets that one sweep wakes; null: all that want it. */
  readonly maxPerSweep: number | null;
}

export const NO_CONTROL: Control = {
  freezes: [],
  fleet: { paused: false, flight: 'free', group: 'free' },
  window: null,
};

/** The freeze that ends last; null where none is in force. */
export function freezeInForce({ freezes }: Control, now: Instant): Freeze | null {
  const inForce = freezes.filter(({ until }) => now < until);
  return inForce.reduce<Freeze | null>((last, each) => (last === null || each.until > last.until ? each : last), null);
}
