import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LocalAuthFacts,
  REASONS,
  type Reason,
  type ReasonCode,
  type Use,
  type Verdict,
  verdictOf,
} from '../../src/core/local-auth.ts';
import { aFingerprint, aSecret, NOON } from '../support/scene.ts';

const chat = aSecret('chat');
const other = aSecret('other');

const byEntra: Use = { consumer: 'web', secret: chat, of: 'entra', by: 'word', at: NOON };
const byKey: Use = { consumer: 'job', secret: chat, of: 'key', by: 'word', at: NOON };

/** Everybody has moved to Entra, and has said so. */
const migrated: LocalAuthFacts = {
  localAuthDisabled: false,
  aadAuthDisabled: false,
  publications: [{ secret: chat, credential: 'azure.msi' }],
  uses: [byEntra],
  unlisted: [],
  held: [],
  rotating: false,
  upstreamWithoutIdentity: false,
};

const held = { slot: 'primary', fingerprint: aFingerprint('p0'), readers: [], soaksUntil: null } as const;
const carrying = (credential: LocalAuthFacts['publications'][number]['credential']): Partial<LocalAuthFacts> => ({
  publications: [
    { secret: chat, credential: 'azure.msi' },
    { secret: other, credential },
  ],
});

/** The policy: what is found, what is advised, and why. */
const policy: readonly [string, Partial<LocalAuthFacts>, Verdict, readonly ReasonCode[]][] = [
  ['local auth is disabled', { localAuthDisabled: true }, 'Disabled', ['LocalAuthDisabled']],
  [
    'local auth is disabled and a secret still carries a key',
    { localAuthDisabled: true, ...carrying('access-key') },
    'Disabled',
    ['LocalAuthDisabled', 'PublishesDeletedKey'],
  ],
  ['everybody is shown to use Entra', {}, 'DisableNow', ['EverybodyUsesEntra']],
  ['a publication says azure', carrying('azure'), 'DisableNow', ['EverybodyUsesEntra']],
  ['a publication says azure.app', carrying('azure.app'), 'DisableNow', ['EverybodyUsesEntra']],
  ['a publication carries a key', carrying('access-key'), 'MigrateFirst', ['PublicationCarriesKey']],
  ['a publication is a bare key', carrying('raw-key'), 'MigrateFirst', ['PublicationIsKey']],
  ['a publication has a key and an AuthType', carrying('both'), 'MigrateFirst', ['PublicationIsAmbiguous']],
  ['a publication cannot be read', carrying(null), 'Unknown', ['PublicationNotRead']],
  ['a consumer is shown to use a key', { uses: [byEntra, byKey] }, 'MigrateFirst', ['ConsumerUsesKey']],
  [
    'a consumer has shown nothing',
    { uses: [byEntra, { ...byKey, of: 'nothing-shown', at: null }] },
    'Unknown',
    ['ConsumerShowsNothing'],
  ],
  ['Entra is refused', { aadAuthDisabled: true }, 'MigrateFirst', ['EntraRefused']],
  ['a rotation is under way', { rotating: true }, 'MigrateFirst', ['RotationInProgress']],
  ['tokens of a key are still out', { held: [{ ...held, soaksUntil: NOON }] }, 'MigrateFirst', ['TokensAlive']],
  [
    'a reader of an older version is not shown to have left its key',
    { held: [{ ...held, readers: [{ consumer: 'web', secret: chat }] }] },
    'Unknown',
    ['ReaderNotShownToHaveLeft'],
  ],
  [
    'nobody listed the readers of a publication',
    { uses: [], unlisted: [{ secret: chat, timePassed: false }] },
    'Unknown',
    ['UnlistedReaders'],
  ],
  [
    'the time stated for unlisted readers has passed',
    { uses: [], unlisted: [{ secret: chat, timePassed: true }] },
    'DisableNow',
    ['EverybodyUsesEntra', 'ShownByTimeAlone'],
  ],
  [
    'a consumer has left its key by time alone',
    { uses: [{ ...byEntra, by: 'time', at: null }] },
    'DisableNow',
    ['EverybodyUsesEntra', 'ShownByTimeAlone'],
  ],
  [
    'App Service has resolved the version without a key',
    { uses: [{ ...byEntra, by: 'reference' }] },
    'DisableNow',
    ['EverybodyUsesEntra', 'ShownByReferenceAlone'],
  ],
  [
    'a serverless resource signs its upstream calls with its keys',
    { upstreamWithoutIdentity: true },
    'Unknown',
    ['UpstreamSignedWithKey'],
  ],
  [
    'one is known to use a key and of another nobody knows',
    { uses: [byKey, { ...byEntra, of: 'nothing-shown', at: null }] },
    'MigrateFirst',
    ['ConsumerUsesKey', 'ConsumerShowsNothing'],
  ],
];

describe('whether local authentication should be disabled', () => {
  it.each(policy)('%s', (_, facts, verdict, codes) => {
    const found = verdictOf({ ...migrated, ...facts });
    expect({ verdict: found.verdict, codes: found.reasons.map(({ code }) => code) }).toEqual({ verdict, codes });
  });

  it('has a line of this policy for each reason, but for the one that an old observation gives', () => {
    const named = new Set(policy.flatMap(([, , , codes]) => codes));
    expect(Object.keys(REASONS).filter((code) => !named.has(code as ReasonCode))).toEqual(['NotObserved']);
  });

  it('names who and what, and when it was last seen', () => {
    const { reasons } = verdictOf({ ...migrated, uses: [byEntra, byKey] });
    expect(reasons).toEqual([{ code: 'ConsumerUsesKey', detail: { consumers: ['job'], secrets: [chat], at: NOON } }]);
  });
});

