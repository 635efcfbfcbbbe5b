import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { looksLikeKey } from '../../../src/app/outside-text.ts';
import type { ResourceId, SecretId } from '../../../src/core/model.ts';
import {
  acted,
  alerted,
  asCloudEvent,
  asEventGrid,
  exportedAlert,
  graphAlerted,
  type Made,
  ofSecret,
  restAlert,
  SCHEMAS,
  suspected,
} from '../../events/azure-events.ts';
import { aFingerprint, aPolicy } from '../../support/scene.ts';
import { anIntake } from './an-intake.ts';

const STRANGERS_ARE_LEAKS = {
  policy: { compromise: { ...aPolicy().compromise, listedByStranger: 'compromise' as const } },
};

const everyKind = (resource: ResourceId, publication: SecretId): readonly Made[] => [
  suspected({ target: 'chat-prod', slot: 'primary', evidence: 'a log', reportedBy: 'scanner' }),
  suspected({ resourceId: resource, fingerprint: aFingerprint('leaked'), reportedAt: '2026-11-02T12:00:00Z' }),
  acted(resource, 'listKeys'),
  acted(resource, 'regenerateKey'),
  ofSecret('SecretNearExpiry', publication, 'abc'),
  ofSecret('SecretExpired', publication, 'abc', { parts: true }),
  ofSecret('SecretNewVersionCreated', publication, 'abc'),
  alerted(exportedAlert({ AzureResourceId: resource })),
  alerted(restAlert(resource)),
  graphAlerted({ title: 'Suspicious access', evidence: [{ resourceId: resource }] }),
];

/** The same value with one of its texts, or one of its names, replaced: once for each of them. */
function replacedOneByOne(value: unknown, by: string): unknown[] {
  if (typeof value === 'string') return [by, `${value} ${by}`, `${by}, ${value}`];
  if (Array.isArray(value))
    return value.flatMap((each, i) => replacedOneByOne(each, by).map((one) => value.with(i, one)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...replacedOneByOne(member, by).map((one) => ({ ...value, [name]: one })),
    { ...value, [by]: member },
  ]);
}

const jwt = (): string => {
  const part = () => randomBytes(30).toString('base64url');
  return `eyJhbGciOiJIUzI1NiJ9.eyJ${part()}.${part()}`;
};
const keyOf = (bytes: number) => randomBytes(bytes).toString('base64');

describe('key material in an event', () => {
  const key = keyOf(32);
  const named = `s3cret${randomBytes(8).toString('hex')}`;
  const token = jwt();
  it.each([
    ['a key of 44 characters', key, [key]],
    ['a key of 84 characters', keyOf(63), []],
    ['a connection string', `Endpoint=https://x;AccessKey=${named};Version=1.0;`, [named]],
    ['a connection string that is escaped', `Endpoint%3Dhttps%3A%2F%2Fx%3BAccessKey%3D${named}`, [named]],
    ['a token', token, token.split('.').slice(1)],
  ])('%s, in whatever field: nothing of it is in rows, log or hints', async (_, text, parts) => {
    const { take, rows, hints, world, publication } = await anIntake(STRANGERS_ARE_LEAKS);
    const secrets = parts.length === 0 ? [text] : parts;
    let events = 0;
    for (const made of everyKind(world.resourceId, publication)) {
      for (const form of Object.values(SCHEMAS)) {
        for (const hostile of replacedOneByOne(form(made), text)) {
          await take(hostile);
          events += 1;
        }
      }
      for (const hostile of replacedOneByOne(made.data, text)) await take(hostile);
    }
    const left = JSON.stringify([await rows(), world.log, hints()]);
    expect(events).toBeGreaterThan(500);
    expect((await rows()).length).toBeGreaterThan(10);
    for (const secret of secrets) expect(left.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(
      (await rows()).flatMap((row) => Object.values(row)).filter((v) => typeof v === 'string' && looksLikeKey(v)),
    ).toEqual([]);
  });

  it('is not cut in half where the text is cut', async () => {
    const { take, rows } = await anIntake();
    for (let before = 420; before < 500; before += 7) {
      const evidence = `${'x '.repeat(before / 2)}${key}`;
      await take(asEventGrid(suspected({ target: 'chat-prod', evidence }, { id: `cut-${before}` })));
    }
    expect(await rows()).not.toEqual([]);
    expect(JSON.stringify(await rows())).not.toContain(key.slice(0, 12));
  });
});

describe('an event that is made to do harm', () => {
  it('changes no prototype', async () => {
    const { take } = await anIntake();
    const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
    const data = `${evil},"target":"chat-prod"}`;
    const text = JSON.stringify(asCloudEvent(suspected({}))).replace('"data":{}', `"data":${data}`);
    await take(text);
    await take(text.replace(/^\{/, `${evil},`));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  const long = 1024 * 1024;
  it.each([
    ['of one letter', 'x'.repeat(long)],
    ['of beginnings of a token', 'eyJ'.repeat(long / 3)],
    ['of parts of a token', `eyJ${'a'.repeat(10)}.`.repeat(long / 14)],
    ['of keys', `${keyOf(32)} `.repeat(long / 45)],
    ['of names of keys', 'access key '.repeat(long / 11)],
    ['of spaces after a name', `access${' '.repeat(long)}`],
    ['of slashes', '/'.repeat(long)],
    ['of a long id', `/subscriptions/${'s/'.repeat(long / 2)}`],
  ])('is no burden with a megabyte in a field: %s', async (_, text) => {
    const { take, rows, world, publication } = await anIntake();
    const started = performance.now();
    for (const made of everyKind(world.resourceId, publication)) {
      const everyFourth = replacedOneByOne(asEventGrid(made), text).filter((_, i) => i % 4 === 0);
      for (const hostile of everyFourth) {
        await take(hostile);
        if (performance.now() - started > 10_000) throw new Error('It takes too long.');
      }
    }
    expect(JSON.stringify([await rows(), world.log]).length).toBeLessThan(500_000);
  });

  it('is dropped where it is nested a hundred thousand deep', async () => {
    const { take } = await anIntake();
    const deep = (open: string, close: string) => `${open.repeat(100_000)}${close.repeat(100_000)}`;
    expect((await take(deep('[', ']'))).taken).toBe(0);
    const event = JSON.stringify(asCloudEvent(suspected({})));
    for (const data of [deep('[', ']'), `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`]) {
      expect(await take(event.replace('"data":{}', `"data":${data}`))).toEqual({ taken: 0, dropped: { malformed: 1 } });
      const evidence = `{"target":"chat-prod","evidence":${data}}`;
      expect((await take(event.replace('"data":{}', `"data":${evidence}`))).taken).toBe(1);
    }
  });

  it('has no say by an id that is none', async () => {
    const { take } = await anIntake();
    for (const id of ['', 'x'.repeat(1_001), 7, null, {}]) {
      const event = { ...asCloudEvent(suspected({ target: 'chat-prod' })), id };
      expect(await take(event)).toEqual({ taken: 0, dropped: { malformed: 1 } });
    }
  });
});
