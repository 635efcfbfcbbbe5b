import { randomBytes } from 'node:crypto';
import { Denials } from './denials.ts';
import type { Home } from './home.ts';
import type { Clock } from './http.ts';
import { type Fetched, fetchSecret, parseAddress, type VaultAt } from './key-vault-reference.ts';
import { usualSubscription } from './subscription.ts';

export type ContainerAppOperation = 'read' | 'restart';

export interface ContainerAppOptions {
  readonly name: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Names to addresses in a vault, with or without a version. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Default 1. */
  readonly replicas?: number;
  /** Milliseconds for which the platform keeps what it fetched; 30 min. */
  readonly caches?: number;
}

export interface Revision {
  readonly name: string;
  readonly createdAt: number;
  active: boolean;
  replicas: readonly Replica[];
}

export interface Replica {
  readonly name: string;
  readonly createdAt: number;
}

/** A container app: its revisions and their replicas, and the secrets that the platform keeps for whichever starts next. */
export class ContainerApp {
  readonly name: string;
  readonly id: string;
  readonly principal: string;
  readonly denials = new Denials<ContainerAppOperation>();
  readonly secrets: Readonly<Record<string, string>>;

  readonly #clock: Clock;
  readonly #vaultAt: VaultAt;
  readonly #caches: number;
  readonly #revisions: Revision[] = [];
  readonly #cache = new Map<string, Fetched>();
  #fetchedAt: number;
  #replicas: number;
  #starts = 0;

  constructor(options: ContainerAppOptions, clock: Clock, vaultAt: VaultAt) {
    const { name, subscriptionId = usualSubscription, resourceGroup = 'rg-apps' } = options;
    this.name = name;
    this.principal = name;
    this.id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.App/containerApps/${name}`;
    this.secrets = options.secrets;
    this.#clock = clock;
    this.#vaultAt = vaultAt;
    this.#caches = options.caches ?? 30 * 60_000;
    this.#replicas = options.replicas ?? 1;
    this.#fetchedAt = clock.now();
    this.#fetch();
    this.deploy();
  }

  get revisions(): readonly Revision[] {
    this.#catchUp();
    return this.#revisions;
  }

  /** Whole seconds, as the service tells them. */
  get now(): number {
    return Math.floor(this.#clock.now() / 1000) * 1000;
  }

  /** Grows whenever replicas start. */
  get starts(): number {
    this.#catchUp();
    return this.#starts;
  }

  /** Where an application gets its secret from. */
  home(secret: string): Home {
    const read = () => this.#read(secret);
    const starts = () => this.starts;
    return {
      get starts() {
        return starts();
      },
      read,
    };
  }

  /** A new revision, in place of the others or beside them. It reads what the platform has kept, which may be old. */
  deploy({ beside = false } = {}): Revision {
    this.#catchUp();
    if (!beside) for (const revision of this.#revisions) this.#retire(revision);
    const revision = { name: `${this.name}--${suffix()}`, createdAt: this.now, active: true, replicas: [] };
    this.#revisions.push(revision);
    this.#start(revision);
    return revision;
  }

  /** New replicas for a revision, or for every active one. */
  restart(name?: string): void {
    this.#catchUp();
    for (const revision of this.#revisions) {
      if (revision.active && (name === undefined || revision.name === name)) this.#start(revision);
    }
  }

  deactivate(name: string): void {
    for (const revision of this.#revisions) if (revision.name === name) this.#retire(revision);
  }

  /** To that many replicas in each active revision; those that are there stay. */
  scale(replicas: number): void {
    this.#catchUp();
    this.#replicas = replicas;
    for (const revision of this.#revisions.filter(({ active }) => active)) {
      const more = Math.max(0, replicas - revision.replicas.length);
      if (more > 0) this.#starts += 1;
      revision.replicas = [...revision.replicas.slice(0, replicas), ...this.#newReplicas(more)];
    }
  }

  #retire(revision: Revision): void {
    revision.active = false;
    revision.replicas = [];
  }

  #start(revision: Revision): void {
    revision.replicas = this.#newReplicas(this.#replicas);
    this.#starts += 1;
  }

  #newReplicas(count: number): Replica[] {
    return Array.from({ length: count }, () => ({ name: `replica-${suffix()}`, createdAt: this.now }));
  }

  /** A reference that fetched something new restarts what is active. */
  #catchUp(): void {
    if (this.#clock.now() < this.#fetchedAt + this.#caches) return;
    this.#fetchedAt = this.#clock.now();
    if (!this.#fetch()) return;
    for (const revision of this.#revisions.filter(({ active }) => active)) this.#start(revision);
  }

  /** @returns whether anything changed */
  #fetch(): boolean {
    let isChanged = false;
    for (const [secret, address] of Object.entries(this.secrets)) {
      const fetched = fetchSecret(parseAddress(address), this.#vaultAt, this.principal);
      if (fetched.value === null) continue; // What cannot be fetched again stays in use.
      isChanged ||= this.#cache.get(secret)?.version !== fetched.version;
      this.#cache.set(secret, fetched);
    }
    return isChanged;
  }

  #read(secret: string): { readonly value: string; readonly version: string } | null {
    const { value = null, version = null } = this.#cache.get(secret) ?? {};
    return value === null || version === null ? null : { value, version };
  }
}

function suffix(): string {
  return randomBytes(4).toString('hex');
}
