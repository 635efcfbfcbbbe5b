import type { ConditionCode } from '../../src/core/codes.ts';
import type { Decision } from '../../src/core/decision.ts';
import { verdictOf } from '../../src/core/local-auth.ts';
import { localAuthFactsOf } from '../../src/core/local-auth-facts.ts';
import type { Awaited, ConditionDetail, Fingerprint, TargetState } from '../../src/core/model.ts';
import { aPosture } from '../support/a-posture.ts';
import type { Look } from './random-rotator.ts';
import { excessOf, isBadlyChosen } from './random-tips.ts';
import { isOfTarget, type Secret, type Version } from './random-vault.ts';
import { FOREIGN_KEY, type World } from './random-world.ts';

/** What must be true of a decision in the real world, which `decide` has never seen. */
export function judge(look: Look, world: World): void {
  const { decision, situation } = look;
  const broken = lawBrokenBy(look, world);
  if (broken !== null) world.violate(`${decision.kind}: ${broken}`);
  const { verdict } = verdictOf(localAuthFactsOf(situation, aPosture()));
  const users = verdict === 'DisableNow' ? Object.values(world.slots).flatMap((key) => world.usersOf(key)) : [];
  if (users.length > 0) world.violate(`disabling local auth is advised while ${users} use a key`);
}

function lawBrokenBy(look: Look, world: World): string | null {
  const { decision } = look;
  const { state, participants } = look.situation;
  switch (decision.kind) {
    case 'regenerate': {
      if (decision.stage !== 'begin') return null;
      const excess = excessOf(decision, look, world);
      if (excess !== null) return excess;
      const users = world.usersOf(decision.fingerprint, undefined, decision.without);
      if (users.length > 0) return `${decision.fingerprint.slice(-2)} is used by ${users}`;
      const isUnderWay = world.operations.some((o) => o.status === 'on its way' || o.status === 'running');
      return state.intent !== null || isUnderWay ? 'another regeneration may be under way' : null;
    }
    case 'publish':
    case 'align':
    case 'repair': {
      const { fingerprint, proof } = decision;
      if (!world.isLive(fingerprint)) return 'the key is dead';
      if (isBadlyChosen(fingerprint, look)) return 'a leaked key is handed out beside a better one';
      if (proof === 'live') return isAccepted(fingerprint, world) ? null : 'the key is not taken';
      const mayBeUnproved = world.configuration.policy.verification.mode === 'when-reachable';
      return mayBeUnproved && world.dataPlane !== 'up' ? null : 'without proof';
    }
    case 'confirm-dead': {
      const alive = decision.deaths.filter((d) => d.proof === 'refused' && world.probe(d.fingerprint) !== 'refused');
      return alive.length === 0 ? null : 'a key is said to be dead that is not';
    }
    case 'disable-old-versions': {
      const isInUse = ({ secret, version }: (typeof decision.versions)[number]): boolean => {
        const found = world.secret(secret).versions.find((v) => v.id === version);
        return found === world.secret(secret).current || (found?.key != null && world.isLive(found.key));
      };
      return decision.versions.some(isInUse) ? 'a version with a live key is disabled' : null;
    }
    case 'complete': {
      const alive = state.rotation?.condemned.filter((c) => world.isLive(c.fingerprint)) ?? [];
      return alive.length === 0 ? null : 'a condemned key is alive';
    }
    case 'hold': {
      const named: ConditionDetail = decision.detail;
      return OBSTACLES[decision.code]?.(world, named) ? null : `${decision.code} names no obstacle that is there`;
    }
    case 'await-consumers':
      return decision.awaiting.every((a) => isAwaited(a, decision.fingerprint, world)) ? null : 'nobody to wait for';
    case 'wait':
      return WAITS[decision.for](world) ? null : `waits for ${decision.for} without a reason`;
    case 'nothing-due':
      return participants.publications.length > 0 ? null : 'nothing is configured';
    default:
      return null;
  }
}

const isAccepted = (key: Fingerprint, world: World): boolean =>
  world.dataPlane === 'up' && world.probe(key) === 'accepted';

type Obstacle = (world: World, detail: ConditionDetail) => boolean;

const isCode =
  (code: ConditionCode): Obstacle =>
  (world, { secrets = [] }) =>
    secrets.length > 0 &&
    secrets.every((id) => {
      const current = world.secret(id).judge(world.listedKeys);
      return current.is === 'unusable' && current.code === code;
    });

/** Which obstacle a code names. What is not here may not be said by `decide`. */
const OBSTACLES: Partial<Record<ConditionCode, Obstacle>> = {
  LocalAuthDisabled: (world) => world.localAuthOff,
  ManagedByAnother: (world, { secrets = [] }) =>
    secrets.length > 0 && secrets.every((id) => world.secret(id).readable?.tags.mark === 'another'),
  Frozen: (world) => world.control.freezes.some(({ until }) => world.now < until),
  FleetPaused: (world) => world.control.fleet.paused,
  ConfigurationChanged: (world, { awaiting = [] }) =>
    awaiting.length > 0 && awaiting.every((a) => !isConfigured(a, world)),
  ForeignEndpoint: isCode('ForeignEndpoint'),
  NotAConnectionString: isCode('NotAConnectionString'),
  UnrecognisedKey: isCode('UnrecognisedKey'),
  SecretMissing: isCode('SecretMissing'),
  SecretDeleted: isCode('SecretDeleted'),
  SecretDisabled: isCode('SecretDisabled'),
  PublicationUnreadable: isCode('PublicationUnreadable'),
  KeyUnchanged: (world, { fingerprint }) => fingerprint !== undefined && (world.attempts.get(fingerprint) ?? 0) >= 3,
  NewKeyRefused: (world, { slot }) => slot !== undefined && world.probe(world.slots[slot]) === 'refused',
  DataPlaneUnreachable: (world) => world.dataPlane !== 'up',
  OldKeyStillAccepted: (world, { fingerprint }) =>
    world.dataPlane === 'open' || (fingerprint !== undefined && world.probe(fingerprint) === 'accepted'),
  TooManyTips: (_, { tips = [] }) => tips.length > 0,
  CompromiseUnconfirmed: (world, { tips = [] }) => tips.length > 0 && !isPublishing(world),
  Stalled: (world, { awaiting = [], fingerprint }) =>
    awaiting.length > 0 && fingerprint !== undefined && awaiting.every((a) => isAwaited(a, fingerprint, world)),
};

