import type { LocalAzure } from '../azure/server.ts';
import type { SignalRResource } from '../azure/signalr-resource.ts';

/** A world to watch rotations in: what exists, what rotation.json says of it, who uses it, and how it should end. */
export interface Scenario {
  readonly name: string;
  build(azure: LocalAzure, pace: Pace): Scene;
}

/** How long a key stays young. The rest of a policy is the scenario's own. */
export interface Pace {
  readonly rotateAfter: string;
  readonly maxKeyAge: string;
}

/** One rotation and no second one before the end of a run. */
export const oneRotation: Pace = { rotateAfter: 'PT10M', maxKeyAge: 'PT20M' };
/** One rotation after the other, so that there is always something to watch. */
export const ongoing: Pace = { rotateAfter: 'PT1M', maxKeyAge: 'PT5M' };

export interface Scene {
  /** rotation.json. */
  readonly rotation: unknown;
  readonly resources: readonly Staged[];
}

export interface Staged {
  readonly resource: SignalRResource;
  /** Half a line for people. */
  readonly about: string;
  /** What a run to the end must come to: a target that does something else has failed. */
  readonly expected: 'rotated' | 'not-due' | 'held';
  readonly consumers: readonly StagedConsumer[];
}

export interface StagedConsumer {
  readonly name: string;
  /** The unversioned id of the one secret it reads. */
  readonly secret: string;
  readonly evidence: 'ack' | 'elapsed';
  /** Milliseconds between two looks at the secret. */
  readonly rereads: number;
}
