import pLimit from 'p-limit';
import { wantsActivityLog } from '../core/activity-log.ts';
import {
  type Duration,
  type Fingerprint,
  type Instant,
  type Observation,
  type ProbeResult,
  type ResourceId,
  type SecretId,
  SLOTS,
  type Slot,
  type Target,
  type TargetState,
} from '../core/model.ts';
import { participantsOf } from '../core/participants.ts';
import type { ResourcePosture } from '../core/posture.ts';
import { embeddedMonth } from './embedded-month.ts';
import { Obstacle, PortError } from './errors.ts';
import type { Monitor, Ports, ProbeAddress, ResourceLook } from './ports.ts';
import { type PublicationLook, readPublication } from './read-publication.ts';
import { keyIn, type SlotKeys } from './secret-text.ts';
import { SecretValue } from './secret-value.ts';

/** What one look brought home: the observation for core, and beside it the key material that core never sees. */
export interface Look {
  readonly observation: Observation;
  readonly posture: ResourcePosture;
  readonly keys: SlotKeys;
  readonly publications: ReadonlyMap<SecretId, PublicationLook>;
  /** Lower-case host names of the target. */
  readonly hostNames: readonly string[];
  /** Where the data plane is asked. */
  readonly address: ProbeAddress;
}

/** A resource without local authentication has no keys; the empty text's fingerprint stands for none. */
const NO_KEYS: SlotKeys = { primary: new SecretValue(''), secondary: new SecretValue('') };
/** Enough to be quick with fifty publications, too few to be throttled by one vault (Key Vault allows 4,000 in 10 s). */
const CONCURRENT_READS = 8;

/**
 * Gathers one Observation. It changes nothing.
 *
 * @throws ResourceForbidden, ResourceNotFound, Unavailable where the resource itself cannot be read; a publication that
 *   cannot be is part of the observation
 */
export async function observe(
  ports: Ports,
  target: Target,
  state: TargetState,
  installation: string,
  now: Instant,
): Promise<Look> {
  const resource = await ports.keys.look(target.resourceId);
  const keys = resource.localAuthDisabled ? NO_KEYS : await ports.keys.list(target.resourceId);
  const operationUrl = state.intent?.operationUrl ?? null;
  const operation = operationUrl === null ? null : await ports.keys.operation(target.resourceId, operationUrl);
  const fingerprints = { primary: keys.primary.fingerprint(), secondary: keys.secondary.fingerprint() };
  const asksLog = !resource.localAuthDisabled && wantsActivityLog(state, fingerprints, now);
  const regenerations = asksLog ? await regenerationsOf(target.resourceId, ports.monitor, now) : null;
  const limit = pLimit(CONCURRENT_READS);
  const { resourceId, policy } = target;
  const { hostNames } = resource;
  const { lookback } = policy.switchover;
  const judgesAll = isClosing(state);
  const question = { secrets: ports.secrets, resourceId, keys, hostNames, installation, lookback, judgesAll, now };
  const publications = await Promise.all(
    participantsOf(target, state).publications.map((publication) =>
      limit(() => readPublication(publication, state.publications[publication.secret] ?? null, question)),
    ),
  );
  return {
    observation: {
      resource: {
        ready: resource.provisioningState === 'Succeeded' && !resource.stopped,
        state: resource.stopped ? 'Stopped' : resource.provisioningState,
        localAuthDisabled: resource.localAuthDisabled,
        createdAt: resource.createdAt,
      },
      embeddedMonths: { primary: embeddedMonth(keys.primary), secondary: embeddedMonth(keys.secondary) },
      keys: fingerprints,
      publications: publications.map(({ seen }) => seen),
      operation,
      probes: {},
      control: null,
      asked: [],
      regenerations,
    },
    posture: resource.posture,
    keys,
    publications: new Map(publications.map((look) => [look.seen.secret, look])),
    hostNames,
    address: publications.find(({ address }) => address !== null)?.address ?? addressOf(resource),
  };
}

/** The activity log keeps entries this long. */
const LOG_KEEPS: Duration = 90 * 24 * 60 * 60_000;

/** It makes an age narrower and nothing else, so a log that does not answer holds nothing up. */
async function regenerationsOf(
  resource: ResourceId,
  monitor: Monitor,
  now: Instant,
): Promise<Observation['regenerations']> {
  try {
    return await monitor.regenerations(resource, now - LOG_KEEPS);
  } catch (error) {
    if (error instanceof PortError) return null;
    throw error;
  }
}

const addressOf = ({ hostNames }: ResourceLook): ProbeAddress => {
  const origin = `https://${hostNames[0]}`;
  return { server: origin, audience: origin };
};

/** Every regenerated key is shown dead: what is left are the old versions that carry one. */
const isClosing = ({ rotation }: TargetState): boolean =>
  rotation !== null && rotation.regenerated.length > 0 && rotation.regenerated.every(({ dead }) => dead !== null);

/**
 * Asks the data plane about keys, and about a random one: an endpoint that accepts that proves nothing.
 *
 * @param randomKey the negative control, new for every look
 */
export async function askKeys(
  ports: Ports,
  look: Look,
  fingerprints: readonly Fingerprint[],
  state: TargetState,
  randomKey: SecretValue,
): Promise<Look> {
  const probes: Record<Fingerprint, ProbeResult> = { ...look.observation.probes };
  for (const fingerprint of new Set(fingerprints)) {
    const key = await findKey(ports, look, fingerprint, state);
    probes[fingerprint] = key === null ? 'unavailable' : await ports.dataPlane.probe(look.address, key);
  }
  const control = await ports.dataPlane.probe(look.address, randomKey);
  return { ...look, observation: { ...look.observation, probes, control } };
}

/** A key is in a slot, or in a version that published it; a key that is in neither cannot be tried. */
async function findKey(
  ports: Ports,
  look: Look,
  fingerprint: Fingerprint,
  state: TargetState,
): Promise<SecretValue | null> {
  const slot = SLOTS.find((name: Slot) => look.observation.keys[name] === fingerprint);
  if (slot !== undefined) return look.keys[slot];
  for (const [secret, memory] of Object.entries(state.publications)) {
    const versions = memory.carried.find((key) => key.fingerprint === fingerprint)?.versions ?? [];
    const listed = look.publications.get(secret as SecretId)?.seen.versions ?? [];
    for (const version of versions.toReversed()) {
      if (!listed.some((v) => v.version === version && v.enabled)) continue;
      const key = await readKey(ports, secret as SecretId, version, fingerprint);
      if (key !== null) return key;
    }
  }
  return null;
}

async function readKey(
  ports: Ports,
  secret: SecretId,
  version: string,
  fingerprint: Fingerprint,
): Promise<SecretValue | null> {
  try {
    const { value } = await ports.secrets.read(secret, version);
    return [keyIn(value), value].find((key) => key?.fingerprint() === fingerprint) ?? null;
  } catch (error) {
    // Disabled or purged between the listing and now: the key is not to be had, and the receipt will say so.
    if (error instanceof Obstacle) return null;
    throw error;
  }
}
