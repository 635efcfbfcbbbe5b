import { expect, it } from 'vitest';
import { judge } from '../../interop/part.ts';

const found = { check: 'A', of: 'x', detail: 'wrong' };
const accepted = { check: 'A', of: 'x', reason: 'so it is' };

it.each([
  ['a finding that nobody accepted', [found], [], 'disagreed'],
  ['one that is accepted of something else', [found], [{ ...accepted, of: 'y', byChance: true }], 'disagreed'],
  ['one that is accepted and no longer found', [], [accepted], 'disagreed'],
  ['the same, where it is found by chance', [], [{ ...accepted, byChance: true }], 'agreed'],
  ['one that is accepted', [found], [accepted], 'agreed'],
  ['one that is accepted of anything', [found], [{ check: 'A', reason: 'so it is' }], 'agreed'],
])('%s is told from the others', (_, those, list, is) => {
  expect(judge(those, list, 'one request')).toMatchObject({ is });
});
