import type { Check } from './problem.ts';

/** What the grammar of tree-sitter-bicep makes no sense of. */
export const syntax: Check = ({ faults }) =>
  faults.map(({ path, line, text }) => ({ path, line, text: `syntax: ${text}` }));
