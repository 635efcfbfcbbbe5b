import { describe, expect, it } from 'vitest';
import { EVERYTHING, type ReportQuery } from '../../../src/app/report/query.ts';
import { select } from '../../../src/app/report/select.ts';
import { NOON } from '../../support/scene.ts';
import { anEntry } from '../../views/an-entry.ts';

const namesBy = (sort: ReportQuery['sort']): readonly string[] =>
  select(
    [anEntry({ name: 'b-calm' }), grave('c-grave'), anEntry({ name: 'a-calm' }), grave('d-grave')],
    {
      ...EVERYTHING,
      sort,
    },
    NOON,
  ).map(({ name }) => name);

const grave = (name: string) => anEntry({ name, tally: { high: 1, medium: 0, low: 0, info: 0 } });

describe('the targets of a report', () => {
  it('are by name alone where that is asked for, whatever was found in them', () => {
    expect(namesBy('name')).toEqual(['a-calm', 'b-calm', 'c-grave', 'd-grave']);
  });

  it.each(['age', 'due', 'observed'] as const)('that are equal by %s have those with grave findings first', (sort) => {
    expect(namesBy(sort)).toEqual(['c-grave', 'd-grave', 'a-calm', 'b-calm']);
  });
});
