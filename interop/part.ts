/** What came of asking a peer. */
export type Outcome =
  | { readonly is: 'agreed' | 'disagreed'; readonly figures: string; readonly differences: readonly string[] }
  /** The peer is not to be had on this machine, and why. */
  | { readonly is: 'skipped'; readonly why: string };

export interface Part {
  readonly name: string;
  readonly peer: string;
  run(): Promise<Outcome>;
}

/** A finding that was looked at and stays, with its reason. */
export interface Accepted {
  readonly check: string;
  /** What it is said of; left out: of anything. */
  readonly of?: string;
  /** What is found depends on what was drawn and how far the time went: once it is not found, nothing is wrong. */
  readonly byChance?: boolean;
  readonly reason: string;
}

export interface Found {
  readonly check: string;
  readonly of: string;
  readonly detail: string;
}

/** Agreed where each finding is accepted, and each accepted finding is still there where that is not up to chance: one that is not would hide the next. */
export function judge(found: readonly Found[], accepted: readonly Accepted[], figures: string): Outcome {
  const covers = ({ check, of }: Accepted, each: Found) => check === each.check && (of === undefined || of === each.of);
  const open = found.filter((each) => !accepted.some((one) => covers(one, each)));
  const stale = accepted.filter((one) => !one.byChance && !found.some((each) => covers(one, each)));
  const differences = [
    ...open.map(({ check, of, detail }) => `${check}, ${of}: ${detail}`),
    ...stale.map(({ check, of = 'anything' }) => `${check}, ${of}: accepted, and no longer found`),
  ];
  return {
    is: differences.length === 0 ? 'agreed' : 'disagreed',
    figures: `${figures}, ${found.length - open.length} accepted with a reason`,
    differences,
  };
}
