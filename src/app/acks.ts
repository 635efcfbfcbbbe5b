import { isOutdated, keyShown } from '../core/evidence.ts';
import {
  type Consumer,
  type Fingerprint,
  parseFingerprint,
  type SecretId,
  type Shows,
  type Target,
} from '../core/model.ts';
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
 * @throws Problem `ConsumerNotFound`; `InvalidRequest` for a secret that it does not read; `AckOutdated` for what the
 *   ledger knows to be superseded, which is recorded all the same: it shows who is back on the old key
 * @throws LedgerUnavailable
 */
export async function acknowledge(target: Target, ack: Ack, ports: Ports): Promise<readonly Believed[]> {
  const consumer = findConsumer(target, ack.consumer);
  const secrets = secretsOf(consumer, ack);
  const { record } = await ports.ledger.read(target.resourceId);
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
      {
        more: { current: outdated.map((secret) => currentOf(secret, record)) },
      },
    );
  }
  return secrets.map((secret) => believedOf(secret, ack.shows, record));
}

export function findConsumer(target: Target, name: string): Consumer {
  const consumer = target.consumers.find((c) => c.name === name);
  if (consumer === undefined) {
    throw new Problem(
      'ConsumerNotFound',
      `Target ${target.name} lists no consumer of that name: add it to rotation.json.`,
    );
  }
  return consumer;
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
