import { describe, expect, it } from 'vitest';
import type { Shows } from '../../src/core/model.ts';
import { consumersContract } from './consumers.contract.ts';
import { inSite, to } from './listed-consumers.ts';
import { errorOf, localServices, secretIdOf } from './local-services.ts';

const services = await localServices();
const { azure, clock, aVault, consumers } = services;
let named = 0;
const aName = (kind: string) => {
  named += 1;
  return `${kind}-${named}`;
};

consumersContract('consumers over HTTP', () => ({
  consumers,
  clock,
  aVault,
  aSite: (options) => azure.addSite({ name: aName('web'), ...options }),
  aContainerApp: (options) => azure.addContainerApp({ name: aName('app'), ...options }),
  anEndpoint: (answers) => {
    const host = `${aName('probe')}.example.com`;
    let asked = 0;
    azure.addEndpoint(host, () => {
      const answer = answers[asked % answers.length] ?? null;
      asked += 1;
      return answer === null ? { status: 503 } : { status: 200, body: bodyOf(answer) };
    });
    return `https://${host}/signalr-key`;
  },
}));

function bodyOf(shows: Shows) {
  return shows.by === 'fingerprint' ? { fingerprint: shows.fingerprint } : { auth: shows.by };
}

describe('consumers that speak by themselves', () => {
  it('are not asked', async () => {
    const before = azure.requests.length;
    const consumer = { name: 'web', reads: [secretIdOf(aVault())] };
    expect(await consumers.ask({ ...consumer, evidence: { kind: 'ack', principalId: null } })).toEqual([]);
    expect(await consumers.ask({ ...consumer, evidence: { kind: 'elapsed', after: 1 } })).toEqual([]);
    expect(azure.requests).toHaveLength(before);
  });
});

describe('a site that cannot be asked now', () => {
  const aSite = () => {
    const vault = aVault();
    vault.set('chat', 'x');
    const secret = secretIdOf(vault);
    const site = azure.addSite({ name: aName('web'), settings: { chat: to(secret) } });
    return { site, consumer: inSite(site, null, secret) };
  };

  it('is asked twice more, and then is unreachable', async () => {
    const { site, consumer } = aSite();
    const path = new RegExp(`${site.name}/.*/appsettings$`);
    azure.faults.next({ match: { path }, times: Number.POSITIVE_INFINITY, answer: { status: 503 } });
    const [reading] = await consumers.ask(consumer);
    azure.faults.clear();
    expect(reading).toMatchObject({ shows: null, trouble: 'unreachable', detail: '503' });
    expect(services.sent('GET', path)).toBe(3);
  });

  it('is unreachable where the invocation is over', async () => {
    const [reading] = await services.open.consumers(AbortSignal.abort()).ask(aSite().consumer);
    expect(reading).toMatchObject({ shows: null, trouble: 'unreachable' });
  });

  it.each(['refresh', 'restart'] as const)('is told to %s once, even if the answer is lost', async (how) => {
    const { site, consumer } = aSite();
    const path = new RegExp(`${site.name}/.*${how}$|${site.name}/${how}$`);
    azure.faults.next({ match: { path, method: 'POST' }, answer: 'lose-answer' });
    expect(await errorOf(consumers.nudge(consumer, how))).toMatchObject({ code: 'Unavailable', refused: false });
    expect([services.sent('POST', path), site.starts]).toEqual([1, 2]);
  });

  it('says how long it wants to be left alone', async () => {
    const { site, consumer } = aSite();
    const answer = { status: 429, headers: { 'retry-after': '17' } };
    azure.faults.next({ match: { path: new RegExp(`${site.name}/restart`) }, answer });
    const error = await errorOf(consumers.nudge(consumer, 'restart'));
    expect(error).toMatchObject({ code: 'Unavailable', refused: true, retryAfter: 17_000 });
  });
});