/** Some publication carries a key that is in a slot. */
const isPublishing = (world: World): boolean =>
  world.configuration.publications
    .map(({ secret }) => world.secret(secret).judge(world.slots))
    .some((current) => current.is === 'keyed' && world.isLive(current.fingerprint));

const isConfigured = ({ consumer, secret }: Awaited, { configuration: { publications, consumers } }: World): boolean =>
  publications.some((p) => p.secret === secret) &&
  (consumer === 'unlisted' || consumers.some((c) => c.name === consumer));

/** Someone really uses the key, or has really not said that he left it since it was last to be had. */
function isAwaited({ consumer, secret: id, expectedAt, shows }: Awaited, key: Fingerprint, world: World): boolean {
  if (!world.isLive(key)) return false;
  const secret = world.secret(id);
  if (expectedAt !== null) return expectedAt > world.now;
  if (consumer === 'unlisted') return !world.configuration.consumers.some((c) => c.reads.includes(id));
  if (world.usersOf(key).includes(consumer) || secret.hadUntagged || secret.readable === undefined) return true;
  // When its last version gave way is told by nothing that is left: only a word said since is believed.
  if (secret.wasPurged) return true;
  if (shows?.by === 'version' && !world.isKnown(id, shows.version)) return true;
  const left = secret.everCarried.get(key);
  const said = world.delivered.get(`${consumer} ${id}`);
  if (left === undefined || left === null || said === undefined) return true;
  return said.at < left || said.key === key;
}

/** Past `maxWait` since the last of its publications was moved, a person is told. */
function waitsTooLong(key: Fingerprint, { rotation }: TargetState, { secrets, now, configuration }: World): boolean {
  if (rotation === null || secrets.some((s) => s.hadUntagged || s.readable === undefined)) return false;
  const moved = secrets.map((s) => s.everCarried.get(key) ?? 0);
  return now > Math.max(rotation.startedAt, ...moved) + configuration.policy.switchover.maxWait;
}

const WAITS: Readonly<Record<Extract<Decision, { kind: 'wait' }>['for'], (world: World) => boolean>> = {
  operation: (world) => !world.ready || world.operations.some((o) => o.status === 'on its way'),
  resource: (world) => !world.ready,
  group: (world) => world.control.fleet.group === 'taken',
  window: (world) => world.control.window?.isOpen === false,
  fleet: (world) => world.control.fleet.flight === 'full',
  // These end by themselves; that they do is seen at the end of the world.
  settle: () => true,
  'new-key-live': () => true,
  'old-key-dead': () => true,
};

/** Whose text is written, and that nothing but its key changes. */
export function judgeWrite(secret: Secret, base: Version, written: Version, world: World): void {
  const { text, parts } = base;
  world.tell(() => `writes ${written.id} with ${written.key?.slice(-2)}, based on ${base.id}`);
  if (!isOfTarget(base, FOREIGN_KEY) && written.key !== base.key)
    world.violate(`wrote over a text that is not the target's: ${text} in ${secret.id.slice(-2)}`);
  if (written.parts !== parts || written.text !== text || written.ambiguous !== base.ambiguous)
    world.violate('changed more than the key');
}

/** How a world may end: all is well, or an obstacle that is really there stays. */
export function judgeEnd(look: Look, world: World): void {
  const broken = endBrokenBy(look, world);
  if (broken !== null) world.violate(`ended with ${look.decision.kind}: ${broken}`);
}

const LASTING = ['nothing-due', 'hold', 'await-consumers'];
const LASTING_WAITS = ['operation', 'resource', 'group', 'fleet'];
export const isLasting = (decision: Decision): boolean =>
  decision.kind === 'wait' ? LASTING_WAITS.includes(decision.for) : LASTING.includes(decision.kind);

function endBrokenBy({ decision, situation }: Look, world: World): string | null {
  if (!isLasting(decision)) return 'it never comes to an end';
  if (decision.kind === 'await-consumers' && waitsTooLong(decision.fingerprint, situation.state, world))
    return 'it should have stalled';
  if (decision.kind !== 'nothing-due') return null;
  if (situation.state.rotation !== null || situation.state.intent !== null) return 'a rotation is open';
  const configured = world.configuration.publications.map((p) => world.secret(p.secret));
  const currents = configured.map((s) => s.judge(world.slots)).filter((c) => c.is === 'keyed');
  if (currents.some((c) => !world.isLive(c.fingerprint))) return 'a dead key is published';
  if (new Set(currents.map((c) => c.fingerprint)).size > 1) return 'the publications are split';
  const lost = configured.find((s) => isTheirsLost(s));
  return lost === undefined ? null : `what a person wrote last into ${lost.id.slice(-2)} is lost`;
}

function isTheirsLost({ versions, current, forbidden }: Secret): boolean {
  const theirs = versions.findLast((v) => v.by === 'human');
  if (theirs === undefined || current === undefined || !theirs.enabled || forbidden) return false;
  return current.by === 'rotator' && current.parts !== theirs.parts && current.key !== theirs.key;
}
