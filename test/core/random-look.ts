import type { Decision } from '../../src/core/decision.ts';
import { unjudgedVersions } from '../../src/core/memory.ts';
import type {
  Current,
  Fingerprint,
  Observation,
  ProbeResult,
  Publication,
  PublicationSeen,
  TargetState,
  VersionSeen,
} from '../../src/core/model.ts';
import { participantsOf } from '../../src/core/participants.ts';
import type { TextSeen } from '../../src/core/posture.ts';
import type { Secret, Version } from './random-vault.ts';
import type { World } from './random-world.ts';

const RANDOM_KEY = 'sha256:ffffffffffffffff' as Fingerprint;

/** What a look at the world brings home, as the application's own look does. */
export function lookAt(world: World, state: TargetState): Observation {
  const keys = world.listedKeys;
  const url = state.intent?.operationUrl ?? null;
  const operation = url === null ? undefined : world.operations.find((o) => o.url === url);
  return {
    resource: {
      ready: world.ready,
      state: world.ready ? 'Succeeded' : 'Updating',
      localAuthDisabled: world.localAuthOff,
      createdAt: null,
    },
    keys,
    embeddedMonths: { primary: world.monthOf(keys.primary), secondary: world.monthOf(keys.secondary) },
    publications: participantsOf(world.target, state).publications.map((p) => publicationSeen(p, world, state)),
    operation: operationSeen(operation),
    probes: {},
    control: null,
    asked: [],
    regenerations: null,
  };
}

function operationSeen(operation: World['operations'][number] | undefined): Observation['operation'] {
  const status = operation?.status;
  if (status === 'on its way') return 'running';
  return status === undefined || status === 'refused' ? null : status;
}

function publicationSeen({ secret: id, required }: Publication, world: World, state: TargetState): PublicationSeen {
  const secret = world.secret(id);
  const current = secret.judge(world.listedKeys);
  const isListed = !secret.forbidden && !secret.deleted;
  const seen = { secret: id, required, current, text: textSeen(current, secret), expiresAt: null };
  // Without local authentication nothing is learned: those keys are gone for good.
  if (secret.readable === undefined && !secret.forbidden && !world.localAuthOff) secret.gapSeen = true;
  if (!isListed) return { ...seen, managedByAnother: false, versions: [] };
  const listed = secret.versions.map((v) => ({ version: v.id, createdAt: v.createdAt, enabled: v.enabled, of: v }));
  const memory = state.publications[id] ?? null;
  const { lookback } = world.configuration.policy.switchover;
  const unjudged = new Set(unjudgedVersions(listed, memory, lookback, world.now));
  const versions = listed.map((v): VersionSeen => {
    const key = unjudged.has(v) ? keyOf(v.of, secret, world) : 'unjudged';
    const isMarked = v.of.tags.mark === 'ours';
    return { version: v.version, createdAt: v.createdAt, enabled: v.enabled, isMarked, key };
  });
  return { ...seen, managedByAnother: secret.readable?.tags.mark === 'another', versions };
}

function textSeen(current: Current, { format }: Secret): TextSeen | null {
  if (current.is === 'unusable') return null;
  const kept = { endpoint: null, clientEndpoint: null, serverEndpoint: null };
  if (current.is === 'passwordless') return { credential: 'azure.msi', ...kept };
  if (format === 'access-key') return { credential: 'raw-key', ...kept };
  return { credential: current.ambiguousAuth ? 'both' : 'access-key', ...kept };
}

/** The value where it can be read; of a disabled version its tag. */
function keyOf({ enabled, text, key, tags }: Version, { format }: Secret, world: World): VersionSeen['key'] {
  if (!enabled) return tags.fingerprint ?? 'unknown';
  if (text !== 'garbage' || key === null) return key ?? 'none';
  const isInSlot = Object.values(world.listedKeys).includes(key);
  const ofWholeText = 'sha256:eeeeeeeeeeeeeeee' as Fingerprint;
  return isInSlot ? key : format === 'access-key' ? ofWholeText : 'none';
}

/** The data plane's answers; a key that is in no slot and no readable version cannot be tried. */
export function answer(
  world: World,
  observation: Observation,
  keys: readonly Fingerprint[],
  state: TargetState,
): Observation {
  const probes: Record<Fingerprint, ProbeResult> = {};
  for (const key of keys) probes[key] = canFind(world, key, state) ? world.probe(key) : 'unavailable';
  return { ...observation, probes, control: world.probe(RANDOM_KEY) };
}

function canFind(world: World, key: Fingerprint, state: TargetState): boolean {
  if (world.isLive(key)) return true;
  return world.secrets.some((secret) => {
    const carried = state.publications[secret.id]?.carried.find((c) => c.fingerprint === key);
    if (carried === undefined || secret.forbidden || secret.deleted) return false;
    return secret.versions.some((v) => v.enabled && v.key === key && carried.versions.includes(v.id));
  });
}

export const inWords = (decision: Decision): string => {
  if (decision.kind === 'hold') return `hold ${decision.code} ${JSON.stringify(decision.detail)}`;
  const { wakeAt: _, ...rest } = { wakeAt: 0, ...decision };
  return JSON.stringify(rest).replaceAll(/sha256:0+|https:[^"]*\/secrets\//g, '');
};
