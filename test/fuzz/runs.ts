import type { Law } from './area.ts';

/** Runs of a cheap law in `npm test`; `npm run fuzz` chooses another number. */
export const SHORT_RUNS = 400;

/** A law whose runs take longer gets fewer, and never none. */
export const runsOf = ({ cost = 1 }: Law, runs: number): number => Math.max(10, Math.round(runs / cost));
