import type { PublicationCode } from '../../src/core/codes.ts';
import { type Control, NO_CONTROL } from '../../src/core/control.ts';
import { decide } from '../../src/core/decide.ts';
import type { Ask, Decision } from '../../src/core/decision.ts';
import { learn } from '../../src/core/learn.ts';
import {
  type Consumer,
  type Current,
  type Duration,
  type EvidenceSource,
  emptyState,
  type Fingerprint,
  type Instant,
  type Observation,
  type Policy,
  type ProbeResult,
  type PublicationSeen,
  parseResourceId,
  parseSecretId,
  type ResourceId,
  type Rotation,
  type SecretId,
  type Shows,
  type Slot,
  type Target,
  type TargetState,
} from '../../src/core/model.ts';
import type { TextSeen } from '../../src/core/posture.ts';
import { type Situation, situationOf } from '../../src/core/slots.ts';

export const SECOND: Duration = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Some Monday; nothing depends on it. */
export const NOON: Instant = Date.parse('2026-11-02T12:00:00Z');

export const aFingerprint = (name: string): Fingerprint =>
  `sha256:${Buffer.from(name).toString('hex').padEnd(16, '0').slice(0, 16)}` as Fingerprint;

export function aSecret(name: string, vault = 'kv-a'): SecretId {
  const id = parseSecretId(`https://${vault}.vault.azure.net/secrets/${name}`);
  if (id === null) throw new Error(`${name} is no name of a secret.`);
  return id;
}

export function aResourceId(name = 'chat-prod'): ResourceId {
  const id = parseResourceId(`/subscriptions/s/resourceGroups/g/providers/Microsoft.SignalRService/signalR/${name}`);
  if (id === null) throw new Error(`${name} is no name of a resource.`);
  return id;
}

export const aPolicy = (own: Partial<Policy> = {}): Policy => ({
  rotateAfter: 60 * DAY,
  maxKeyAge: 90 * DAY,
  observeEvery: HOUR,
  unknownAge: 'due',
  adoptionSpread: 14 * DAY,
  secretExpiry: 'maxKeyAge',
  windows: [],
  verification: { mode: 'required', within: 10 * MINUTE, settle: 5 * MINUTE },
  switchover: { unlisted: null, maxWait: 7 * DAY, tokenLifetime: HOUR, lookback: 30 * DAY },
  compromise: {
    maxWait: 15 * MINUTE,
    onTimeout: 'hold',
    trustEvents: false,
    listedByStranger: 'finding',
    maxEventAge: DAY,
    perHour: 3,
  },
  ...own,
});

interface Version {
  readonly key: PublicationSeen['versions'][number]['key'];
  readonly at: Instant;
  readonly enabled?: boolean;
  readonly isMarked?: boolean;
}

/** One target as a look finds it, told in sentences; `decide` says what the chain makes of it. */
export class Scene {
  now = NOON;
  keys: Record<Slot, Fingerprint> = { primary: aFingerprint('p0'), secondary: aFingerprint('s0') };
  policy = aPolicy();
  resource: Observation['resource'] = { ready: true, state: 'Succeeded', localAuthDisabled: false, createdAt: null };
  embeddedMonths: Observation['embeddedMonths'] = { primary: null, secondary: null };
  control: Control = NO_CONTROL;
  operation: Observation['operation'] = null;
  probes: Record<Fingerprint, ProbeResult> = {};
  randomKey: ProbeResult | null = null;
  /** Consumers that were asked in this look. */
  asked: string[] = [];
  consumers: Consumer[] = [];
  /** What the activity log shows; null: it was not asked. */
  regenerations: Observation['regenerations'] = null;
  state: TargetState = emptyState({ name: 'chat-prod', resourceId: aResourceId() });
  readonly publications: PublicationSeen[] = [];

  /** The versions are oldest first; the last is current. Their ids are `v0`, `v1`, … */
  publishes(
    name: string,
    versions: readonly Version[],
    more: Partial<Omit<PublicationSeen, 'secret' | 'versions'>> & { readonly vault?: string } = {},
  ): this {
    const seen = versions.map(({ key, at, enabled, isMarked }, i) => ({
      version: `${name}-v${i}`,
      createdAt: at,
      enabled: enabled ?? true,
      isMarked: isMarked ?? false,
      key,
    }));
    const last = seen.at(-1);
    const keyed = (): Current => ({
      is: 'keyed',
      version: last?.version ?? '',
      fingerprint: last?.key as Fingerprint,
      ambiguousAuth: false,
    });
    const current = more.current ?? keyed();
    const { required = true, managedByAnother = false, expiresAt = null, vault } = more;
    const secret = aSecret(name, vault);
    const text = more.text === undefined ? textOf(current) : more.text;
    this.publications.push({ secret, required, managedByAnother, current, text, expiresAt, versions: seen });
    return this;
  }

