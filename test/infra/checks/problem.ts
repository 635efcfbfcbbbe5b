import type { ReadInfra } from '../bicep/sources.ts';

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Looks at all files and changes none. No problem is a warning: what Bicep only warns of, ARM refuses later. */
export type Check = (infra: ReadInfra) => readonly Problem[];
