import type { Phase } from '../core/decision.ts';

const WORDS: Readonly<Record<Phase, string>> = {
  condemn: 'A rotation begins',
  regenerate: 'Regenerating a vacant slot',
  publish: 'Publishing another key',
  align: 'Aligning the publications',
  repair: 'Repairing a publication',
  nudge: 'Nudging consumers',
  'await-consumers': 'Waiting for consumers',
  soak: 'Waiting until issued tokens have expired',
  'confirm-dead': 'Showing that old keys are dead',
  'disable-old-versions': 'Disabling superseded secret versions',
  'roll-back': 'Rolling back',
  complete: 'A rotation has ended',
  hold: 'Held',
  wait: 'Waiting',
  'nothing-due': 'Nothing is due',
};

/** A phase or a step in words. */
export const phaseWords = (phase: Phase): string => WORDS[phase];
