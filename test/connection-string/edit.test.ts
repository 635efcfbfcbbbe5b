import { describe, expect, it } from 'vitest';
import { replaceAccessKey } from '../../src/connection-string/edit.ts';
import { codeOf, errorOf } from './code-of.ts';

describe('replacing the key', () => {
  it('keeps a trailing semicolon and odd letter case', () => {
    expect(replaceAccessKey('eNDpoint=HTTPS://A/;ACCESSkey=old;VERSION=1.0;', 'new==')).toBe(
      'eNDpoint=HTTPS://A/;ACCESSkey=new==;VERSION=1.0;',
    );
  });

  it('keeps order, white space, unknown properties, empty segments and words without a meaning', () => {
    expect(
      replaceAccessKey(' AccessKey\t=  old=a \n;;Foo==bar; ;word;AccessKey2=old; Endpoint = https://a ;;', 'new'),
    ).toBe(' AccessKey\t=  new \n;;Foo==bar; ;word;AccessKey2=old; Endpoint = https://a ;;');
  });

  it('leaves the old key alone where it stands as something else', () => {
    expect(replaceAccessKey('Endpoint=https://a;Foo=a;AccessKey=a', 'b')).toBe('Endpoint=https://a;Foo=a;AccessKey=b');
  });

  it('takes a key that a replacement pattern would trip over', () => {
    expect(replaceAccessKey('Endpoint=https://a;AccessKey=old', "$&$1$'")).toBe("Endpoint=https://a;AccessKey=$&$1$'");
  });

  it('rotates a key beside an AuthType, which newer SDKs use', () => {
    expect(replaceAccessKey('Endpoint=https://a;AccessKey=old;AuthType=azure', 'new')).toBe(
      'Endpoint=https://a;AccessKey=new;AuthType=azure',
    );
  });

  it.each([
    'Endpoint=https://a;AuthType=azure',
    'Endpoint=https://a;AccessKey= ;AuthType=azure',
    'Endpoint=https://a;x',
  ])('refuses %j, which has no key', (text) => {
    const error = errorOf(() => replaceAccessKey(text, 'new'));
    expect(error).toMatchObject({ code: 'missing-access-key', property: 'AccessKey' });
  });

  it.each([
    ['AccessKey=old', 'missing-endpoint'],
    ['Endpoint=https://a;AccessKey=old;accesskey=old', 'duplicate-property'],
    ['Endpoint=https://a;AccessKey=old;Version=2.0', 'unsupported-version'],
  ])('refuses %j, which no SDK accepts', (text, code) => {
    expect(codeOf(() => replaceAccessKey(text, 'new'))).toBe(code);
  });

  it.each(['', ' ', ' new', 'new\n', 'a;b', 'new\u0085', '\ufeffnew', 'a\ud800'])(
    'refuses %j as a key, which would be read back differently',
    (key) => {
      const error = errorOf(() => replaceAccessKey('Endpoint=https://a;AccessKey=old', key));
      expect(error).toMatchObject({ code: 'unusable-key', property: 'AccessKey' });
    },
  );
});