  /** A publication with the key of a slot that has been there for a year. */
  publishesSlot(name: string, slot: Slot): this {
    return this.publishes(name, [{ key: this.keys[slot], at: NOON - 365 * DAY }]);
  }

  publishesUnusable(name: string, code: PublicationCode, more: { required?: boolean; key?: Fingerprint } = {}): this {
    const current: Current = { is: 'unusable', code, version: `${name}-v0`, fingerprint: more.key ?? null };
    const versions = ['PublicationUnreadable', 'SecretMissing', 'SecretDeleted'].includes(code)
      ? []
      : [{ key: more.key ?? ('unknown' as const), at: NOON - DAY, enabled: code !== 'SecretDisabled' }];
    return this.publishes(name, versions, { current, required: more.required ?? true });
  }

  hasConsumer(name: string, evidence: EvidenceSource = { kind: 'ack', principalId: null }, reads?: SecretId[]): this {
    this.consumers.push({ name, evidence, reads: reads ?? this.publications.map((p) => p.secret) });
    return this;
  }

  shows(consumer: string, secret: string, shows: Shows, at: Instant = this.now): this {
    const evidence = { consumer, secret: aSecret(secret), shows, since: at, at, before: [], wasAsked: true };
    this.state = { ...this.state, evidence: [...this.state.evidence, evidence] };
    return this;
  }

  knows(state: Partial<TargetState>): this {
    this.state = { ...this.state, ...state };
    return this;
  }

  /** Keys that the rotator made itself, at that time. */
  recorded(at: Instant): this {
    const own = { firstSeenAt: at, notSeenAt: null, recordedAt: at, settlesAt: null };
    const key = (slot: Slot) => ({ fingerprint: this.keys[slot], ...own });
    return this.knows({ keys: { primary: key('primary'), secondary: key('secondary') } });
  }

  rotates(rotation: Partial<Rotation> & { condemns: readonly Fingerprint[] }): this {
    const { condemns, ...own } = rotation;
    return this.knows({
      rotation: {
        id: 'r-1',
        reason: 'KeyTooOld',
        startedAt: this.now - HOUR,
        condemned: condemns.map((fingerprint) => ({ fingerprint, reason: 'KeyTooOld' })),
        regenerated: [],
        left: [],
        participants: { publications: [], consumers: [] },
        nudges: [],
        givenUp: [],
        ignoresWindows: false,
        ...own,
      },
    });
  }

  /** The data plane's answers; a random key is refused unless said otherwise. */
  probed(answers: Record<Fingerprint, ProbeResult>, control: ProbeResult = 'refused'): this {
    this.probes = answers;
    this.randomKey = control;
    return this;
  }

  get target(): Target {
    return {
      name: 'chat-prod',
      resourceId: aResourceId(),
      publications: this.publications.map(({ secret, required }) => ({
        secret,
        required,
        format: 'connection-string',
      })),
      consumers: this.consumers,
      group: null,
      repositories: [],
      spread: 0,
      policy: this.policy,
    };
  }

  get observation(): Observation {
    const { resource, keys, embeddedMonths, publications, operation, probes, asked, regenerations } = this;
    const seen = { resource, keys, embeddedMonths, publications, operation, probes, asked, regenerations };
    return { ...seen, control: this.randomKey };
  }

  situation(): Situation {
    const state = learn(this.state, this.observation, this.target, this.now);
    return situationOf(this.target, state, this.observation, this.now, this.control);
  }

  decide(): Decision | Ask {
    return decide(this.situation());
  }
}

function textOf(current: Current): TextSeen | null {
  const endpoints = { endpoint: 'https://chat-prod.service.signalr.net', clientEndpoint: null, serverEndpoint: null };
  if (current.is === 'unusable') return null;
  if (current.is === 'passwordless') return { credential: 'azure.msi', ...endpoints };
  return { credential: current.ambiguousAuth ? 'both' : 'access-key', ...endpoints };
}

export const aScene = (): Scene => new Scene();
