import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceAccessKey } from '../../src/connection-string/edit.ts';
import { ConnectionStringError } from '../../src/connection-string/errors.ts';
import { isKeyed, parse } from '../../src/connection-string/parse.ts';
import { redact } from '../../src/connection-string/redact.ts';
import { errorOf } from './code-of.ts';
import { aKey, anyText, anyValue, aSecret, keyed } from './texts.ts';

const check = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 2000 });
const everyText = fc.oneof(anyText(anyValue), fc.string({ unit: 'binary' }));

/** The text with its one key cut out, found without the library. */
const around = (text: string, key: string) => {
  const at = /(?:^|;)\s*accesskey\s*=\s*/i.exec(text);
  const start = (at?.index ?? 0) + (at?.[0].length ?? 0);
  expect(text.slice(start, start + key.length)).toBe(key);
  return [text.slice(0, start), text.slice(start + key.length)];
};

describe('the laws of editing', () => {
  it('an edit changes the key and no other byte', () => {
    const aCase = aKey.chain((old) => fc.tuple(keyed(fc.constant(old)), fc.constant(old), aKey));
    check(
      fc.property(aCase, ([text, oldKey, newKey]) => {
        expect(around(replaceAccessKey(text, newKey), newKey)).toEqual(around(text, oldKey));
      }),
    );
  });

  it('an edited string reads as before, but for the key', () => {
    check(
      fc.property(keyed(aKey), aKey, (text, newKey) => {
        const edited = parse(replaceAccessKey(text, newKey));
        expect(isKeyed(edited) && edited.credential.accessKey).toBe(newKey);
        expect(JSON.stringify(edited)).toBe(JSON.stringify(parse(text)));
      }),
    );
  });

  it('putting the old key back gives the old string', () => {
    const aCase = aKey.chain((old) => fc.tuple(keyed(fc.constant(old)), fc.constant(old), aKey));
    check(
      fc.property(aCase, ([text, oldKey, newKey]) => {
        expect(replaceAccessKey(replaceAccessKey(text, newKey), oldKey)).toBe(text);
      }),
    );
  });
});

describe('the laws of refusing', () => {
  it('every text is read or refused with a ConnectionStringError', () => {
    check(
      fc.property(everyText, anyValue, (text, key) => {
        errorOf(() => parse(text));
        errorOf(() => replaceAccessKey(text, key));
      }),
    );
  });

  it('an error is made of its code and property alone', () => {
    check(
      fc.property(everyText, anyValue, (text, key) => {
        for (const error of [errorOf(() => parse(text)), errorOf(() => replaceAccessKey(text, key))]) {
          if (!error) continue;
          expect(error.message).toBe(new ConnectionStringError(error.code, error.property).message);
          expect(Object.keys(error).sort()).toEqual(['code', 'name', 'property']);
          expect(error.cause).toBeUndefined();
        }
      }),
    );
  });

  it('no error holds a value of the input', () => {
    const aCase = aSecret.chain((secret) => fc.tuple(anyText(fc.constant(secret)), fc.constant(secret)));
    check(
      fc.property(aCase, ([text, secret]) => {
        const error = errorOf(() => parse(text));
        expect(`${error?.stack} ${JSON.stringify(error)}`).not.toContain(secret);
      }),
    );
  });
});

describe('the laws of redacting', () => {
  it('no secret is shown, wherever it stands and wherever the text is cut', () => {
    const aCase = aSecret.chain((secret) =>
      fc.tuple(anyText(fc.oneof(fc.constant(secret), anyValue)), fc.constant(secret), fc.nat(), fc.nat()),
    );
    check(
      fc.property(aCase, ([text, secret, from, to]) => {
        expect(redact(text)).not.toContain(secret);
        expect(redact(text.slice(from % (text.length + 1)))).not.toContain(secret);
        expect(redact(text.slice(0, to % (text.length + 1)))).not.toContain(secret);
      }),
    );
  });

  it('the key of a keyed string does not matter to what is shown', () => {
    const aCase = fc.tuple(aKey, aKey).chain((keys) => fc.tuple(keyed(fc.constant(keys[0])), fc.constant(keys[1])));
    check(
      fc.property(aCase, ([text, other]) => {
        expect(redact(replaceAccessKey(text, other))).toBe(redact(text));
      }),
    );
  });

  it('every text can be redacted, keeps its number of segments and is not changed by a second time', () => {
    check(
      fc.property(everyText, (text) => {
        const shown = redact(text);
        expect(shown.split(';')).toHaveLength(text.split(';').length);
        expect(redact(shown)).toBe(shown);
      }),
    );
  });
});
