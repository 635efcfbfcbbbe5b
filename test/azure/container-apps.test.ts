import { describe, expect, it } from 'vitest';
import { inContainerApp } from './listed-consumers.ts';
import { localServices, secretIdOf } from './local-services.ts';

const { azure, aVault, consumers } = await localServices();
const vault = aVault();
vault.set('chat', 'x');
const secret = secretIdOf(vault);
const created = '2026-10-01T10:00:00+00:00';
let named = 0;

interface Told {
  readonly revision?: Record<string, unknown>;
  readonly replicas?: readonly Record<string, unknown>[];
}

/** A container app whose lists say that to the letter. */
async function readingOf({ revision = {}, replicas = [] }: Told) {
  named += 1;
  const app = azure.addContainerApp({ name: `capp-${named}`, secrets: { signalr: secret } });
  const [own] = app.revisions;
  const listed = { name: own?.name, properties: { active: true, createdTime: created, ...revision } };
  const answer = (value: readonly unknown[]) => ({ status: 200, body: { value } });
  azure.faults.next({ match: { path: new RegExp(`${app.name}/revisions$`) }, answer: answer([listed]) });
  const path = new RegExp(`${app.name}/revisions/.*/replicas$`);
  azure.faults.next({ match: { path }, answer: answer(replicas.map((properties) => ({ name: 'r', properties }))) });
  const [reading] = await consumers.ask(inContainerApp(app, secret));
  azure.faults.clear();
  return reading?.shows ?? reading;
}

const startedAt = (time: string) => ({ by: 'started', startedAt: Date.parse(time) });

describe('the start of a container app', () => {
  it('is its oldest replica, also of those that do not run yet', async () => {
    const replicas = [
      { createdTime: '2026-10-03T10:00:00Z', runningState: 'Running' },
      { createdTime: '2026-10-02T10:00:00Z', runningState: 'NotRunning' },
    ];
    expect(await readingOf({ replicas })).toEqual(startedAt('2026-10-02T10:00:00Z'));
  });

  it('is its revision for a replica that tells no time', async () => {
    expect(await readingOf({ replicas: [{}, { createdTime: '2026-10-03T10:00:00Z' }] })).toEqual(startedAt(created));
  });

  it('is its revision where that counts replicas that the list does not show', async () => {
    expect(await readingOf({ revision: { replicas: 2 } })).toEqual(startedAt(created));
  });

  it('is not made up where nobody tells it', async () => {
    const reading = await readingOf({ revision: { replicas: 1, createdTime: 'soon' } });
    expect(reading).toMatchObject({ shows: null, trouble: null, detail: 'no time of start' });
  });

  it('is none where no revision is active', async () => {
    const reading = await readingOf({ revision: { active: false }, replicas: [{ createdTime: created }] });
    expect(reading).toEqual({ by: 'idle' });
  });
});

describe('a container app', () => {
  it('that answers to nobody is unreachable', async () => {
    const app = azure.addContainerApp({ name: 'silent', secrets: {} });
    azure.faults.next({ match: { path: /silent/ }, times: 3, answer: 'reset' });
    expect(await consumers.ask(inContainerApp(app, secret))).toMatchObject([{ shows: null, trouble: 'unreachable' }]);
  });

  it('is not seen by half: a revision that may not be asked about spoils the answer', async () => {
    const app = azure.addContainerApp({ name: 'halved', secrets: {} });
    azure.faults.next({ match: { path: /halved\/revisions\/.*\/replicas$/ }, answer: { status: 403 } });
    expect(await consumers.ask(inContainerApp(app, secret))).toMatchObject([{ shows: null, trouble: 'forbidden' }]);
  });

  it('pinned to another publication takes up the one that it follows', async () => {
    const other = aVault();
    const { version } = other.set('chat', 'y');
    const app = azure.addContainerApp({
      name: 'both',
      secrets: { follows: secret, pinned: `${secretIdOf(other)}/${version}` },
    });
    expect(await consumers.ask(inContainerApp(app, secret, secretIdOf(other)))).toMatchObject([
      { trouble: null, shows: { by: 'started' } },
      { trouble: 'pinned', detail: version },
    ]);
  });
});
