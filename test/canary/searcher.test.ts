import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sightings } from './searcher.ts';

const key = createHash('sha512').update('planted').digest('base64').slice(0, 84);
const secrets = { 'the key': key };
const found = (text: string) => sightings([{ by: 'a log', text }], secrets).length > 0;

describe('a secret that leaks', () => {
  it.each([
    ['as it is', key],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in the middle of something in base64', Buffer.from(`{"a":"xy","key":"${key}"}`).toString('base64')],
    ['in base64url', Buffer.from(key).toString('base64url')],
    ['URL-encoded', encodeURIComponent(key)],
    ['in JSON', JSON.stringify({ key })],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ key }))],
    ['in hex', Buffer.from(key).toString('hex')],
    ['in hex, upper case', Buffer.from(key).toString('hex').toUpperCase()],
    ['as the bytes that it encodes, in hex', Buffer.from(key, 'base64').toString('hex')],
    ['its first 16 characters', `${key.slice(0, 16)}…`],
    ['its last 16 characters', `…${key.slice(-16)}`],
    ['within a connection string', `Endpoint=https://x;AccessKey=${key};Version=1.0;`],
  ])('is found: %s', (_, form) => {
    expect(found(`2026-11-02 something ${form} happened`)).toBe(true);
    expect(found('2026-11-02 something happened')).toBe(false);
  });

  it('and so is any token, whosever it is', () => {
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'https://vault.azure.net' })}.abc`;
    expect(sightings([{ by: 'a header', text: `Bearer ${token}` }], {})).toEqual([
      { by: 'a header', secret: 'a token', form: 'raw' },
    ]);
  });

  it('is told by its name and the way it left, and never by its value', () => {
    const told = sightings([{ by: 'table ledger', text: key }], secrets);
    expect(told).toContainEqual({ by: 'table ledger', secret: 'the key', form: 'raw' });
    expect(JSON.stringify(told)).not.toContain(key.slice(0, 8));
  });
});
