/** What a script can tell from the end of a command; each command's help says what it means there. */
export const EXIT = { done: 0, failed: 1, usage: 2, person: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'done',
  [EXIT.failed]: 'failed',
  [EXIT.usage]: 'the command line is not understood',
  [EXIT.person]: 'a person is needed',
};
