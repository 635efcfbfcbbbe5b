import type fc from 'fast-check';

/** One place at which something comes in from outside, and what holds there whatever comes. */
export interface Area {
  readonly name: string;
  /** What comes in, for people. */
  readonly about: string;
  /** Starts what the laws are asked of. */
  open(): Promise<OpenArea>;
}

export interface OpenArea {
  readonly laws: readonly Law[];
  close(): Promise<void>;
}

/** A sentence that is true of every input. */
export interface Law {
  readonly says: string;
  readonly property: fc.IRawProperty<unknown>;
  /** How many runs of a cheap law one of this takes the time of. Default: 1. */
  readonly cost?: number;
}

/** Of an area that only computes. */
export const computing = (laws: readonly Law[]) => async (): Promise<OpenArea> => ({
  laws,
  close: async () => undefined,
});
