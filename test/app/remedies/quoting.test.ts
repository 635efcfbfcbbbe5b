import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bicepString, hclString, shellWord } from '../../../src/app/remedies/quoting.ts';
import { HOSTILE } from './a-subject.ts';
import { readBicep, unquoteBicep } from './bicep-reader.ts';
import { unquoteHcl } from './hcl-reader.ts';

/** Arbitrary text, with what ends a string or begins an expression more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        "'",
        '"',
        '`',
        '\\',
        '$',
        '${',
        '$${',
        '%{',
        '%%{',
        '}',
        '\n',
        '\r',
        '\t',
        ' ',
        '#',
        ';',
        HOSTILE,
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('a word of the shell', () => {
  it('is what it was made from, whatever that is', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 40 }), (texts) => {
        const script = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`;
        const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(printed).toEqual(texts.map((text) => text.replaceAll('\0', '').toWellFormed()));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['rg-chat', 'rg-chat'],
    ['/subscriptions/1/resourceGroups/rg', '/subscriptions/1/resourceGroups/rg'],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['<group>', "'<group>'"],
    ['~', "'~'"],
    ['a=b', "'a=b'"],
  ])('of %j is %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});

describe.each([
  ['Bicep', bicepString, unquoteBicep],
  ['HCL', hclString, unquoteHcl],
])('a string of %s', (_, quote, unquote) => {
  it('means what it was made from', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unquote(quote(text))).toBe(text.toWellFormed());
      }),
      { numRuns: 2000 },
    );
  });

  it('stays on its line and ends where it should', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const quoted = quote(text);
        expect(quoted).not.toMatch(/[\n\r\u2028\u2029\p{Cc}]/u);
        expect(quoted.at(0)).toBe(quoted.at(-1));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a string of Bicep', () => {
  it('is read back as one value', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [read] = readBicep(`resource a 'T@1' = {\n  name: ${bicepString(text)}\n}`);
        expect(read?.body).toEqual({ name: text.toWellFormed() });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a string of HCL', () => {
  it.each([
    [`\${var.x}`, `"$\${var.x}"`],
    ['%{ if x }', '"%%{ if x }"'],
    ['say "no"', '"say \\"no\\""'],
    ['C:\\', '"C:\\\\"'],
    ['a\nb', '"a\\nb"'],
  ])('of %j is %s', (text, quoted) => {
    expect(hclString(text)).toBe(quoted);
  });
});
