import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import {
  SecretDeleted,
  SecretDisabled,
  SecretForbidden,
  SecretMissing,
  SecretUnwritable,
  Unavailable,
} from '../app/errors.ts';
import type { Secrets, SecretVersion } from '../app/ports.ts';
import { SecretValue } from '../app/secret-value.ts';
import type { SecretId } from '../core/model.ts';
import { instantIn } from './arm.ts';
import { within } from './deadline.ts';
import { type Failure, failureIn, failureOf, unavailable } from './failure.ts';
import { listening } from './listening.ts';
import { once, patient } from './patience.ts';
import { anObject, instant, mapOf, orNull, text, truth } from './shape.ts';

const SERVICE = 'Key Vault';

/** The secrets of Key Vaults. The clients, and with them tokens and connections, are shared by all invocations. */
export function keyVaultSecrets(access: {
  readonly credential: TokenCredential;
  readonly httpClient: HttpClient;
}): (signal: AbortSignal) => Secrets {
  const { policy, hear } = listening();
  const open = (how: typeof once) => {
    const clients = new Map<string, SecretClient>();
    return (vault: string) => {
      const client = clients.get(vault) ?? new SecretClient(vault, access.credential, how(access.httpClient, policy));
      clients.set(vault, client);
      return client;
    };
  };
  const reading = open(patient);
  const changing = open(once);

  const asking = <T>(signal: AbortSignal, meaning: Meaning, call: (signal: AbortSignal) => Promise<T>) =>
    hear(async (heard) => {
      try {
        return await within(signal, call);
      } catch (error) {
        // The SDK's error leaves out the body, and an answer without one makes it fail over its own error and lose the status.
        const { answer } = heard;
        const failure = answer && answer.status >= 400 ? failureIn(answer) : failureOf(error);
        throw (await meaning(failure)) ?? unavailable(SERVICE, failure);
      }
    });

  /** A deleted secret answers like one that never was, until its deletion is asked about. */
  const absence = async (signal: AbortSignal, secret: SecretId) => {
    const { vault, name } = partsOf(secret);
    const deleted = within(signal, (abortSignal) => reading(vault).getDeletedSecret(name, { abortSignal }));
    return await deleted.then(
      () => new SecretDeleted(secret),
      // Without leave to ask, or without an answer, it is still certain that there is nothing to read.
      () => new SecretMissing(secret),
    );
  };

  const unreadable =
    (signal: AbortSignal, secret: SecretId): Meaning =>
    async ({ status, innerCode }) => {
      // The same 403 for a disabled version as for a missing role: only the inner code differs.
      if (status === 403 && innerCode === 'SecretDisabled') return new SecretDisabled(secret);
      if (status === 401 || status === 403) return new SecretForbidden(secret);
      return status === 404 ? await absence(signal, secret) : null;
    };

  return (signal) => ({
    async read(secret, version) {
      const { vault, name } = partsOf(secret);
      const options = version === undefined ? {} : { version };
      const found = await asking(signal, unreadable(signal, secret), (abortSignal) =>
        reading(vault).getSecret(name, { ...options, abortSignal }),
      );
      if (typeof found.value !== 'string') throw malformed();
      return { ...versionOf(found.properties), value: new SecretValue(found.value) };
    },

    async versions(secret) {
      const { vault, name } = partsOf(secret);
      const listed = await asking(signal, unreadable(signal, secret), async (abortSignal) => {
        const all: SecretProperties[] = [];
        const pages = reading(vault).listPropertiesOfSecretVersions(name, { abortSignal });
        for await (const properties of pages) all.push(properties);
        return all;
      });
      // A name that was never used lists nothing; it is not a 404.
      if (listed.length === 0) throw await absence(signal, secret);
      // The service lists in the order of the ids, which is none. Within one second nobody can tell which came first.
      return listed.map(versionOf).sort((a, b) => a.createdAt - b.createdAt);
    },

    async publish(secret, { value, contentType, tags, expiresAt }) {
      const { vault, name } = partsOf(secret);
      const written = await asking(signal, unwritable(secret), (abortSignal) =>
        changing(vault).setSecret(name, value.reveal(), {
          tags: { ...tags },
          ...(contentType === null ? {} : { contentType }),
          ...(expiresAt === null ? {} : { expiresOn: new Date(expiresAt) }),
          abortSignal,
        }),
      );
      return versionOf(written.properties);
    },

    async disable(secret, version) {
      const { vault, name } = partsOf(secret);
      // Only what is named changes, so tags, content type and expiry stay. Sent, tags would be replaced as a whole.
      await asking(signal, unwritable(secret), (abortSignal) =>
        changing(vault).updateSecretProperties(name, version, { enabled: false, abortSignal }),
      );
    },
  });
}

type Meaning = (failure: Failure) => Error | null | Promise<Error | null>;

const unwritable =
  (secret: SecretId): Meaning =>
  ({ status, innerCode }) => {
    // The name of a soft-deleted secret stays taken. Any other conflict passes by itself: the secret is just being deleted or recovered.
    if (status === 409) return innerCode === 'ObjectIsDeletedButRecoverable' ? new SecretUnwritable(secret) : null;
    if (status === null || status < 400 || status >= 500 || status === 408 || status === 429) return null;
    return new SecretUnwritable(secret);
  };

/** The SDK hands on what was answered whether it is of its type or not. */
const isVersion = anObject<SecretVersion>({
  version: text,
  createdAt: instant,
  enabled: truth,
  expiresAt: orNull(instant),
  contentType: orNull(text),
  tags: mapOf(text),
});

function versionOf(properties: SecretProperties): SecretVersion {
  const { version = '', createdOn, enabled = true, expiresOn = null, contentType = null, tags = {} } = properties;
  const createdAt = instantIn(createdOn) ?? Number.NaN;
  const expiresAt = expiresOn === null ? null : (instantIn(expiresOn) ?? Number.NaN);
  const seen = { version, createdAt, enabled, expiresAt, contentType, tags };
  if (version === '' || !isVersion(seen)) throw malformed();
  return seen;
}

function malformed(): Unavailable {
  return new Unavailable(SERVICE, { status: 200 });
}

function partsOf(secret: SecretId) {
  const { origin, pathname } = new URL(secret);
  return { vault: origin, name: pathname.split('/')[2] ?? '' };
}
