import { describe, expect, it } from 'vitest';
import { formatFor } from '../../src/functions/http/accept.ts';

const asked = (accept: string | null, query = '') =>
  ({
    headers: new Headers(accept === null ? {} : { accept }),
    query: new URLSearchParams(query),
  }) as unknown as Parameters<typeof formatFor>[0];

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
    expect(formatFor(asked(accept), FORMATS)).toBe(format);
  });

  it('is what ?format= says, whatever is accepted', () => {
    expect(formatFor(asked(chrome, 'format=csv'), FORMATS)).toBe('csv');
  });

  it('is an error where the format is not known', () => {
    expect(() => formatFor(asked(null, 'format=xml'), FORMATS)).toThrow(
      expect.objectContaining({
        code: 'InvalidRequest',
        errors: [{ path: 'format', message: 'must be one of json, html, csv, sarif' }],
      }),
    );
  });
});
