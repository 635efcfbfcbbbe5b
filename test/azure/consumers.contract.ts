import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerApp, ContainerAppOptions } from '../../local/azure/container-app.ts';
import type { Site, SiteOptions } from '../../local/azure/site.ts';
import type { Vault } from '../../local/azure/vault.ts';
import type { Consumers } from '../../src/app/ports.ts';
import { parseFingerprint, type SecretId, type Shows } from '../../src/core/model.ts';
import type { HandClock } from '../local/azure/a-local-azure.ts';
import { atAddress, inContainerApp, inSite, to } from './listed-consumers.ts';
import { errorOf, secretIdOf } from './local-services.ts';

export interface ConsumersUnderTest {
  readonly consumers: Consumers;
  readonly clock: HandClock;
  aVault(): Vault;
  aSite(options?: Partial<SiteOptions>): Site;
  aContainerApp(options: Omit<ContainerAppOptions, 'name'>): ContainerApp;
  /** An address whose instances answer in turn; null for one that does not. */
  anEndpoint(answers: readonly (Shows | null)[]): string;
}

const SETTING = 'AzureSignalRConnectionString';
const MINUTE = 60_000;

/** What every way to ask consumers has to hold to. */
export function consumersContract(name: string, open: () => ConsumersUnderTest): void {
  describe(name, () => {
    let under: ConsumersUnderTest;
    let vault: Vault;
    let secret: SecretId;
    beforeEach(() => {
      under = open();
      vault = under.aVault();
      vault.set('chat', 'first');
      secret = secretIdOf(vault);
    });
    const current = () => vault.current('chat')?.version ?? '';
    const aSite = (settings: Record<string, string> = { [SETTING]: to(secret) }) => under.aSite({ settings });
    const answerOf = async (consumer: Parameters<Consumers['ask']>[0]) => {
      const [{ secret: of, shows, trouble } = { secret: null, shows: null, trouble: null }, ...others] =
        await under.consumers.ask(consumer);
      expect([of, others]).toEqual([secret, []]);
      return shows ?? trouble;
    };

    describe('ask a site', () => {
      it('which version its reference was resolved to, not which is current', async () => {
        const site = aSite();
        const first = current();
        vault.set('chat', 'second');
        expect(await answerOf(inSite(site, SETTING, secret))).toEqual({ by: 'version', version: first });
        site.refresh();
        expect(await answerOf(inSite(site, SETTING, secret))).toEqual({ by: 'version', version: current() });
      });

      it('and a slot of it, each for itself', async () => {
        const site = aSite();
        const first = current();
        const slot = under.aSite({ name: site.name, slot: 'staging', settings: { [SETTING]: to(secret) } });
        vault.set('chat', 'second');
        slot.refresh();
        expect(await answerOf(inSite(site, SETTING, secret))).toEqual({ by: 'version', version: first });
        expect(await answerOf(inSite(slot, SETTING, secret))).toEqual({ by: 'version', version: current() });
      });

      it('among its connection strings too, whatever the setting is called', async () => {
        const site = under.aSite({ connectionStrings: { 'Azure:SignalR:ConnectionString': to(secret) } });
        expect(await answerOf(inSite(site, null, secret))).toEqual({ by: 'version', version: current() });
      });

      it('nothing while two of its settings are on different versions', async () => {
        const site = aSite({ one: to(secret), two: to(secret) });
        const first = current();
        vault.set('chat', 'second');
        site.refresh();
        site.usesVersion('two', first);
        expect(await answerOf(inSite(site, null, secret))).toBe(null);
        expect(await answerOf(inSite(site, 'TWO', secret))).toEqual({ by: 'version', version: first });
      });

      it('whose reference names a version, which it will keep', async () => {
        const site = aSite({ [SETTING]: to(`${secret}/${current()}` as SecretId) });
        expect(await answerOf(inSite(site, SETTING, secret))).toBe('pinned');
      });

      it('whose reference cannot be resolved any more, though it works on', async () => {
        const site = aSite();
        vault.forbid('getSecret', site.principal);
        site.refresh();
        expect(await answerOf(inSite(site, SETTING, secret))).toBe('broken');
      });

      it('whose reference is not resolved yet', async () => {
        const site = aSite();
        site.reports(SETTING, 'Initialized');
        expect(await answerOf(inSite(site, SETTING, secret))).toBe(null);
      });

      it('whose named setting nobody can read', async () => {
        const site = aSite({ [SETTING]: '@Microsoft.KeyVault(Secret=chat)' });
        expect(await answerOf(inSite(site, SETTING, secret))).toBe('broken');
        expect(await answerOf(inSite(site, null, secret))).toBe('not-found');
      });

      it('that refers to another secret, is not there, or may not be asked', async () => {
        const other = under.aVault();
        const site = aSite({ [SETTING]: to(secretIdOf(other)), plain: 'text' });
        expect(await answerOf(inSite(site, null, secret))).toBe('not-found');
        expect(await answerOf(inSite({ id: `${site.id}-gone` }, null, secret))).toBe('not-found');
        site.denials.forbid('read');
        expect(await answerOf(inSite(site, null, secret))).toBe('forbidden');
      });
    });

    describe('push a site', () => {
      it('to fetch what is current', async () => {
        const site = aSite();
        vault.set('chat', 'second');
        await under.consumers.nudge(inSite(site, SETTING, secret), 'refresh');
        expect(await answerOf(inSite(site, SETTING, secret))).toEqual({ by: 'version', version: current() });
      });

      it('to restart, which alone fetches nothing', async () => {
        const site = aSite();
        const first = current();
        vault.set('chat', 'second');
        await under.consumers.nudge(inSite(site, SETTING, secret), 'restart');
        expect(site.starts).toBe(2);
        expect(await answerOf(inSite(site, SETTING, secret))).toEqual({ by: 'version', version: first });
      });

      it.each(['refresh', 'restart'] as const)('unless the right to %s it is missing, or it is gone', async (how) => {
        const site = aSite();
        site.denials.forbid(how);
        const { code } = await errorOf(under.consumers.nudge(inSite(site, SETTING, secret), how));
        expect([code, site.starts]).toEqual(['NudgeRefused', 1]);
        const gone = inSite({ id: `${site.id}-gone` }, SETTING, secret);
        expect(await errorOf(under.consumers.nudge(gone, how))).toMatchObject({ code: 'NudgeRefused' });
      });

      it('and nobody else', async () => {
        const app = inContainerApp(under.aContainerApp({ secrets: { signalr: secret } }), secret);
        expect(await errorOf(under.consumers.nudge(app, 'restart'))).toMatchObject({ code: 'NudgeRefused' });
      });
    });

    describe('ask a container app', () => {
      const startedAt = (at: number) => ({ by: 'started', startedAt: at });

      it('since when all of its replicas run', async () => {
        const began = under.clock.now();
        const app = under.aContainerApp({ secrets: { signalr: secret } });
        under.clock.pass(MINUTE);
        app.scale(3);
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(began));
        app.restart();
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(began + MINUTE));
      });

      it('in every active revision, and in no other', async () => {
        const began = under.clock.now();
        const app = under.aContainerApp({ secrets: { signalr: secret } });
        under.clock.pass(MINUTE);
        app.deploy({ beside: true });
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(began));
        app.deploy();
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(began + MINUTE));
      });

      it('of which nothing runs: whatever starts, starts later', async () => {
        const app = under.aContainerApp({ secrets: { signalr: secret } });
        under.clock.pass(5 * MINUTE);
        app.scale(0);
        expect(await answerOf(inContainerApp(app, secret))).toEqual({ by: 'idle' });
      });

      it('that is restarted by its platform once that has seen the new version', async () => {
        const app = under.aContainerApp({ secrets: { signalr: secret } });
        vault.set('chat', 'second');
        under.clock.pass(30 * MINUTE);
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(under.clock.now()));
      });

      it('that is pinned, not there, or may not be asked', async () => {
        const pinned = under.aContainerApp({ secrets: { signalr: `${secret}/${current()}` } });
        expect(await answerOf(inContainerApp(pinned, secret))).toBe('pinned');
        expect(await answerOf(inContainerApp({ id: `${pinned.id}-gone` }, secret))).toBe('not-found');
        pinned.denials.forbid('read');
        expect(await answerOf(inContainerApp(pinned, secret))).toBe('forbidden');
      });

      it('that reads the secret itself', async () => {
        const app = under.aContainerApp({ secrets: {} });
        expect(await answerOf(inContainerApp(app, secret))).toEqual(startedAt(under.clock.now()));
      });
    });

    describe('ask an address', () => {
      const key = (digit: string): Shows => {
        const fingerprint = parseFingerprint(`sha256:${digit.repeat(16)}`);
        if (fingerprint === null) throw new Error(`${digit} is no hex digit.`);
        return { by: 'fingerprint', fingerprint };
      };

      it('and believe it where all instances agree', async () => {
        expect(await answerOf(atAddress(under.anEndpoint([key('a'), key('a')]), secret))).toEqual(key('a'));
        expect(await answerOf(atAddress(under.anEndpoint([{ by: 'entra' }]), secret))).toEqual({ by: 'entra' });
      });

      it('and believe nothing while one of them is on another key', async () => {
        const url = under.anEndpoint([key('b'), key('b'), key('a')]);
        expect(await answerOf(atAddress(url, secret, { instances: 3, times: 1 }))).toBe(null);
      });

      it('of which one instance does not answer', async () => {
        expect(await answerOf(atAddress(under.anEndpoint([key('b'), null]), secret))).toBe('unreachable');
      });
    });
  });
}
