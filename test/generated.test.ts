import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generated } from '../scripts/generated.ts';

describe('what is generated from the code', () => {
  it.each(Object.keys(generated))('%s has not drifted (npm run generate)', (path) => {
    const text = readFileSync(path, 'utf8');
    expect(generated[path]?.(text)).toBe(text);
  });
});
