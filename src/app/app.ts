import type { Cloud } from '../core/clouds.ts';
import type { FleetLimits } from '../core/control.ts';
import type { Duration, Target } from '../core/model.ts';
import type { Log } from './log.ts';
import type { OpenPorts, Telemetry } from './ports.ts';
import type { SecretValue } from './secret-value.ts';

/** What the use cases are given; nothing in app reads a clock, chance or the environment by itself. */
export interface App {
  readonly openPorts: OpenPorts;
  readonly targets: readonly Target[];
  readonly fleet: FleetLimits;
  /** Lower-case ids of those whose resources are listed. */
  readonly subscriptions: readonly string[];
  /** Object ids, lower case, of who else may list the keys. */
  readonly knownPrincipals: readonly string[];
  /** The object id of this app's identity, lower case; null where nobody has told it. */
  readonly selfPrincipalId: string | null;
  /** Of this installation: the mark in what it writes. */
  readonly installation: string;
  /** Where all of it is. */
  readonly cloud: Cloud;
  /** SHA-256 of the configuration file, named in every receipt. */
  readonly configHash: string;
  /** Of this software, as package.json has it. */
  readonly version: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Random and unique. */
  readonly newId: () => string;
  /** A key that the service cannot know: the negative control. */
  readonly randomKey: () => SecretValue;
  /** Uniform in [0, 1): spreads retries. */
  readonly chance: () => number;
  /** Milliseconds from any origin; measures durations only. */
  readonly stopwatch: () => Duration;
}
