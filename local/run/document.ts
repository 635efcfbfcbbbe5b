import type { Phase } from '../../src/core/decision.ts';
import type { Role, Slot } from '../../src/core/model.ts';
import type { LocalAzure } from '../azure/server.ts';
import { type KeyState, keyState, type Version, versionsOf } from './key-state.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Watched } from './watch.ts';

/** What `npm start --silent -- --once --json` prints: a format that others build on. */
export interface RunDocument {
  readonly version: 1;
  readonly ok: boolean;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly targets: readonly TargetDocument[];
}

export const notStarted = (startedAt: string, reason: string): RunDocument => ({
  version: 1,
  ok: false,
  reason,
  startedAt,
  finishedAt: new Date().toISOString(),
  targets: [],
});

export interface TargetDocument {
  readonly name: string;
  readonly resourceId: string;
  readonly outcome: Outcome['outcome'];
  readonly code: string | null;
  readonly before: KeyState;
  readonly after: KeyState;
  readonly publications: readonly {
    readonly secret: string;
    /** Oldest first. */
    readonly versions: readonly Version[];
  }[];
  readonly steps: readonly {
    readonly seq: number;
    readonly at: string;
    readonly step: Phase;
    readonly slot?: Slot;
    readonly role?: Role;
    readonly rotation: string | null;
  }[];
  readonly consumers: readonly { readonly name: string; readonly calls: number; readonly refused: number }[];
}

export function targetDocument(watched: Watched, azure: LocalAzure): TargetDocument {
  const { target, resource, before, consumers } = watched.managed;
  return {
    name: target.name,
    resourceId: target.resourceId,
    ...outcomeOf(watched),
    before,
    after: keyState(target, resource, azure),
    publications: target.publications.map((publication) => ({
      secret: publication.secret,
      versions: versionsOf(publication, azure),
    })),
    steps: watched.receipts.map(({ seq, at, step, rotation, data }) => {
      const { slot, role } = data as { slot?: Slot; role?: Role };
      return { seq, at, step, ...(slot ? { slot } : {}), ...(role ? { role } : {}), rotation };
    }),
    consumers: consumers.map(({ consumer: { name, calls, refused } }) => ({ name, calls, refused })),
  };
}
