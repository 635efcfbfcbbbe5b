import type { Decision, Write } from '../../core/decision.ts';
import { type Instant, otherSlot, type PublishIntent, type SecretId, type TargetState } from '../../core/model.ts';
import { claimGroup } from '../brakes.ts';
import { mayBeDone } from '../errors.ts';
import { type CurrentSecret, judgeCurrent } from '../judge-text.ts';
import type { Look } from '../observe.ts';
import { withEnded } from '../past.ts';
import type { SecretContent, SecretVersion } from '../ports.ts';
import type { ReceiptDraft } from '../receipts.ts';
import { withKey } from '../secret-text.ts';
import { timeOf } from '../times.ts';
import { tagsFor } from './secret-tags.ts';
import { receipt, type StepContext } from './step.ts';

type Publish = Extract<Decision, { kind: 'publish' | 'align' | 'repair' | 'roll-back' }>;

/**
 * Writes a slot's key into publications, secret by secret, each with its intent. What a crash leaves half published is
 * split, and the chain finishes it forward.
 */
export async function publish(decision: Publish, context: StepContext): Promise<void> {
  const { lease, deadline, ports, target } = context;
  const rotation = lease.record.state.rotation?.id ?? null;
  if (rotation !== null && movesOn(decision, context)) await claimGroup(ports, target, rotation);
  const written: Written[] = [];
  for (const write of decision.writes) {
    deadline.check();
    const base = await readBase(write, context);
    const version = await writeOne(decision, write, base, context);
    written.push({ secret: write.secret, version });
    if (await isWrittenByOthers(version, context)) return leaveOpen(decision, version, written, context);
  }
  const { slot, fingerprint, proof } = decision;
  const data = { slot, fingerprint, proof, versions: written };
  if (decision.kind === 'roll-back') return endWithRollBack(context, data);
  const state = { ...lease.record.state, publishing: null };
  await lease.commit({ state }, [receipt(context, decision.kind, data)]);
}

/**
 * The receipt of a write whose answer was lost, or after which the process died: the look found it carried out. A rollback
 * has one of its own, at its end.
 */
export function foundDone(
  before: TargetState,
  { publishing: after }: TargetState,
  { observation }: Look,
  context: Pick<StepContext, 'lease' | 'configHash'>,
): readonly ReceiptDraft[] {
  const { publishing } = before;
  if (publishing === null || after !== null || publishing.kind === 'roll-back') return [];
  const { kind, secret, slot, fingerprint, proof } = publishing;
  const current = observation.publications.find((p) => p.secret === secret)?.current;
  const isCarriedOut =
    current?.is === 'keyed' && current.fingerprint === fingerprint && current.version !== publishing.basedOn;
  if (!isCarriedOut) return [];
  return [receipt(context, kind, { slot, fingerprint, proof, versions: [{ secret, version: current.version }] })];
}

/** What was condemned is dropped with the rotation; scheduled ones pause. The key that was left is safe by its vacancy. */
async function endWithRollBack(context: StepContext, data: Readonly<Record<string, unknown>>): Promise<void> {
  const { lease, ports, target } = context;
  const { state } = lease.record;
  const { rotation, rollBack } = state;
  const until = rollBack === null ? null : timeOf(rollBack.until);
  const draft = receipt(context, 'roll-back', { ...data, until, why: rollBack?.why ?? null }, rollBack?.who);
  const next = { ...state, publishing: null, rotation: null, rollBack: null, pausedUntil: rollBack?.until ?? null };
  await lease.commit({ state: next, past: withEnded(lease.record, 'rolled-back', lease.now()) }, [draft]);
  if (rotation !== null) await ports.fleet.release(target.resourceId, rotation.id);
}

/** Somebody else wrote meanwhile: with the intent open, the next look publishes theirs again and aligns the rest. */
async function leaveOpen(
  { kind, slot, fingerprint, proof }: Publish,
  ours: string,
  versions: readonly Written[],
  context: StepContext,
): Promise<void> {
  const { lease } = context;
  const { state } = lease.record;
  const publishing = state.publishing && { ...state.publishing, ours };
  const draft = receipt(context, kind, { slot, fingerprint, proof, versions });
  await lease.commit({ state: { ...state, publishing } }, [draft]);
}

interface Written {
  readonly secret: string;
  readonly version: string;
}

