import type { Decision } from '../../core/decision.ts';
import { complete, confirmDead, disableOldVersions } from './close.ts';
import { condemn } from './condemn.ts';
import { nudge } from './nudge.ts';
import { publish } from './publish.ts';
import { regenerate } from './regenerate.ts';
import type { StepContext } from './step.ts';

/** A decision that ends this reconcile: there is nothing to do before `wakeAt`. */
export type Pause = Extract<Decision, { kind: 'await-consumers' | 'soak' | 'wait' | 'hold' | 'nothing-due' }>;
export type Step = Exclude<Decision, Pause>;

export const isPause = (decision: Decision): decision is Pause => 'wakeAt' in decision;

/** Carries out one step. What it did is known by the next look alone. */
export function act(step: Step, context: StepContext): Promise<void> {
  switch (step.kind) {
    case 'condemn':
      return condemn(step, context);
    case 'regenerate':
      return regenerate(step, context);
    case 'publish':
    case 'align':
    case 'repair':
    case 'roll-back':
      return publish(step, context);
    case 'nudge':
      return nudge(step, context);
    case 'confirm-dead':
      return confirmDead(step, context);
    case 'disable-old-versions':
      return disableOldVersions(step, context);
    case 'complete':
      return complete(context);
    default:
      return step satisfies never;
  }
}
