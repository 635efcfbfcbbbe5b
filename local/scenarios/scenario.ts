import type { Home } from '../azure/home.ts';
import type { LocalAzure } from '../azure/server.ts';
import type { SignalRResource } from '../azure/signalr-resource.ts';

/** A world to watch rotations in: what exists, what rotation.json says of it, who uses it, and how it should end. */
export interface Scenario {
  readonly name: string;
  /** At most 56 characters for people who choose one. */
  readonly about: string;
  build(azure: LocalAzure, pace: Pace): Scene;
}

/** How long a key stays young. */
export interface Pace {
  readonly rotateAfter: string;
  readonly maxKeyAge: string;
  /** In minutes: how old the keys are that are due, and not yet older than they may become. */
  readonly ripe: number;
}

/** One rotation and no second one before the end of a run. */
export const oneRotation: Pace = { rotateAfter: 'PT10M', maxKeyAge: 'PT20M', ripe: 15 };
/** One rotation after the other, so that there is always something to watch. */
export const ongoing: Pace = { rotateAfter: 'PT1M', maxKeyAge: 'PT5M', ripe: 2 };

/** A policy with seconds where production has days. */
export const secondsForDays = ({ ripe: _, ...pace }: Pace) => ({
  ...pace,
  observeEvery: 'PT3S',
  // A fleet would adopt keys of unknown age over two weeks; here all of them are due at once.
  adoptionSpread: 'PT0S',
  verification: { within: 'PT30S', settle: 'PT2S' },
  // Longer than the consumers' tokens live, as a careful operator would say it.
  switchover: { maxWait: 'PT1M', tokenLifetime: 'PT4S' },
});

/** When a resource was made whose keys are due, and nobody has to be told that they are too old. */
export const madeInTime = ({ ripe }: Pace): number => Date.now() - ripe * 60_000;

export interface Scene {
  /** rotation.json. */
  readonly rotation: unknown;
  readonly resources: readonly Staged[];
  /** What people did to the world after the consumers had read their secrets, and before the app looks at it. */
  readonly meanwhile?: () => void;
}

export interface Staged {
  readonly resource: SignalRResource;
  /** Half a line for people. */
  readonly about: string;
  /** What a run to the end must come to: a target that does something else has failed. */
  readonly expected: 'rotated' | 'not-due' | 'held' | 'rolled-back';
  readonly consumers: readonly StagedConsumer[];
  /** What a person reports once the app has looked; left out: nothing. */
  readonly report?: Report;
  /** Somebody whom nobody knows lists the keys, and the finding of which the run has to come to. */
  readonly stranger?: { readonly finding: string };
}

/** The body of a report of a compromise, for the keys that the slots hold. */
export type Report = (keys: Readonly<Record<'primary' | 'secondary', string>>) => Readonly<Record<string, unknown>>;

export interface StagedConsumer {
  readonly name: string;
  /** The unversioned id of the one secret it reads. */
  readonly secret: string;
  /** Where the bare key in its secret belongs; left out, the secret is a connection string. */
  readonly endpoint?: string;
  /** Milliseconds between two looks at the secret. `at-start`: its people restart it, or leave it. */
  readonly rereads: number | 'at-start';
  /** What its people wait for before they restart it. Left out: that it is awaited. */
  readonly restartedWhen?: 'awaited' | 'stalled' | 'never';
  /** The site that it lives in, which hands it the secret as it starts. */
  readonly lives?: Home;
}
