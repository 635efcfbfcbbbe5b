import type { ConditionCode } from '../core/codes.ts';
import type { Duration, ResourceId, SecretId } from '../core/model.ts';

/**
 * What went wrong at a port, with a code to switch on. A message says what to do next and never holds a value that might
 * be a secret; no decision is taken on its words.
 */
export abstract class PortError extends Error {
  abstract readonly code: string;
  override get name(): string {
    return this.code;
  }
}

/** Trying again later may help: throttling, a timeout, a reset connection, a 5xx. */
export class Unavailable extends PortError {
  readonly code = 'Unavailable';
  readonly service: string;
  readonly status: number | null;
  /** What the service asked for; null where it did not say. */
  readonly retryAfter: Duration | null;
  /** false: the request may have been carried out although no answer came. */
  readonly refused: boolean;

  constructor(
    service: string,
    options: { status?: number | null; retryAfter?: Duration | null; refused?: boolean; cause?: unknown } = {},
  ) {
    super(`${service} did not answer as it should${options.status ? ` (${options.status})` : ''}: it is tried again.`, {
      cause: options.cause,
    });
    this.service = service;
    this.status = options.status ?? null;
    this.retryAfter = options.retryAfter ?? null;
    this.refused = options.refused ?? false;
  }
}

/** Whether what was asked for may have been carried out, or may be yet, although nothing but this error came of it. */
export const mayBeDone = (error: unknown): boolean =>
  error instanceof Unavailable ? !error.refused : !(error instanceof PortError);

/** A person has to change something first. */
export abstract class Obstacle extends PortError {
  abstract override readonly code: ConditionCode;
  /** The publication that it is about, if it is about one. */
  readonly secret: SecretId | null;

  constructor(message: string, secret: SecretId | null = null) {
    super(message);
    this.secret = secret;
  }
}

export class ResourceForbidden extends Obstacle {
  readonly code = 'ResourceForbidden';
  constructor(resource: ResourceId) {
    super(`The identity of this app may not read or regenerate the keys of ${resource}: grant it the rotator role.`);
  }
}

export class ResourceNotFound extends Obstacle {
  readonly code = 'ResourceNotFound';
  constructor(resource: ResourceId) {
    super(`${resource} does not exist: correct resourceId or remove the target.`);
  }
}

/** A subscription whose resources the app may not list. */
export class SubscriptionForbidden extends PortError {
  readonly code = 'SubscriptionForbidden';
  constructor(subscription: string) {
    super(
      `The identity of this app may not list the resources of subscription ${subscription}: grant it Reader there.`,
    );
  }
}

/** The service runs another operation on the resource, so this one was not begun. */
export class ResourceBusy extends PortError {
  readonly code = 'ResourceBusy';
  constructor(resource: ResourceId) {
    super(`Another operation runs on ${resource}: it is waited for.`);
  }
}

export class SecretDisabled extends Obstacle {
  readonly code = 'SecretDisabled';
  constructor(secret: SecretId) {
    super(`The version of ${secret} is disabled: enable it or publish a new one.`, secret);
  }
}

export class SecretForbidden extends Obstacle {
  readonly code = 'PublicationUnreadable';
  constructor(secret: SecretId) {
    super(
      `The identity of this app may not read ${secret}: grant it get and list, and check the vault's network rules.`,
      secret,
    );
  }
}

export class SecretMissing extends Obstacle {
  readonly code = 'SecretMissing';
  constructor(secret: SecretId) {
    super(`${secret} does not exist: create it, or take it out of rotation.json.`, secret);
  }
}

export class SecretDeleted extends Obstacle {
  readonly code = 'SecretDeleted';
  constructor(secret: SecretId) {
    super(`${secret} is deleted: recover it, or take it out of rotation.json.`, secret);
  }
}

export class SecretUnwritable extends Obstacle {
  readonly code = 'PublicationUnwritable';
  constructor(secret: SecretId) {
    super(
      `${secret} cannot be written: grant set on it to the identity of this app, or recover it if it was deleted.`,
      secret,
    );
  }
}

/** A consumer could not be pushed; it is waited for all the same. */
export class NudgeRefused extends PortError {
  readonly code = 'NudgeRefused';
  constructor(consumer: string) {
    super(`${consumer} cannot be refreshed or restarted: grant the app that right on it, or set its nudge to none.`);
  }
}

/** Somebody else wrote the row since: this worker makes no further call. */
export class LeaseLost extends PortError {
  readonly code = 'LeaseLost';
  constructor(resource: ResourceId) {
    super(`Another worker has taken over ${resource}.`);
  }
}

/** The ledger cannot be read or written: the one failure that the queue has to redeliver. */
export class LedgerUnavailable extends PortError {
  readonly code = 'LedgerUnavailable';
  constructor(options?: { cause?: unknown }) {
    super('The ledger cannot be reached: check the storage account and the roles of this app on it.', options);
  }
}

/** A mistake of this program. Its message stays out of logs and rows: nobody has checked what it holds. */
export class Defect extends PortError {
  readonly code = 'Defect';
  /** Where it happened, line by line. */
  readonly where: readonly string[];

  constructor(error: unknown) {
    super(`This program made a mistake (${error instanceof Error ? error.name : typeof error}): please report it.`);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    this.where = stack
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('at '));
  }
}

/** A row of the ledger is not what this version writes. It stays as it is, for a person to look at. */
export class LedgerCorrupted extends PortError {
  readonly code = 'LedgerCorrupted';
  readonly resource: ResourceId;
  readonly rowKey: string;

  constructor(resource: ResourceId, rowKey: string) {
    super(
      `Row ${rowKey} of ${resource} cannot be understood: it was changed by hand or written by a newer version. Put it right, or run that version.`,
    );
    this.resource = resource;
    this.rowKey = rowKey;
  }
}
