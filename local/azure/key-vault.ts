import { type Answer, type Ask, failure, fieldOf } from './http.ts';
import { principalOf } from './identity.ts';
import type { Secret, SecretChanges, SecretVersion, Vault, VaultOperation } from './vault.ts';

const tenant = '00000000-0000-0000-0000-00000000000a';
const pageSize = 25;
const secretPath = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-zA-Z]*))?\/?$/;
const deletedPath = /^\/deletedsecrets\/([0-9a-zA-Z-]{1,127})\/?$/;
const recoverPath = /^\/deletedsecrets\/([0-9a-zA-Z-]{1,127})\/recover\/?$/;

/** The secrets of one vault, over HTTP. */
export function answerKeyVault(ask: Ask, vault: Vault): Answer {
  const principal = principalOf(ask.headers.authorization, audienceOf(vault));
  if (principal === null) return challenge(ask.headers.authorization, vault);
  if (!ask.query.has('api-version')) return failure(400, 'BadParameter', 'api-version must be specified');

  const allowed = (operation: VaultOperation, answer: () => Answer): Answer =>
    vault.denials.forbids(operation, principal) ? forbidden(principal, operation, vault) : answer();

  if (ask.method === 'GET' && /^\/secrets\/?$/.test(ask.path))
    return allowed('readMetadata', () => listSecrets(ask, vault));

  const deleted = ask.path.match(deletedPath)?.[1];
  if (deleted && ask.method === 'GET') return allowed('readMetadata', () => deletedSecret(vault, deleted));

  const recovered = ask.path.match(recoverPath)?.[1];
  if (recovered && ask.method === 'POST') return allowed('recover', () => recoverSecret(vault, recovered));

  const [, name, rest = ''] = ask.path.match(secretPath) ?? [];
  if (name === undefined) return failure(404, 'NotFound', 'The local Key Vault has no such path.');
  const live = vault.find(name)?.deletedAt === null ? vault.find(name) : null;

  if (ask.method === 'PUT' && rest === '') return allowed('setSecret', () => setSecret(ask, vault, name));
  if (ask.method === 'GET' && rest.toLowerCase() === 'versions') {
    return allowed('readMetadata', () => (vault.find(name) && !live ? notFound(name) : listVersions(ask, vault, name)));
  }
  if (ask.method === 'GET') return allowed('getSecret', () => getSecret(vault, live, name, rest));
  if (ask.method === 'PATCH' && rest !== '')
    return allowed('update', () => updateVersion(ask, vault, live, name, rest));
  if (ask.method === 'DELETE' && rest === '') return allowed('delete', () => deleteSecret(vault, live, name));
  return failure(405, 'MethodNotAllowed', 'The local Key Vault has no such operation.');
}

function getSecret(vault: Vault, live: Secret | null, name: string, version: string): Answer {
  const found =
    version === '' ? live?.versions.at(-1) : live?.versions.find((candidate) => candidate.version === version);
  if (!live || !found) return notFound(name);
  if (!found.enabled) {
    return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {
      innererror: { code: 'SecretDisabled' },
    });
  }
  // Outside nbf and exp too: for a secret they inform, they do not refuse.
  return { status: 200, body: { value: found.value, ...properties(vault, live.name, found) } };
}

function setSecret(ask: Ask, vault: Vault, name: string): Answer {
  if (vault.find(name) && vault.find(name)?.deletedAt !== null) {
    return failure(
      409,
      'Conflict',
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      { innererror: { code: 'ObjectIsDeletedButRecoverable' } },
    );
  }
  const value = fieldOf(ask.body, 'value');
  if (typeof value !== 'string') return failure(400, 'BadParameter', 'The property "value" is required.');
  if (Buffer.byteLength(value) > 25_600)
    return failure(400, 'BadParameter', 'Secret value is too long: 25k bytes at most.');
  const changes = changesIn(ask.body);
  if ('status' in changes) return changes;
  const written = vault.set(name, value, changes);
  return { status: 200, body: { value, ...properties(vault, name, written) } };
}

function updateVersion(ask: Ask, vault: Vault, live: Secret | null, name: string, version: string): Answer {
  if (!live?.versions.some((candidate) => candidate.version === version)) return notFound(name);
  const changes = changesIn(ask.body);
  if ('status' in changes) return changes;
  return { status: 200, body: properties(vault, live.name, vault.change(name, changes, version)) };
}

function deleteSecret(vault: Vault, live: Secret | null, name: string): Answer {
  if (!live) return notFound(name);
  vault.delete(name);
  return deletedSecret(vault, name);
}

