import { createHash, randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';
import { Arrivals } from './a-telemetry.ts';

const worlds: World[] = [];
/** Every token that went over the wire. */
const tokens = new Set<string>();
const seeToken = (message: unknown): void => {
  const header = (message as { request: ClientRequest }).request.getHeader('authorization');
  if (typeof header === 'string') tokens.add(header.replace(/^Bearer /, ''));
};
subscribe('http.client.request.start', seeToken);
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));
afterAll(() => unsubscribe('http.client.request.start', seeToken));

/** A secret as it stands, and as somebody might have written it in passing. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // Within a longer text the bytes may begin at any of three places of base64; what is the same in all of them is looked for.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const forms = [
    ...[secret, encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)],
    ...[bytes.toString('hex'), bytes.toString('base64url').slice(0, -1), ...shifted],
    createHash('sha256').update(secret).digest('hex').slice(16),
    // A key is base64 itself.
    ...(/^[A-Za-z0-9+/]{43}=?$/.test(secret) ? [Buffer.from(secret, 'base64').toString('hex')] : []),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 8);
}

function leaksIn(text: string, secrets: Iterable<string>): readonly string[] {
  const lower = text.toLowerCase();
  return [...secrets].flatMap(formsOf).filter((form) => lower.includes(form.toLowerCase()));
}

describe('what is told of a whole rotation', () => {
  it('holds no key, connection string, token, signature, query or address, in any form', async () => {
    const [world, arrivals] = [await World.start({ over: 'http', vaults: ['kv-a', 'kv-b'] }), new Arrivals()];
    worlds.push(world);
    world.telemetry = arrivals.process(() => world.clock.now());
    world.mishap = (index) => (index % 23 === 22 ? 'fail' : null);
    await world.report();
    await world.rotated();
    await world.telemetry.fleet(async () => []);
    const keys = [...world.keysSeen];
    const texts = world.vaults.flatMap((vault) => vault.versions('chat').map(({ value }) => value));
    expect([keys.length, texts.length, tokens.size].every((count) => count >= 3)).toBe(true);
    const { text } = arrivals;
    expect(arrivals.spans.length).toBeGreaterThan(50);
    expect(arrivals.points.length).toBeGreaterThan(5);
    expect(leaksIn(text, [...keys, ...texts, ...tokens])).toEqual([]);
    expect(text).not.toMatch(/https?:|api-version|AccessKey|Endpoint=|Bearer|eyJ|subscriptions\//i);
  });

  it('would be caught with one in it', () => {
    const key = randomBytes(32).toString('base64');
    for (const form of [key, encodeURIComponent(key), Buffer.from(`a=${key};`).toString('base64')]) {
      expect(leaksIn(`{"attributes":{"x":"${form}"}}`, [key])).not.toEqual([]);
    }
  });

  it('names an error by its kind, since its message may hold what somebody else wrote', async () => {
    const arrivals = new Arrivals();
    const telemetry = arrivals.process(Date.now);
    const failing = telemetry.invocation(null, () =>
      telemetry.look({ target: 'chat-prod', rotation: () => 'one' }, async () => {
        throw new TypeError('Endpoint=https://chat;AccessKey=abcdefgh');
      }),
    );
    await expect(failing).rejects.toThrow(TypeError);
    expect(arrivals.text).toContain('TypeError');
    expect(arrivals.text).not.toContain('AccessKey');
  });
});
