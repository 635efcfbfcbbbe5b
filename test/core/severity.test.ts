import { describe, expect, it } from 'vitest';
import { FINDINGS, SEVERITIES } from '../../src/core/finding-codes.ts';
import { severityOf, tallyOf } from '../../src/core/severity.ts';

describe('how grave a finding is', () => {
  it('is said by its code', () => {
    expect(severityOf('KeyOverdue')).toBe('high');
    expect(severityOf('KeyShared')).toBe('low');
  });

  it('is medium for a secret that cannot be used', () => {
    expect(severityOf('SecretMissing')).toBe('medium');
  });

  it('is one of four words', () => {
    expect(SEVERITIES).toEqual(['high', 'medium', 'low', 'info']);
    const words = new Set(Object.values(FINDINGS).map(({ severity }) => severity));
    expect([...words].sort()).toEqual([...SEVERITIES].sort());
  });

  it('is counted, also where there is none', () => {
    const codes = ['KeyOverdue', 'KeyOverdue', 'SecretMissing', 'NothingPublished'] as const;
    expect(tallyOf(codes.map((code) => ({ code })))).toEqual({ high: 2, medium: 1, low: 0, info: 1 });
    expect(tallyOf([])).toEqual({ high: 0, medium: 0, low: 0, info: 0 });
  });
});
