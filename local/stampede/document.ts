import type { Crowd } from './crowd.ts';
import type { Staged } from './fleet.ts';
import { faultsOf, isDoubled, isRotated } from './oracle.ts';
import type { Witness } from './witness.ts';

/** The last line of `npm run stampede -- --json`. */
export interface StampedeDocument {
  readonly processes: number;
  readonly targets: number;
  readonly kills: number;
  /** Targets both of whose keys were replaced, and which are at rest. */
  readonly rotations: number;
  /** Targets of which a key was replaced more than once, or more than one rotation completed. */
  readonly completedTwice: number;
  /** Calls of consumers that were answered with 401. */
  readonly refused: number;
  readonly leaseOverlaps: number;
  /** Everything that the oracle has against the run, these included. */
  readonly violations: number;
  readonly seed: number;
  /** Seconds of the machine. */
  readonly duration: number;
  /** What shows that there was a stampede at all. */
  readonly pressure: {
    readonly calls: number;
    readonly http: number;
    readonly events: number;
    readonly messages: number;
    readonly leaseWrites: number;
    /** Somebody else was first. */
    readonly leaseWritesRefused: number;
    readonly mutations: number;
    /** Leases that ran out and were taken by another. */
    readonly takeovers: number;
    /** Leases that were held by whoever was killed. */
    readonly leasesOrphaned: number;
    readonly skewSeconds: number;
    readonly speed: number;
  };
  /** What the app told at level error, by event and code: held targets, for example. */
  readonly alerts: Readonly<Record<string, number>>;
  /** The first of the violations. */
  readonly examples: readonly string[];
}

/** Whether the run shows what it is to show. */
export const isSound = ({ violations, rotations, targets }: StampedeDocument): boolean =>
  violations === 0 && rotations === targets;

export interface Judged extends Pick<StampedeDocument, 'processes' | 'seed' | 'duration'> {
  readonly targets: readonly Staged[];
  readonly crowd: Crowd;
  readonly witness: Witness;
  readonly sent: Pick<StampedeDocument['pressure'], 'http' | 'events' | 'messages'>;
  /** As many as were to be killed. */
  readonly kills: number;
  readonly skew: number;
  readonly speed: number;
}

/** Looks at the world as the run has left it. */
export function judge({ targets, crowd, witness, sent, kills, skew, speed, ...run }: Judged): StampedeDocument {
  const consumersOf = (target: Staged) => crowd.consumers.get(target) ?? [];
  const consumers = targets.flatMap(consumersOf);
  const { counted, watch } = witness;
  const violations = [
    ...watch.overlaps,
    ...witness.faults,
    ...(counted.kills < kills ? [`Only ${counted.kills} of ${kills} processes were killed in time.`] : []),
    ...targets.flatMap((target) => faultsOf(target, consumersOf(target), witness.rotationsOf(target))),
  ];
  return {
    ...{ processes: run.processes, targets: targets.length, kills: counted.kills },
    rotations: targets.filter(isRotated).length,
    completedTwice: targets.filter((target) => isDoubled(target, witness.rotationsOf(target))).length,
    refused: consumers.reduce((sum, { refused }) => sum + refused, 0),
    leaseOverlaps: watch.overlaps.length,
    violations: violations.length,
    ...{ seed: run.seed, duration: run.duration },
    pressure: {
      calls: consumers.reduce((sum, { calls }) => sum + calls, 0),
      ...{ http: sent.http, events: sent.events, messages: sent.messages },
      ...{ leaseWrites: watch.writes, leaseWritesRefused: counted.refusedWrites, mutations: watch.mutations },
      ...{ takeovers: watch.takeovers, leasesOrphaned: counted.orphaned, skewSeconds: skew / 1000, speed },
    },
    alerts: Object.fromEntries(witness.alerts),
    examples: violations.slice(0, 20),
  };
}
