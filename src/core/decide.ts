import { askKeyless } from './checks/ask-keyless.ts';
import { awaitConsumers } from './checks/await-consumers.ts';
import { begin } from './checks/begin.ts';
import { complete, confirmDead, disableOldVersions } from './checks/close.ts';
import { answerTips, dismissTips, hasPressingTips, holdForTips, retreat } from './checks/compromises.ts';
import { holdForFreeze, holdForOwner, holdForPublications, waitForResource } from './checks/holds.ts';
import { republishTheirs, resolveIntent, resolvePublishing } from './checks/intents.ts';
import { nudge } from './checks/nudge.ts';
import { align, publishSound, repairDead } from './checks/publications.ts';
import { regenerateVacant } from './checks/regenerate.ts';
import { rollBack } from './checks/roll-back.ts';
import { isUrgent } from './compromise.ts';
import type { Ask, Check, Decision } from './decision.ts';
import type { Duration } from './model.ts';
import type { Situation } from './slots.ts';

/** First check that applies wins; the order is the argument. */
export const chain = [
  dismissTips,
  holdForOwner,
  resolveIntent,
  resolvePublishing,
  waitForResource,
  answerTips,
  republishTheirs,
  repairDead,
  holdForPublications,
  rollBack,
  holdForFreeze,
  align,
  holdForTips,
  askKeyless,
  begin,
  regenerateVacant,
  publishSound,
  retreat,
  nudge,
  awaitConsumers,
  confirmDead,
  disableOldVersions,
  complete,
] as const satisfies readonly Check[];

/** What holds a compromise up may pass in a moment, and is looked at as often. */
const WHILE_HELD: Duration = 60_000;

function hurried(decision: Decision | Ask, situation: Situation): Decision | Ask {
  const { state, now } = situation;
  // Another installation does not go away for being looked at.
  if (decision.kind !== 'hold' || decision.code === 'ManagedByAnother') return decision;
  if (!isUrgent(state.rotation) && !hasPressingTips(situation)) return decision;
  return { ...decision, wakeAt: Math.min(decision.wakeAt, now + WHILE_HELD) };
}

/**
 * The next safe step for a target. Pure: the same situation always gives the same decision, so whoever dies, the next
 * look goes on from what is there.
 *
 * @throws Error where no check applies: the chain is meant to be exhaustive, and silence would look like health.
 */
export function decide(situation: Situation): Decision | Ask {
  for (const check of chain) {
    const decision = check(situation);
    if (decision !== undefined) return hurried(decision, situation);
  }
  throw new Error('No check of the chain applies.');
}
