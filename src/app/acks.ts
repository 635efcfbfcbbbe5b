import { isOutdated, keyShown } from '../core/evidence.ts';
import {
  type Consumer,
  type Fingerprint,
  parseFingerprint,
  type SecretId,
  type Shows,
  type Target,
} from '../core/model.ts';
import { participantsOf } from '../core/participants.ts';
import { hint } from './hint.ts';
import type { LedgerRecord, Ports } from './ports.ts';
import { Problem } from './problems.ts';

export interface Ack {
  readonly consumer: string;
  /** null speaks for every secret that the consumer reads. */
  readonly secret: SecretId | null;
  readonly shows: Shows;
}

export interface Believed {
  readonly secret: SecretId;
  readonly version: string | null;
  readonly fingerprint: Fingerprint | null;
  readonly auth: 'key' | 'entra';
}

/**
 * Takes down what a consumer says that it uses now.
 *
 * @param maySpeakFor whether the caller may speak for the consumer
 * @throws Problem `ConsumerNotFound`; `Forbidden`; `InvalidRequest` for a secret that it does not read; `AckOutdated` for
 *   what the ledger knows to be superseded, which is recorded all the same: it shows who is back on the old key
 * @throws LedgerUnavailable
 */
export async function acknowledge(
  target: Target,
  ack: Ack,
  maySpeakFor: (consumer: Consumer) => boolean,
  ports: Ports,
): Promise<readonly Believed[]> {
  const { record } = await ports.ledger.read(target.resourceId);
  const consumer = findConsumer(target, ack.consumer, record);
  if (!maySpeakFor(consumer)) throw new Problem('Forbidden', `You may not acknowledge for ${consumer.name}.`);
  const secrets = secretsOf(consumer, ack);
  for (const secret of secrets) {
    await ports.ledger.insertInbox(target.resourceId, {
      kind: 'ack',
      consumer: consumer.name,
      secret,
      shows: ack.shows,
    });
  }
  await hint(ports.queue, target.resourceId, 0);
  const outdated = secrets.filter((secret) => isOutdated(ack.shows, record?.state.publications[secret]));
  if (outdated.length > 0) {
    throw new Problem(
      'AckOutdated',
      'Restart the consumer so that it reads the current version, and acknowledge again.',
      { more: { current: outdated.map((secret) => currentOf(secret, record)) } },
    );
  }
  return secrets.map((secret) => believedOf(secret, ack.shows, record));
}

/** One that was removed from rotation.json is still awaited by the rotation that began with it, so it may still speak. */
function findConsumer(target: Target, name: string, record: LedgerRecord | null): Consumer {
  const { consumers } = record === null ? target : participantsOf(target, record.state);
  const consumer = consumers.find((c) => c.name === name);
  if (consumer !== undefined) return consumer;
  throw new Problem(
    'ConsumerNotFound',
    `Target ${target.name} lists no consumer of that name: add it to rotation.json.`,
  );
}

function secretsOf({ reads }: Consumer, { secret, shows }: Ack): readonly SecretId[] {
  if (secret !== null && !reads.includes(secret)) {
    const message = 'is not a secret that this consumer reads';
    throw new Problem('InvalidRequest', 'The consumer does not read that secret.', {
      errors: [{ path: 'secret', message }],
    });
  }
  if (secret === null && shows.by === 'version' && reads.length > 1) {
    const message = 'is needed with a version, since this consumer reads several secrets';
    throw new Problem('InvalidRequest', 'A version belongs to one secret.', { errors: [{ path: 'secret', message }] });
  }
  return secret === null ? reads : [secret];
}

function currentOf(secret: SecretId, record: LedgerRecord | null): Record<string, unknown> {
  const current = record?.state.publications[secret]?.carried.find(({ until }) => until === null);
  const fingerprint = current === undefined ? null : parseFingerprint(current.fingerprint);
  return { secret, version: current?.versions.at(-1) ?? null, fingerprint };
}

function believedOf(secret: SecretId, shows: Shows, record: LedgerRecord | null): Believed {
  const key = keyShown(shows, record?.state.publications[secret]);
  return {
    secret,
    version: shows.by === 'version' ? shows.version : null,
    fingerprint: key === 'entra' ? null : key,
    auth: key === 'entra' ? 'entra' : 'key',
  };
}