function deletedSecret(vault: Vault, name: string): Answer {
  const secret = vault.find(name);
  const version = secret?.versions.at(-1);
  if (!secret || secret.deletedAt === null || !version) {
    return failure(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
  }
  return {
    status: 200,
    body: {
      ...properties(vault, secret.name, version),
      recoveryId: `https://${vault.host}/deletedsecrets/${secret.name}`,
      deletedDate: secret.deletedAt,
      scheduledPurgeDate: secret.deletedAt + 90 * 86_400,
    },
  };
}

/** The real one takes seconds, in which the name is neither there nor deleted. */
function recoverSecret(vault: Vault, name: string): Answer {
  const { status, body } = deletedSecret(vault, name);
  if (status === 200) vault.recover(name);
  const version = vault.current(name);
  return version === null ? { status, body } : { status: 200, body: properties(vault, name, version) };
}

function listVersions(ask: Ask, vault: Vault, name: string): Answer {
  // A name never used gives an empty list, not a 404, and the order is that of the ids, which is no order at all.
  const versions = [...vault.versions(name)].sort((a, b) => (a.version < b.version ? -1 : 1));
  return page(
    ask,
    vault,
    versions.map((version) => properties(vault, vault.find(name)?.name ?? name, version)),
  );
}

function listSecrets(ask: Ask, vault: Vault): Answer {
  const items = vault.secrets
    .filter((secret) => secret.deletedAt === null)
    .flatMap((secret) =>
      secret.versions
        .slice(-1)
        .map((version) => ({ ...properties(vault, secret.name, version), id: vault.idOf(secret.name) })),
    );
  return page(ask, vault, items);
}

function page(ask: Ask, vault: Vault, items: readonly unknown[]): Answer {
  const size = Number(ask.query.get('maxresults') ?? pageSize);
  if (!Number.isInteger(size) || size < 1 || size > pageSize)
    return failure(400, 'BadParameter', 'maxresults must be between 1 and 25.');
  const from = Number(Buffer.from(ask.query.get('$skiptoken') ?? '', 'base64url').toString() || 0);
  const next = new URLSearchParams(ask.query);
  next.set('$skiptoken', Buffer.from(String(from + size)).toString('base64url'));
  // With the port, as the service writes it.
  const nextLink = from + size < items.length ? `https://${vault.host}:443${ask.path}?${next}` : null;
  return { status: 200, body: { value: items.slice(from, from + size), nextLink } };
}

function properties(vault: Vault, name: string, version: SecretVersion): Record<string, unknown> {
  const { enabled, nbf, exp, created, updated, contentType, tags } = version;
  return {
    id: `${vault.idOf(name)}/${version.version}`,
    ...(contentType === undefined ? {} : { contentType }),
    attributes: {
      enabled,
      ...(nbf === undefined ? {} : { nbf }),
      ...(exp === undefined ? {} : { exp }),
      created,
      updated,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Tags are replaced as a whole; what is not named stays. */
function changesIn(body: unknown): SecretChanges | Answer {
  const attributes = fieldOf(body, 'attributes');
  const tags = fieldOf(body, 'tags') as Record<string, string> | null | undefined;
  const contentType = fieldOf(body, 'contentType');
  const [enabled, nbf, exp] = [fieldOf(attributes, 'enabled'), fieldOf(attributes, 'nbf'), fieldOf(attributes, 'exp')];
  const written = Object.entries(tags ?? {});
  if (written.length > 15) return failure(400, 'BadParameter', 'The number of tags exceeds the maximum of 15.');
  if (written.some(([name, value]) => typeof value !== 'string' || name.length > 256 || value.length > 256)) {
    return failure(400, 'BadParameter', 'A tag name or value is longer than 256 characters.');
  }
  if (typeof nbf === 'number' && typeof exp === 'number' && exp <= nbf) {
    return failure(400, 'BadParameter', 'The attribute exp must be after nbf.');
  }
  return {
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(typeof nbf === 'number' ? { nbf } : {}),
    ...(typeof exp === 'number' ? { exp } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(tags ? { tags } : {}),
  };
}

/** The cloud's part of the host. */
const audienceOf = ({ host }: Vault): string => `https://${host.slice(host.indexOf('.') + 1)}`;

function challenge(authorization: string | undefined, vault: Vault): Answer {
  const headers = {
    'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="${audienceOf(vault)}"`,
  };
  return authorization
    ? failure(401, 'Unauthorized', 'AKV10022: Invalid audience or token.', { headers })
    : failure(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.', { headers });
}

function forbidden(principal: string, operation: VaultOperation, vault: Vault): Answer {
  return failure(
    403,
    'Forbidden',
    `Caller is not authorized to perform action on resource.\r\nCaller: oid=${principal}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/${operation}/action'\r\nVault: ${vault.name}`,
    { innererror: { code: 'ForbiddenByRbac' } },
  );
}

function notFound(name: string): Answer {
  return failure(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);
}
