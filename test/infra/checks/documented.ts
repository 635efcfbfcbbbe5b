import type { Check } from './problem.ts';

/** Every parameter and output says what it is, and so does every file. */
export const documented: Check = ({ templates }) =>
  [...templates.values()].flatMap(({ path, description, params, outputs }) => [
    ...(description ? [] : [{ path, line: 1, text: 'the file has no description' }]),
    ...[...params, ...outputs]
      .filter(({ decorators }) => !decorators.some(({ name, args }) => name === 'description' && args.length === 1))
      .map(({ name, line }) => ({ path, line, text: `${name} has no description` })),
  ]);
