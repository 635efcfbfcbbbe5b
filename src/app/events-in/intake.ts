import type { Target } from '../../core/model.ts';
import type { App } from '../app.ts';
import type { InboxRow, Partition } from '../ports.ts';

/** Why nothing comes of an event. */
export type Reason =
  /** What came is no JSON at all. */
  | 'not-json'
  /** It is larger than what Event Grid delivers, so nobody has read it. */
  | 'too-large'
  /** It lacks what its kind has to have. */
  | 'malformed'
  | 'unknown-type'
  /** An action that changes or tells no key. */
  | 'other-action'
  /** No target, secret or resource of rotation.json. */
  | 'not-ours'
  /** It came from a topic that such events do not come from. */
  | 'other-topic'
  /** This app did it. */
  | 'own'
  /** Somebody of knownPrincipals did it. */
  | 'known-principal'
  /** It does not say who did it. */
  | 'no-principal'
  /** That SELF_PRINCIPAL_ID is missing is known by now. */
  | 'self-unknown'
  /** The same stranger listed keys of the same resource not long ago. */
  | 'seen-lately'
  /** An alert that somebody has dealt with. */
  | 'resolved'
  /** A version of a secret that the ledger knows. */
  | 'known-version'
  /** A version that is not the current one any more. */
  | 'superseded-version'
  | 'not-near-expiry'
  | 'too-old'
  /** Its time has not come yet. */
  | 'too-early'
  /** The target's row waits for a person, who is told. */
  | 'ledger-corrupted';

/** What an event asks for. */
export interface Wanted {
  readonly rows: readonly InboxRow[];
  /** A look that is newer than the event. */
  readonly look: boolean;
}

/** An event that is about a target. */
export interface Intake {
  readonly target: Target;
  /** By what the ledger holds of the target. */
  readonly wants: (known: Known) => Wanted | Reason;
}

export type Known = Pick<Partition, 'record' | 'now'>;

/** What an event is judged by, before anybody is asked. */
export type Installed = Pick<App, 'targets' | 'knownPrincipals' | 'selfPrincipalId'>;
