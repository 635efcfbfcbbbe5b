import type { ConnectionString } from '../connection-string/parse.ts';
import type { Current, Fingerprint, Publication, ResourceId } from '../core/model.ts';
import type { CredentialKind, TextSeen } from '../core/posture.ts';
import type { ProbeAddress, SecretVersion } from './ports.ts';
import { keyIn, type SlotKeys, slotKeyWithin, tryParse } from './secret-text.ts';
import type { SecretValue } from './secret-value.ts';

export type CurrentSecret = SecretVersion & { readonly value: SecretValue };

/** Whose publication a text may be. */
export interface Owner {
  readonly resourceId: ResourceId;
  readonly keys: SlotKeys;
  /** Lower-case host names of the target. */
  readonly hostNames: readonly string[];
}

export interface Judgement {
  readonly current: Current;
  /** Where the data plane is asked; null where the text does not say, or is not the target's. */
  readonly address: ProbeAddress | null;
  /** null where the text cannot be used. */
  readonly text: TextSeen | null;
}

/** What the current version of a publication is, and so whether it may be written. */
export const judgeCurrent = (secret: CurrentSecret, format: Publication['format'], owner: Owner): Judgement =>
  format === 'access-key' ? judgeBareKey(secret, owner) : judgeConnectionString(secret, owner);

/** The key that a version carries, of whatever resource; `none` for a text without one. */
export function keyCarriedBy(value: SecretValue, format: Publication['format'], keys: SlotKeys): Fingerprint | 'none' {
  const bare = format === 'access-key' ? value.fingerprint() : undefined;
  return keyIn(value)?.fingerprint() ?? slotKeyWithin(value, keys) ?? bare ?? 'none';
}

function judgeConnectionString({ version, value }: CurrentSecret, { keys, hostNames }: Owner): Judgement {
  const parsed = tryParse(value);
  if (parsed === null) {
    const fingerprint = slotKeyWithin(value, keys);
    return {
      current: { is: 'unusable', code: 'NotAConnectionString', version, fingerprint },
      address: null,
      text: null,
    };
  }
  const fingerprint = keyIn(value)?.fingerprint() ?? null;
  if (!hostNames.includes(parsed.hostname.toLowerCase())) {
    return { current: { is: 'unusable', code: 'ForeignEndpoint', version, fingerprint }, address: null, text: null };
  }
  const text = textSeen(parsed);
  if (fingerprint === null) return { current: { is: 'passwordless', version }, address: null, text };
  const { ambiguousAuth, server, audience } = parsed;
  return {
    current: { is: 'keyed', version, fingerprint, ambiguousAuth },
    address: { server: server.replace(/\/$/, ''), audience: new URL(audience).origin },
    text,
  };
}

const CREDENTIALS: Readonly<Record<ConnectionString['credential']['kind'], CredentialKind>> = {
  'access-key': 'access-key',
  'default-credential': 'azure',
  'managed-identity': 'azure.msi',
  'client-secret': 'azure.app',
  'client-certificate': 'azure.app',
};

/** Client and server endpoint only where they differ from Endpoint: a reverse proxy, say. */
function textSeen({ endpoint, client, server, credential, ambiguousAuth }: ConnectionString): TextSeen {
  const own = (url: string): string | null => {
    const { origin } = new URL(url);
    return origin === endpoint ? null : origin;
  };
  return {
    credential: ambiguousAuth ? 'both' : CREDENTIALS[credential.kind],
    endpoint,
    clientEndpoint: own(client),
    serverEndpoint: own(server),
  };
}

const BARE: TextSeen = { credential: 'raw-key', endpoint: null, clientEndpoint: null, serverEndpoint: null };

/** A bare key does not say whose it is: it has to be in a slot, or to bear the resource's id in Microsoft's tag. */
function judgeBareKey({ version, value, tags }: CurrentSecret, { resourceId, keys }: Owner): Judgement {
  const fingerprint = value.fingerprint();
  const isInSlot = [keys.primary, keys.secondary].some((key) => key.fingerprint() === fingerprint);
  const isTagged = tags.ProviderAddress?.toLowerCase() === resourceId;
  // A connection string where a bare key is expected has no form that could be kept.
  const isBare = tryParse(value) === null;
  if (isInSlot || (isTagged && isBare)) {
    return { current: { is: 'keyed', version, fingerprint, ambiguousAuth: false }, address: null, text: BARE };
  }
  const within = slotKeyWithin(value, keys);
  return {
    current: { is: 'unusable', code: 'UnrecognisedKey', version, fingerprint: within },
    address: null,
    text: null,
  };
}
