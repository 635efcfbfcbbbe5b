import { randomBytes } from 'node:crypto';
import { CLOUDS, type Cloud } from '../../src/core/clouds.ts';
import { Denials } from './denials.ts';
import type { Clock } from './http.ts';
import { usualSubscription } from './subscription.ts';

/**
 * Named after the data actions of Azure's roles: `readMetadata` lists secrets and versions, `update` changes a version. `read` is of the vault
 * itself, over ARM.
 */
export type VaultOperation = 'getSecret' | 'setSecret' | 'update' | 'readMetadata' | 'delete' | 'recover' | 'read';

export interface VaultOptions {
  /** Default: the public one. */
  readonly cloud?: Cloud;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  /** Default `Enabled`. Only told: whom the network keeps out is forbidden by its principal. */
  readonly publicNetworkAccess?: string;
  /** Default none, which lets everybody in. */
  readonly networkAcls?: VaultNetworkAcls;
}

export interface VaultNetworkAcls {
  readonly defaultAction: 'Allow' | 'Deny';
  readonly ipRules?: readonly string[];
  /** Their ids. */
  readonly subnets?: readonly string[];
}

export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whole seconds, as the service keeps them. */
  readonly created: number;
  readonly updated: number;
  readonly nbf?: number;
  readonly exp?: number;
}

export type SecretChanges = Partial<Pick<SecretVersion, 'enabled' | 'contentType' | 'tags' | 'nbf' | 'exp'>>;

export interface Secret {
  readonly name: string;
  /** In the order of creation: the last one is current, whatever its `created` second says. */
  versions: SecretVersion[];
  deletedAt: number | null;
}

/** One Key Vault: its secrets with every version, and who may do what. */
export class Vault {
  readonly name: string;
  readonly host: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly id: string;
  publicNetworkAccess: string;
  networkAcls: VaultNetworkAcls | null;
  readonly denials = new Denials<VaultOperation>();
  readonly #clock: Clock;
  readonly #secrets = new Map<string, Secret>();

  constructor(name: string, clock: Clock, options: VaultOptions = {}) {
    this.name = name;
    this.host = `${name}.${(options.cloud ?? CLOUDS.AzureCloud).vaults}`.toLowerCase();
    this.subscriptionId = options.subscriptionId ?? usualSubscription;
    this.resourceGroup = options.resourceGroup ?? 'rg-secrets';
    this.location = options.location ?? 'westeurope';
    this.id = `/subscriptions/${this.subscriptionId}/resourceGroups/${this.resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`;
    this.publicNetworkAccess = options.publicNetworkAccess ?? 'Enabled';
    this.networkAcls = options.networkAcls ?? null;
    this.#clock = clock;
  }

  forbid(operation: VaultOperation, principal?: string): void {
    this.denials.forbid(operation, principal);
  }

  allow(operation: VaultOperation, principal?: string): void {
    this.denials.allow(operation, principal);
  }

  /** The unversioned id, as configuration names a secret. */
  idOf(name: string): string {
    return `https://${this.host}/secrets/${name}`;
  }

  /** Secret names are compared without case and listed as first written. */
  find(name: string): Secret | null {
    return this.#secrets.get(name.toLowerCase()) ?? null;
  }

  get secrets(): readonly Secret[] {
    return [...this.#secrets.values()];
  }

  /** Oldest first, of a deleted secret too. */
  versions(name: string): readonly SecretVersion[] {
    return this.find(name)?.versions ?? [];
  }

  current(name: string): SecretVersion | null {
    const secret = this.find(name);
    return secret && secret.deletedAt === null ? (secret.versions.at(-1) ?? null) : null;
  }

  /** Writes a version, by whomever. */
  set(name: string, value: string, changes: SecretChanges = {}): SecretVersion {
    const secret = this.find(name) ?? { name, versions: [], deletedAt: null };
    if (secret.deletedAt !== null) throw new Error(`${this.name}/${name} is deleted: recover it first.`);
    const created = this.#seconds();
    const written = {
      version: randomBytes(16).toString('hex'),
      value,
      enabled: true,
      created,
      updated: created,
      ...changes,
    };
    secret.versions.push(written);
    this.#secrets.set(name.toLowerCase(), secret);
    return written;
  }

  /** Changes one version, the current one if none is named. */
  change(name: string, changes: SecretChanges, version?: string): SecretVersion {
    const secret = this.find(name);
    const index = secret ? indexOf(secret, version) : -1;
    const before = secret?.versions[index];
    if (!secret || !before) throw new Error(`${this.name}/${name} has no such version.`);
    const after = { ...before, ...changes, updated: this.#seconds() };
    secret.versions[index] = after;
    return after;
  }

  disable(name: string, version?: string): void {
    this.change(name, { enabled: false }, version);
  }

  /** Soft delete: the name stays taken until it is recovered or purged. */
  delete(name: string): void {
    const secret = this.find(name);
    if (secret) secret.deletedAt = this.#seconds();
  }

  recover(name: string): void {
    const secret = this.find(name);
    if (secret) secret.deletedAt = null;
  }

  purge(name: string): void {
    this.#secrets.delete(name.toLowerCase());
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function indexOf(secret: Secret, version: string | undefined): number {
  return version === undefined
    ? secret.versions.length - 1
    : secret.versions.findIndex((candidate) => candidate.version === version);
}