describe('the reasons', () => {
  const fingerprint = aFingerprint('p0');
  const nobody: Use = { ...byKey, of: 'nothing-shown', at: null };

  it.each<[string, Partial<LocalAuthFacts>, Reason[]]>([
    [
      'secrets that carry deleted keys, in whatever form',
      {
        localAuthDisabled: true,
        publications: [
          { secret: chat, credential: 'raw-key' },
          { secret: other, credential: 'both' },
        ],
      },
      [
        { code: 'LocalAuthDisabled', detail: {} },
        { code: 'PublishesDeletedKey', detail: { secrets: [chat, other] } },
      ],
    ],
    [
      'the newest sight of those who use a key',
      { uses: [{ ...byKey, at: NOON - 1 }, byKey, { ...byKey, consumer: 'web', secret: other, at: null }] },
      [{ code: 'ConsumerUsesKey', detail: { consumers: ['job', 'web'], secrets: [chat, other], at: NOON } }],
    ],
    [
      'no time where nothing was seen',
      { uses: [nobody] },
      [{ code: 'ConsumerShowsNothing', detail: { consumers: ['job'], secrets: [chat] } }],
    ],
    [
      'until when tokens live',
      { held: [{ ...held, soaksUntil: NOON }] },
      [{ code: 'TokensAlive', detail: { slot: 'primary', fingerprint, at: NOON } }],
    ],
    [
      'each reader and secret once',
      {
        held: [
          {
            ...held,
            readers: [
              { consumer: 'web', secret: chat },
              { consumer: 'web', secret: other },
              { consumer: 'job', secret: chat },
            ],
          },
        ],
      },
      [
        {
          code: 'ReaderNotShownToHaveLeft',
          detail: { slot: 'primary', fingerprint, consumers: ['web', 'job'], secrets: [chat, other] },
        },
      ],
    ],
    [
      'who has left by time alone, listed or not',
      { uses: [{ ...byEntra, by: 'time' }], unlisted: [{ secret: other, timePassed: true }] },
      [
        { code: 'EverybodyUsesEntra', detail: {} },
        { code: 'ShownByTimeAlone', detail: { consumers: ['web', 'unlisted'], secrets: [chat, other] } },
      ],
    ],
    [
      'nobody as gone by time whose time has not passed',
      { uses: [{ ...nobody, by: 'time' }] },
      [{ code: 'ConsumerShowsNothing', detail: { consumers: ['job'], secrets: [chat] } }],
    ],
  ])('name %s', (_, facts, reasons) => {
    expect(verdictOf({ ...migrated, ...facts }).reasons).toEqual(reasons);
  });
});

const secret = fc.constantFrom(chat, other);
const use: fc.Arbitrary<Use> = fc.record({
  consumer: fc.constantFrom('web', 'job'),
  secret,
  of: fc.constantFrom('key', 'entra', 'nothing-shown'),
  by: fc.constantFrom('word', 'reference', 'time'),
  at: fc.option(fc.constant(NOON)),
});
const anything: fc.Arbitrary<LocalAuthFacts> = fc.record({
  localAuthDisabled: fc.boolean(),
  aadAuthDisabled: fc.boolean(),
  publications: fc.array(
    fc.record({
      secret,
      credential: fc.constantFrom('access-key', 'raw-key', 'both', 'azure', 'azure.msi', 'azure.app', null),
    }),
  ),
  uses: fc.array(use),
  unlisted: fc.array(fc.record({ secret, timePassed: fc.boolean() })),
  held: fc.array(
    fc.record({
      slot: fc.constantFrom('primary', 'secondary'),
      fingerprint: fc.constant(aFingerprint('p0')),
      readers: fc.array(fc.record({ consumer: fc.constant('web'), secret })),
      soaksUntil: fc.option(fc.constant(NOON)),
    }),
  ),
  rotating: fc.boolean(),
  upstreamWithoutIdentity: fc.boolean(),
});

describe('the verdict, whatever was observed', () => {
  it('never is DisableNow while a publication or a consumer is known to use a key', () => {
    fc.assert(
      fc.property(anything, (facts) => {
        const isKeyed = facts.publications.some(({ credential }) =>
          ['access-key', 'raw-key', 'both'].includes(credential ?? ''),
        );
        const isUsed = facts.uses.some(({ of }) => of === 'key');
        fc.pre(isKeyed || isUsed);
        expect(verdictOf(facts).verdict).not.toBe('DisableNow');
      }),
    );
  });

  it('is DisableNow only where no reason weighs against it', () => {
    fc.assert(
      fc.property(anything, (facts) => {
        const { verdict, reasons } = verdictOf(facts);
        expect(reasons.length).toBeGreaterThan(0);
        if (verdict === 'DisableNow') expect(reasons.every(({ code }) => REASONS[code].weighs === 'warns')).toBe(true);
      }),
    );
  });
});
