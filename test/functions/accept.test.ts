import { describe, expect, it } from 'vitest';
import { formatFor } from '../../src/functions/http/accept.ts';

const FORMATS = ['json', 'html', 'csv', 'sarif'] as const;
const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('what a caller is answered in', () => {
  it.each([
    [null, 'json'],
    ['*/*', 'json'],
    [chrome, 'html'],
    ['application/json', 'json'],
    ['application/json, text/html', 'json'],
    ['application/json;q=0.5, text/html', 'html'],
    ['text/csv', 'csv'],
    ['application/sarif+json', 'sarif'],
    ['text/*', 'html'],
    ['image/png', 'json'],
    ['text/html;q=0, */*', 'json'],
    ['TEXT/HTML', 'html'],
    ['text/html;q=x', 'json'],
  ])('to Accept %s: %s', (accept, format) => {
    expect(formatFor(undefined, accept, FORMATS)).toBe(format);
  });

  it('is what ?format= says, whatever is accepted', () => {
    expect(formatFor('csv', chrome, FORMATS)).toBe('csv');
  });
});
