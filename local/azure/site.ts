import { Denials } from './denials.ts';
import type { Home } from './home.ts';
import type { Clock } from './http.ts';
import {
  type Fetched,
  fetchSecret,
  parseReference,
  type Reference,
  type ResolveStatus,
  type VaultAt,
} from './key-vault-reference.ts';
import { usualSubscription } from './subscription.ts';

export type SiteOperation = 'read' | 'refresh' | 'restart';
export type SettingKind = 'appsettings' | 'connectionstrings';

export interface SiteOptions {
  readonly name: string;
  readonly slot?: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Application settings; `@Microsoft.KeyVault(…)` is a reference. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly connectionStrings?: Readonly<Record<string, string>>;
  /** Milliseconds between two fetches of its references; 24 h. */
  readonly refetches?: number;
}

interface Setting {
  readonly kind: SettingKind;
  readonly text: string;
  readonly reference: Reference | null | 'plain';
  held: Fetched;
}

export interface ShownReference extends Fetched {
  readonly setting: string;
  readonly text: string;
  readonly reference: Reference | null;
}

/** An App Service site, or a slot of one: its settings, the secrets fetched for them, and how often its processes started. */
export class Site {
  readonly name: string;
  readonly slot: string | null;
  readonly id: string;
  /** Its managed identity: what a vault forbids it by. */
  readonly principal: string;
  readonly denials = new Denials<SiteOperation>();

  readonly #clock: Clock;
  readonly #vaultAt: VaultAt;
  readonly #refetches: number;
  readonly #settings = new Map<string, Setting>();
  readonly #reported = new Map<string, ResolveStatus>();
  #fetchedAt: number;
  #starts = 1;

  constructor(options: SiteOptions, clock: Clock, vaultAt: VaultAt) {
    const { name, slot = null, subscriptionId = usualSubscription } = options;
    this.name = name;
    this.slot = slot;
    this.principal = slot === null ? name : `${name}/${slot}`;
    const site = `/subscriptions/${subscriptionId}/resourceGroups/${options.resourceGroup ?? 'rg-web'}/providers/Microsoft.Web/sites/${name}`;
    this.id = slot === null ? site : `${site}/slots/${slot}`;
    this.#clock = clock;
    this.#vaultAt = vaultAt;
    this.#refetches = options.refetches ?? 24 * 3_600_000;
    this.#fetchedAt = clock.now();
    for (const [setting, text] of Object.entries(options.settings ?? {})) this.#put(setting, text, 'appsettings');
    for (const [setting, text] of Object.entries(options.connectionStrings ?? {})) {
      this.#put(setting, text, 'connectionstrings');
    }
  }

  get starts(): number {
    this.#catchUp();
    return this.#starts;
  }

  references(kind: SettingKind): readonly ShownReference[] {
    this.#catchUp();
    return [...this.#settings].flatMap(([setting, { kind: own, text, reference, held }]) => {
      if (own !== kind || reference === 'plain') return [];
      return [{ setting, text, reference, ...held, status: this.#reported.get(setting) ?? held.status }];
    });
  }

  /** Where an application gets its setting from. */
  home(setting: string): Home {
    const read = () => this.#read(setting);
    const starts = () => this.starts;
    return {
      get starts() {
        return starts();
      },
      read,
    };
  }

  /** A change of configuration: everything is fetched, and the processes restart. */
  configure(setting: string, text: string, kind: SettingKind = 'appsettings'): void {
    this.#put(setting, text, kind);
    this.refresh();
  }

  /** Fetches every reference and starts the processes with what came. */
  refresh(): void {
    this.#fetch();
    this.#starts += 1;
  }

  /** The processes start with what was fetched before: a restart alone fetches nothing. */
  restart(): void {
    this.#catchUp();
    this.#starts += 1;
  }

  /** The processes run on that version, whatever is current: after a slot swap, say, or a restored configuration. */
  usesVersion(setting: string, version: string): void {
    const found = this.#setting(setting);
    if (found.reference === 'plain' || found.reference === null) throw new Error(`${setting} refers to no secret.`);
    found.held = fetchSecret({ ...found.reference, version }, this.#vaultAt, this.principal);
    this.#fetchedAt = this.#clock.now();
    this.#starts += 1;
  }

  /** What the platform says of a reference from now on; null: the truth. */
  reports(setting: string, status: ResolveStatus | null): void {
    if (status === null) this.#reported.delete(setting);
    else this.#reported.set(setting, status);
  }

  #put(setting: string, text: string, kind: SettingKind): void {
    const reference = parseReference(text);
    this.#settings.set(setting, { kind, text, reference, held: this.#held(reference) });
  }

  #held(reference: Setting['reference']): Fetched {
    return reference === 'plain'
      ? { status: 'Resolved', version: null, value: null }
      : fetchSecret(reference, this.#vaultAt, this.principal);
  }

  /** Once a day, and if that brought anything new, the processes restart. */
  #catchUp(): void {
    if (this.#clock.now() < this.#fetchedAt + this.#refetches) return;
    if (this.#fetch()) this.#starts += 1;
  }

  /** @returns whether anything changed */
  #fetch(): boolean {
    this.#fetchedAt = this.#clock.now();
    let isChanged = false;
    for (const setting of this.#settings.values()) {
      if (setting.reference === 'plain') continue;
      const fetched = this.#held(setting.reference);
      // What cannot be fetched again stays in use.
      const next = fetched.value === null ? { ...setting.held, status: fetched.status } : fetched;
      isChanged ||= next.version !== setting.held.version;
      setting.held = next;
    }
    return isChanged;
  }

  #read(setting: string): { readonly value: string; readonly version: string } | null {
    this.#catchUp();
    const { value, version } = this.#setting(setting).held;
    return value === null || version === null ? null : { value, version };
  }

  #setting(name: string): Setting {
    const found = this.#settings.get(name);
    if (!found) throw new Error(`${this.name} has no setting ${name}.`);
    return found;
  }
}
