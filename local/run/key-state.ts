import type { Publication, Target } from '../../src/core/model.ts';
import { fingerprintOf } from '../azure/keys.ts';
import type { LocalAzure } from '../azure/server.ts';
import type { SignalRResource, SlotName } from '../azure/signalr-resource.ts';
import type { SecretVersion } from '../azure/vault.ts';
import { connectionIn } from '../consumers/connection.ts';

export interface KeyState {
  /** The slot whose key the publications carry; null where they carry none, or both. */
  readonly active: SlotName | null;
  readonly primary: string;
  readonly secondary: string;
}

/** The state of the world itself, not what the app believes of it. */
export function keyState({ publications }: Target, { fingerprints }: SignalRResource, azure: LocalAzure): KeyState {
  const carried = publications
    .map((publication) => versionsOf(publication, azure).at(-1)?.fingerprint ?? null)
    .filter((fingerprint) => fingerprint !== null);
  const isOn = (slot: SlotName) => carried.length > 0 && carried.every((each) => each === fingerprints[slot]);
  const active = isOn('primary') ? 'primary' : isOn('secondary') ? 'secondary' : null;
  return { active, ...fingerprints };
}

export interface Version {
  readonly version: string;
  /** null where it carries no key. */
  readonly fingerprint: string | null;
  readonly enabled: boolean;
  readonly createdAt: string;
}

/** Oldest first. */
export function versionsOf({ secret, format }: Publication, azure: LocalAzure): readonly Version[] {
  return storedIn(secret, azure).map(({ version, value, enabled, created }) => {
    const key = format === 'access-key' ? value : connectionIn(value)?.key;
    const fingerprint = key === undefined ? null : fingerprintOf(key);
    return { version, fingerprint, enabled, createdAt: new Date(created * 1000).toISOString() };
  });
}

/** null where there is none. */
export const newestVersion = (secret: string, azure: LocalAzure): string | null =>
  storedIn(secret, azure).at(-1)?.version ?? null;

function storedIn(secret: string, azure: LocalAzure): readonly SecretVersion[] {
  const { host, pathname } = new URL(secret);
  const vault = azure.vaults.find((candidate) => candidate.host === host);
  return vault?.versions(pathname.split('/')[2] ?? '') ?? [];
}
