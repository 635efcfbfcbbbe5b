import type { Ask } from '../../local/azure/http.ts';
import type { Duration, EvidenceSource, Instant, Policy, Slot } from '../../src/core/model.ts';
import { MINUTE } from '../support/scene.ts';
import type { SimulatedWorld } from './world.ts';

/** How a consumer comes to a new key, and how it is seen that it did. */
export type ConsumerKind = EvidenceSource['kind'];

export interface ConsumerSetup {
  readonly name: string;
  readonly by: ConsumerKind;
  /** Index of the vault that it reads. */
  readonly vault?: number;
  /** Of what reads its secret by itself; null: only when a person restarts it. */
  readonly rereads?: Duration | null;
}

export interface Setup {
  readonly vaults: readonly string[];
  /** Whose key each vault offers at first. */
  readonly active: readonly Slot[];
  readonly consumers: readonly ConsumerSetup[];
  readonly policy: Partial<Policy>;
  readonly format: 'connection-string' | 'access-key';
  /** How old the keys are, where they tell it themselves. */
  readonly keysMadeAgo: Duration | null;
}

/** What a person does once its time has come, and again until it succeeded. */
export interface Deed {
  readonly when: (world: SimulatedWorld) => boolean;
  /** @returns false: not this time */
  readonly does: (world: SimulatedWorld) => Promise<boolean> | boolean;
}

/** A story with an end that the world itself shows. */
export interface Scenario {
  readonly name: string;
  /** One sentence for people. */
  readonly tells: string;
  readonly setup: Partial<Setup>;
  /** How the world came to be as it is when the story begins; nothing goes wrong yet. */
  readonly before?: (world: SimulatedWorld) => Promise<void>;
  readonly people?: () => readonly Deed[];
  /** What somebody does in the very moment before a request of the app is carried out. */
  readonly meanwhile?: () => (world: SimulatedWorld, ask: Ask) => void;
  readonly ends: (world: SimulatedWorld) => boolean;
  /** The longest that the story may take with everything that goes wrong. */
  readonly within: Duration;
  /** What is wrong with the world in the end, in words. */
  readonly flaws?: (world: SimulatedWorld, since: Instant) => readonly string[];
}

/** The app has seen the keys when the story begins. */
export const firstLook = async (world: SimulatedWorld): Promise<void> => {
  await world.pass(2 * MINUTE);
};