async function readBase({ secret, basedOn }: Write, { look, ports }: StepContext): Promise<CurrentSecret> {
  const readInThisLook = basedOn === null ? look.publications.get(secret)?.base : null;
  return readInThisLook ?? (await ports.secrets.read(secret, basedOn ?? undefined));
}

async function writeOne(
  decision: Publish,
  { secret }: Write,
  base: CurrentSecret,
  context: StepContext,
): Promise<string> {
  const { lease, look, ports } = context;
  const { fingerprint } = decision;
  const listed = look.publications.get(secret)?.seen.versions ?? [];
  const intent: PublishIntent = {
    ...{ kind: decision.kind, secret, slot: decision.slot, fingerprint, proof: decision.proof },
    basedOn: base.version,
    ours: null,
    basedOnCreatedAt: base.createdAt,
    known: listed.filter((v) => v.createdAt >= base.createdAt).map((v) => v.version),
    startedAt: lease.now(),
  };
  const before = lease.record.state.publishing;
  await commitIntent(decision, intent, context);
  try {
    const { version } = await ports.secrets.publish(secret, contentFor(decision, secret, base, context));
    return version;
  } catch (error) {
    // Refused: nothing was written, and what stood before stands again: somebody's version may wait to be published.
    // After a lost answer the intent stays, and the next look tells.
    const publishing = before?.secret === secret ? before : null;
    if (!mayBeDone(error)) await lease.commit({ state: { ...lease.record.state, publishing } });
    throw error;
  }
}

/**
 * The predecessor with only its key replaced; a bare key has nothing else. What somebody wrote in between and has no key of
 * ours to replace comes back as it was: they meant it, and what it is will be judged by the next look.
 */
function contentFor(
  { slot, fingerprint }: Publish,
  secret: SecretId,
  base: CurrentSecret,
  context: StepContext,
): SecretContent {
  const { look, target, lease, installation } = context;
  const format = look.publications.get(secret)?.format ?? 'connection-string';
  const owner = { resourceId: target.resourceId, keys: look.keys, hostNames: look.hostNames };
  if (judgeCurrent(base, format, owner).current.is !== 'keyed') return base;
  const rotation = lease.record.state.rotation?.id ?? null;
  return {
    value: format === 'access-key' ? look.keys[slot] : withKey(base.value, look.keys[slot]),
    tags: tagsFor(base.tags, { slot, fingerprint, target, rotation, installation }),
    contentType: base.contentType,
    expiresAt: expiryFor(base, context),
  };
}

function expiryFor({ expiresAt }: CurrentSecret, { lease, target: { policy } }: StepContext): Instant | null {
  return policy.secretExpiry === 'keep' && expiresAt === null ? null : lease.now() + policy.maxKeyAge;
}

/** The slot is recorded as the active one before its first secret is written: what is half done is finished towards it. */
async function commitIntent(decision: Publish, publishing: PublishIntent, context: StepContext): Promise<void> {
  const { slot } = decision;
  const { lease, look } = context;
  const { state } = lease.record;
  const left = look.observation.keys[otherSlot(slot)];
  const rotation =
    state.rotation !== null && movesOn(decision, context)
      ? { ...state.rotation, left: [...new Set([...state.rotation.left, left])] }
      : state.rotation;
  await lease.commit({ state: { ...state, rotation, publishing, activeSlot: slot } });
}

/** Off a condemned key, to one that is not: whatever the step is called, consumers have to switch from then on. */
function movesOn({ kind, slot, fingerprint }: Publish, { lease, look }: StepContext): boolean {
  const condemned = lease.record.state.rotation?.condemned.map((c) => c.fingerprint) ?? [];
  const other = look.observation.keys[otherSlot(slot)];
  return kind !== 'roll-back' && condemned.includes(other) && !condemned.includes(fingerprint);
}

/** Key Vault has no ETag: whether somebody wrote between our read and our write can only be seen afterwards. */
async function isWrittenByOthers(ours: string, { ports, lease }: StepContext): Promise<boolean> {
  const { publishing } = lease.record.state;
  if (publishing === null) return false;
  const versions: readonly SecretVersion[] = await ports.secrets.versions(publishing.secret);
  return versions.some(
    (v) => v.createdAt >= publishing.basedOnCreatedAt && v.version !== ours && !publishing.known.includes(v.version),
  );
}
