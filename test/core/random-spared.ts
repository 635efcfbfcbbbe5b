/**
 * What the rules do not stand yet, so that no world has it. Each line is a debt: whoever mends the rule deletes it, and
 * WORLDS_SHOW=gaps,… (or all) shows what happens meanwhile.
 */
const SPARED = {
  /** Who joined a rotation and was removed again before its end is not awaited. */
  joinedAndRemoved: true,
  /** The time of readers who read again runs on while their secret cannot be read, so they are thought to have left. */
  gaps: true,
  /** A version that was gone at one look, back, and superseded before the next counts as superseded when it was gone. */
  backBetweenLooks: true,
  /** A text of another kind that somebody writes while we publish is written again with our key. */
  racesOfStrangers: true,
  /** What somebody writes while we publish is lost where that publishing dies once more, or its key. */
  racesLost: true,
  /** Who goes back to a version from before the ledger's first look is not seen, and owes no soak. */
  backBeyondMemory: true,
  /** A new rotation does not wait for the late duplicate of the last one's request. */
  lateDuplicates: true,
  /** A successor that is not taken yet is told as an old key that still is. */
  successorNotTaken: true,
};

const shown = (process.env.WORLDS_SHOW ?? '').split(',');
export const spares = (what: keyof typeof SPARED): boolean =>
  SPARED[what] && !shown.includes(what) && !shown.includes('all');
