import { covers, isCompromised, type TipClass, withinTheHour } from '../../core/compromise.ts';
import type { Decision } from '../../core/decision.ts';
import type { Condemned, Rotation, Sighting, Tip } from '../../core/model.ts';
import { withSighting } from '../../core/sightings.ts';
import { claimFlight } from '../brakes.ts';
import { isKnownAs, originOf } from '../known-requests.ts';
import type { KnownRequest } from '../ports.ts';
import { timeOf } from '../times.ts';
import { newRotation } from './new-rotation.ts';
import { receipt, type StepContext } from './step.ts';

type Answer = Extract<Decision, { kind: 'condemn' }> & { readonly tip: Tip };

/** Answers one tip, and with it all that say the same: what it means is condemned, in a rotation that begins or is joined; or it changes nothing, and that is said. */
export async function answerTip(decision: Answer, context: StepContext): Promise<void> {
  const { lease } = context;
  const { tip, condemned } = decision;
  const { state, requests } = lease.record;
  const tips = state.tips.filter((each) => !covers(tip, each));
  const also = state.tips.filter((each) => covers(tip, each) && each.id !== tip.id);
  const isDead = condemned.length === 0;
  if (isDead) {
    const draft = receipt(context, 'nothing-due', dataOf(decision, also), tip.who);
    await lease.commit({ state: { ...state, tips } }, [draft]);
    return;
  }
  const running = state.rotation;
  const rotation = running === null ? await begin(decision, context) : join(running, condemned);
  const before = running?.condemned ?? [];
  const isNew = condemned.some(
    (c) => isCompromised(c) && !before.some((b) => b.fingerprint === c.fingerprint && isCompromised(b)),
  );
  const isLeaked = condemned.some((c) => c.fingerprint === state.rollBack?.fingerprint && isCompromised(c));
  const now = lease.now();
  const next = {
    ...state,
    tips,
    rotation,
    // Nobody goes back to a leaked key.
    rollBack: isLeaked ? null : state.rollBack,
    compromisedAt: withinTheHour(isNew ? [...state.compromisedAt, now] : state.compromisedAt, now),
    sightings: withSighting(state.sightings, sightingOf(decision.class, tip, now), now),
  };
  const data = { ...dataOf(decision, also), joined: running !== null };
  const draft = { ...receipt(context, 'condemn', data, tip.who), rotation: rotation.id };
  const origin = originOf({ kind: 'tip', trusted: tip.trusted });
  const isAnswered = (known: KnownRequest) => [tip, ...also].some(({ id }) => isKnownAs(known, id, origin));
  await lease.commit(
    { state: next, requests: requests.map((r) => (isAnswered(r) ? { ...r, rotation: rotation.id } : r)) },
    [draft],
  );
  // What was said before is no news.
  if (isNew) alert(decision, context);
}

async function begin({ condemned, tip }: Answer, context: StepContext): Promise<Rotation> {
  const id = context.newId();
  // It passes this brake, and takes a place where there is one, so that scheduled rotations see it.
  await claimFlight(context.ports, context.target, id, context.fleet);
  return newRotation(context, { id, reason: 'KeyCompromised', condemned, ignoresWindows: true, askedAt: tip.at });
}

/** What runs goes on, with what is condemned now; of a key that was condemned for age only the reason changes. */
function join(running: Rotation, condemned: readonly Condemned[]): Rotation {
  const kept = running.condemned.filter((before) => !condemned.some((c) => c.fingerprint === before.fingerprint));
  return { ...running, reason: 'KeyCompromised', condemned: [...kept, ...condemned] };
}

/** It was never published, so whoever has it read it from ARM, and the other one beside it. */
const sightingOf = (found: TipClass | undefined, { who }: Tip, at: number): Sighting | null =>
  found === 'standby' ? { code: 'StandbyLeaked', at, who, detail: null } : null;

/** Ids come from outside and may be long. */
const TOLD = 20;

function dataOf({ tip, condemned, passes = [], ...decision }: Answer, also: readonly Tip[]): Record<string, unknown> {
  return {
    reason: 'KeyCompromised',
    class: decision.class,
    tip: tip.id,
    reportedAt: timeOf(tip.reportedAt),
    ...(tip.fingerprint !== null && { fingerprint: tip.fingerprint }),
    ...(tip.slot !== null && { slot: tip.slot }),
    why: tip.why,
    trusted: tip.trusted,
    condemned: condemned.map(({ fingerprint }) => fingerprint),
    ...(also.length > 0 && { also: { count: also.length, tips: also.slice(0, TOLD).map(({ id }) => id) } }),
    // The brakes that it did not heed.
    ...(passes.length > 0 && { passes }),
  };
}

function alert({ tip, condemned, ...decision }: Answer, { log, target }: StepContext): void {
  log({
    level: 'error',
    event: 'KeyCompromised',
    target: target.name,
    resource: target.resourceId,
    class: decision.class,
    tip: tip.id,
    condemned: condemned.map(({ fingerprint }) => fingerprint),
    remedy: 'Restart the consumers that GET …/targets/{target} names as awaited, and follow docs/compromise.md.',
  });
}
