import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { fileSchema, type PolicyFile, policySchema, type TargetFile, targetSchema } from './config-schema.ts';
import { type Cloud, isUnder } from './core/clouds.ts';
import type { FleetLimits } from './core/control.ts';
import { parseDuration } from './core/duration.ts';
import {
  type Duration,
  type EvidenceSource,
  hostOf,
  type Policy,
  parseResourceId,
  parseSecretId,
  type SecretId,
  type Target,
} from './core/model.ts';

/** One thing wrong with the configuration, and where. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

export interface RotationConfig {
  readonly targets: readonly Target[];
  /** Ids of subscriptions, lower case. */
  readonly subscriptions: readonly string[];
  /** Object ids, lower case, of who else may list the keys. */
  readonly knownPrincipals: readonly string[];
  readonly fleet: FleetLimits;
  readonly notify: Notify;
  /** Lower-case hex SHA-256 of the file, named in every receipt. */
  readonly hash: string;
}

/** Where events go. */
export interface Notify {
  readonly webhook: string | null;
  /** The endpoint of an Event Grid topic. */
  readonly topic: string | null;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export interface ParseOptions {
  /** Lets keys be rotated more often than daily, as a laptop wants it. */
  readonly development: boolean;
  /** Whose vaults and topics there may be; null or left out: nobody knows which it is. */
  readonly cloud?: Cloud | null;
}

/** Reads the text of rotation.json. Every problem is listed, with its path. */
export function parseRotationFile(text: string, options: ParseOptions): Parsed<RotationConfig> {
  const json = parseJson(text);
  if (json === undefined) return { ok: false, faults: [{ path: '', message: 'is not JSON' }] };
  const shape = fileSchema.safeParse(json);
  const defaults = policySchema.safeParse(isRecord(json) ? (json.defaults ?? {}) : {});
  const files = isRecord(json) && Array.isArray(json.targets) ? json.targets : [];
  // What is well-formed is checked further although the rest is not, so that one run lists every problem.
  const targets = files.flatMap((file: unknown, index) => {
    const parsed = targetSchema.safeParse(file);
    return parsed.success ? [{ index, target: toTarget(parsed.data, defaults.data ?? {}) }] : [];
  });
  const faults = [
    ...(shape.success ? [] : shape.error.issues.flatMap(faultsOfIssue)),
    ...duplicates(files, isRecord(json) ? asArray(json.subscriptions) : []),
    ...targets.flatMap(({ index, target }) => faultsOfTarget(target, `targets[${index}]`, options)),
    ...targets.flatMap(({ index, target }) => faultsOfVaults(target, `targets[${index}]`, options)),
    ...faultsOfTopic(shape.data?.notify?.topic ?? null, options),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  const fleet = {
    maxInFlight: shape.data?.fleet?.maxInFlight ?? 20,
    pauseAfterStalled: shape.data?.fleet?.pauseAfterStalled ?? 3,
    maxPerSweep: shape.data?.fleet?.maxPerSweep ?? null,
  };
  const notify = { webhook: shape.data?.notify?.webhook ?? null, topic: shape.data?.notify?.topic ?? null };
  const subscriptions = (shape.data?.subscriptions ?? []).map((id) => id.toLowerCase());
  const knownPrincipals = [...new Set((shape.data?.knownPrincipals ?? []).map((id) => id.toLowerCase()))];
  const all = targets.map(({ target }) => target);
  return { ok: true, value: { targets: all, subscriptions, knownPrincipals, fleet, notify, hash } };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultsOfIssue(issue: z.core.$ZodIssue): readonly ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not a known property' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

/** Two targets that share a name, a resource or a secret would rotate each other's keys. Compared without case. */
function duplicates(files: readonly unknown[], subscriptions: readonly unknown[]): readonly ConfigFault[] {
  const seen = new Map<string, string>();
  const faults: ConfigFault[] = [];
  const claim = (kind: string, value: unknown, path: string): void => {
    if (typeof value !== 'string') return;
    const key = `${kind} ${value.toLowerCase()}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    else faults.push({ path, message: `is the same ${kind} as ${first}` });
  };
  for (const [index, id] of subscriptions.entries()) claim('subscription', id, `subscriptions[${index}]`);
  for (const [index, file] of files.entries()) {
    if (!isRecord(file)) continue;
    const at = `targets[${index}]`;
    claim('name', file.name, `${at}.name`);
    claim('resource', file.resourceId, `${at}.resourceId`);
    for (const [i, publication] of asArray(file.publications).entries()) {
      if (isRecord(publication)) claim('secret', publication.secret, `${at}.publications[${i}].secret`);
    }
    for (const [i, consumer] of asArray(file.consumers).entries()) {
      if (isRecord(consumer)) claim(`consumer name of ${at}`, consumer.name, `${at}.consumers[${i}].name`);
    }
  }
  return faults;
}

/** A token for one cloud is worth nothing in another, and is nobody's business there. */
function faultsOfTopic(topic: string | null, { cloud = null }: ParseOptions): readonly ConfigFault[] {
  if (topic === null || cloud === null || isUnder(cloud.eventGrid, new URL(topic).hostname)) return [];
  return [{ path: 'notify.topic', message: elsewhere('topic', cloud.eventGrid, cloud) }];
}

function faultsOfVaults({ publications }: Target, at: string, { cloud = null }: ParseOptions): readonly ConfigFault[] {
  return publications.flatMap(({ secret }, i) =>
    cloud === null || isUnder(cloud.vaults, hostOf(secret))
      ? []
      : [{ path: `${at}.publications[${i}].secret`, message: elsewhere('secret of a vault', cloud.vaults, cloud) }],
  );
}

const elsewhere = (what: string, suffix: string, { name }: Cloud): string =>
  `is no ${what} of ${name} (*.${suffix}): correct it, or the setting AZURE_CLOUD`;

const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const DAY: Duration = 24 * 60 * 60_000;
/** Evidence and who is awaited are kept for each consumer and publication, and a row has at most 1 MiB. */
const MOST_READS = 500;

function faultsOfTarget(target: Target, at: string, { development }: ParseOptions): readonly ConfigFault[] {
  const { policy, publications, consumers } = target;
  const { rotateAfter, maxKeyAge, switchover } = policy;
  const faults: ConfigFault[] = [];
  for (const [i, consumer] of consumers.entries()) {
    const strange = consumer.reads.filter((secret) => !publications.some((p) => p.secret === secret));
    for (const secret of strange)
      faults.push({ path: `${at}.consumers[${i}].reads`, message: `${secret} is no publication of this target` });
  }
  const reads = consumers.reduce((sum, consumer) => sum + consumer.reads.length, 0);
  if (reads > MOST_READS) {
    const message = `are read ${reads} times in all; the ledger's row of a target has room for ${MOST_READS}: list the reads of each consumer`;
    faults.push({ path: `${at}.consumers`, message });
  }
  const unread = publications.some((p) => !consumers.some((c) => c.reads.includes(p.secret)));
  if (unread && switchover.unlisted === null) {
    const message =
      'is needed, since no listed consumer reads every publication: "hold", or a duration after which unlisted readers have switched';
    faults.push({ path: `${at}.switchover.unlisted`, message });
  }
  if (rotateAfter + switchover.maxWait >= maxKeyAge) {
    faults.push({
      path: `${at}.maxKeyAge`,
      message: 'must be longer than rotateAfter and switchover.maxWait together',
    });
  }
  if (rotateAfter < DAY && !development) {
    faults.push({ path: `${at}.rotateAfter`, message: 'must be at least P1D (less is for development only)' });
  }
  return faults;
}

function toTarget(file: TargetFile, defaults: PolicyFile): Target {
  const publications = file.publications.map((p) => ({
    secret: secretId(p.secret),
    format: p.format ?? 'connection-string',
    required: p.required ?? true,
  }));
  const all = publications.map((p) => p.secret);
  const resourceId = parseResourceId(file.resourceId);
  if (resourceId === null) throw new Error('The schema lets only resource ids through.');
  return {
    name: file.name,
    resourceId,
    group: file.group ?? null,
    repositories: [...new Set((file.repositories ?? []).map((name) => name.toLowerCase()))],
    spread: spreadOf(resourceId),
    publications,
    consumers: (file.consumers ?? []).map(({ name, reads, ...evidence }) => ({
      name,
      reads: reads?.map(secretId) ?? all,
      evidence: toEvidence(evidence),
    })),
    policy: toPolicy(file, defaults),
  };
}

type ConsumerFile = NonNullable<TargetFile['consumers']>[number];

function toEvidence(file: DistributiveOmit<ConsumerFile, 'name' | 'reads'>): EvidenceSource {
  switch (file.evidence) {
    case 'ack':
      return { kind: 'ack', principalId: file.principalId?.toLowerCase() ?? null };
    case 'elapsed':
      return { kind: 'elapsed', after: milliseconds(file.after) };
    case 'app-service-reference':
      return {
        kind: file.evidence,
        resourceId: file.resourceId.toLowerCase(),
        setting: file.setting ?? null,
        nudge: file.nudge ?? 'refresh',
      };
    case 'container-app':
      return { kind: file.evidence, resourceId: file.resourceId.toLowerCase() };
    case 'probe':
      return { kind: file.evidence, url: file.url, instances: file.instances ?? 1, times: file.times ?? 3 };
    default:
      return file satisfies never;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Uniform in [0, 1) and always the same for one resource, so that no target's day moves when another is added. */
const spreadOf = (resourceId: string): number =>
  createHash('sha256').update(resourceId, 'utf8').digest().readUInt32BE(0) / 2 ** 32;

function secretId(text: string): SecretId {
  const id = parseSecretId(text);
  if (id === null) throw new Error('The schema lets only secret ids through.');
  return id;
}

/** A target's own policy overrides the defaults, property by property. */
function toPolicy(own: PolicyFile, defaults: PolicyFile): Policy {
  const verification = { ...defaults.verification, ...own.verification };
  const switchover = { ...defaults.switchover, ...own.switchover };
  const compromise = { ...defaults.compromise, ...own.compromise };
  const { unlisted } = switchover;
  return {
    rotateAfter: milliseconds(own.rotateAfter ?? defaults.rotateAfter ?? 'P60D'),
    maxKeyAge: milliseconds(own.maxKeyAge ?? defaults.maxKeyAge ?? 'P90D'),
    observeEvery: milliseconds(own.observeEvery ?? defaults.observeEvery ?? 'PT1H'),
    unknownAge: own.unknownAge ?? defaults.unknownAge ?? 'due',
    adoptionSpread: milliseconds(own.adoptionSpread ?? defaults.adoptionSpread ?? 'P14D'),
    windows: own.windows ?? defaults.windows ?? [],
    secretExpiry: own.secretExpiry ?? defaults.secretExpiry ?? 'maxKeyAge',
    verification: {
      mode: verification.mode ?? 'required',
      within: milliseconds(verification.within ?? 'PT10M'),
      settle: milliseconds(verification.settle ?? 'PT5M'),
    },
    switchover: {
      unlisted: unlisted === undefined ? null : unlisted === 'hold' ? 'hold' : milliseconds(unlisted),
      maxWait: milliseconds(switchover.maxWait ?? 'P7D'),
      tokenLifetime: milliseconds(switchover.tokenLifetime ?? 'PT1H'),
      lookback: milliseconds(switchover.lookback ?? 'P30D'),
    },
    compromise: {
      maxWait: milliseconds(compromise.maxWait ?? 'PT15M'),
      onTimeout: compromise.onTimeout ?? 'hold',
      trustEvents: compromise.trustEvents ?? false,
      listedByStranger: compromise.listedByStranger ?? 'finding',
      maxEventAge: milliseconds(compromise.maxEventAge ?? 'P1D'),
      perHour: compromise.perHour ?? 3,
    },
  };
}

function milliseconds(text: string): Duration {
  const duration = parseDuration(text);
  if (duration === null) throw new Error('The schema lets only durations through.');
  return duration;
}
