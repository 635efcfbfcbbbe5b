/** How many targets may be on the move at a time. */
export interface FleetLimits {
  readonly maxInFlight: number;
  readonly pauseAfterStalled: number;
  /** Targets that one sweep wakes; null: all that want it. */
  readonly maxPerSweep: number | null;
}
