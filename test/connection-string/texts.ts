import fc from 'fast-check';

const names = [
  'Endpoint',
  'AccessKey',
  'Version',
  'Port',
  'ClientEndpoint',
  'ServerEndpoint',
  'AuthType',
  'ClientId',
  'ClientSecret',
  'ClientCert',
  'ClientCertPath',
  'TenantId',
  'Foo',
  '',
];

const GUID = '11111111-1111-1111-1111-111111111111';
const space = fc.constantFrom('', '', '', ' ', '\t', '\u00a0', '\n');
const base64 = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'];

const oddlyCased = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter.toLowerCase())).join(''));

const segment = (name: string, value: fc.Arbitrary<string>) =>
  fc
    .tuple(space, oddlyCased(name), space, space, value, space)
    .map(([a, n, b, c, v, d]) => `${a}${n}${b}=${c}${v}${d}`);

const shuffled = (segments: fc.Arbitrary<string>[]) =>
  fc.tuple(...segments).chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

/** The two lengths of real keys, and the alphabet of a client secret. */
export const aSecret: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...base64), { minLength: 43, maxLength: 43 }).map((key) => `${key.join('')}=`),
  fc.array(fc.constantFrom(...base64), { minLength: 84, maxLength: 84 }).map((key) => key.join('')),
  fc.array(fc.constantFrom(...base64, '~', '.', '_', '-'), { minLength: 40, maxLength: 40 }).map((key) => key.join('')),
);

/** What a new key may be: anything that is read back as written. */
export const aKey: fc.Arbitrary<string> = fc.oneof(
  aSecret,
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .map((text) => text.replaceAll(';', '=').trim().replaceAll('\u0085', ''))
    .filter((text) => text !== ''),
);

/** A string that parses and has this key, with all that may stand around it. */
export const keyed = (key: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      shuffled([
        segment('Endpoint', fc.constantFrom('https://a.example', 'HTTP://A_b:8080/', 'https://[::1]/x?q=1')),
        segment('AccessKey', key),
      ]),
      fc.subarray([
        'Version=1.0',
        ' port = 8080',
        'serverendpoint=https://gateway.example/in',
        'ClientEndpoint=http://c/',
        'AuthType=azure.msi',
        `CLIENTID=${GUID}`,
        'Foo=bar=;',
        '==',
        'word',
        '\t',
        '',
      ]),
      fc.boolean(),
    )
    .chain(([own, others, trailing]) =>
      fc
        .shuffledSubarray([...own, ...others], { minLength: own.length + others.length })
        .map((all) => all.join(';') + (trailing ? ';' : '')),
    );

/** Anything of the grammar's shape, right or wrong. */
export const anyText = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .array(
        fc.oneof(
          fc.constantFrom(...names).chain((name) => segment(name, value)),
          value,
          space,
        ),
        { maxLength: 8 },
      )
      .map((segments) => segments.join(';')),
    keyed(value),
  );

/** Values that lead into every check, mixed with arbitrary ones. */
export const anyValue: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'https://a',
    'http://a:8080/p?q',
    'wss://a',
    '1.0',
    '2.0',
    '8080',
    '0',
    'azure',
    'azure.app',
    'azure.msi',
    'aad',
    GUID,
    '',
  ),
  fc.string({ unit: 'binary' }),
  fc.webUrl({ validSchemes: ['http', 'https', 'ftp'], withQueryParameters: true }),
  aSecret,
);
