import { describe, expect, it } from 'vitest';
import { directDataPlane, directEstate, directKeys, directMonitor, directSecrets } from '../support/direct-ports.ts';
import { errorOf, secretIdOf as idOf, localServices, someContent } from './local-services.ts';

/** The simulations run on the direct ports, so these may not be kinder than the real ones over HTTP. */
const services = await localServices();
const { aResource, aVault } = services;

describe('the direct ports', () => {
  it('see a resource as the real ones do', async () => {
    const { resource, id } = aResource({ name: 'Direct', customDomains: ['Chat.Example.com'] });
    const direct = directKeys({ resource: () => resource, vault: () => aVault() });
    expect(await direct.look(id)).toEqual(await services.keys.look(id));
  });

  it('reach a resource by every name that it answers to', async () => {
    const { resource, id } = aResource({ customDomains: ['direct.example.com'] });
    const direct = directDataPlane(() => [resource]);
    const { primary } = await services.keys.list(id);
    for (const host of [...resource.hostNames, 'nobody.example.com']) {
      const address = { server: `https://${host}`, audience: `https://${host}` };
      expect(await direct.probe(address, primary)).toBe(await services.dataPlane.probe(address, primary));
    }
  });

  it.each(['missing', 'deleted', 'deleted, unlisted', 'disabled', 'forbidden'])(
    'fail as the real ones do over a secret that is %s',
    async (state) => {
      const vault = aVault();
      const direct = directSecrets({ resource: () => aResource().resource, vault: () => vault });
      if (state !== 'missing') vault.set('chat', 'x');
      if (state.startsWith('deleted')) vault.delete('chat');
      if (state === 'deleted, unlisted') vault.forbid('readMetadata');
      if (state === 'disabled') vault.disable('chat');
      if (state === 'forbidden') for (const may of ['getSecret', 'setSecret', 'update'] as const) vault.forbid(may);
      const secret = idOf(vault);
      const codeOf = async (call: Promise<unknown>) =>
        await call.then(
          () => 'done',
          (error) => (error as { code: string }).code,
        );
      for (const use of ['read', 'versions'] as const) {
        expect(await codeOf(direct[use](secret))).toBe(await codeOf(services.secrets[use](secret)));
      }
      expect(await codeOf(direct.publish(secret, someContent()))).toBe(
        await codeOf(services.secrets.publish(secret, someContent())),
      );
    },
  );

  it('see the same of Azure Monitor, and as little where it is forbidden', async () => {
    const diagnosticSettings = [{ name: 'to-logs', logs: { allLogs: true, audit: false } }];
    const { resource, id } = aResource({ diagnosticSettings });
    const direct = directMonitor({ resource: () => resource, now: () => services.clock.now() });
    const since = services.clock.now();
    resource.nextRegenerations('fails');
    for (const slot of ['primary', 'secondary'] as const) {
      resource.regenerate(slot);
      services.clock.pass(10_000);
    }
    services.clock.pass(180_000);
    for (let round = 0; round < 2; round += 1) {
      expect(await direct.diagnostics(id)).toEqual(await services.monitor.diagnostics(id));
      expect(await direct.regenerations(id, since)).toEqual(await services.monitor.regenerations(id, since));
      resource.denials.forbid('readDiagnostics');
      resource.denials.forbid('readActivityLog');
    }
    expect([await direct.diagnostics(id), await direct.regenerations(id, since)]).toEqual([null, null]);
  });

  it('see the same in a subscription, and as little where it is forbidden', async () => {
    const subscriptionId = '00000000-0000-0000-0000-0000000000d1';
    const { resource } = aResource({ name: 'Estate-1', subscriptionId });
    const hidden = aResource({ subscriptionId }).resource;
    hidden.denials.forbid('read');
    const vault = aVault({ subscriptionId, networkAcls: { defaultAction: 'Deny', ipRules: ['203.0.113.1'] } });
    const subscription = services.azure.subscription(subscriptionId);
    const direct = directEstate({
      subscriptionAt: (id) => (id === subscriptionId ? subscription : null),
      resources: () => [resource, hidden],
      vaults: () => [vault, aVault()],
    });
    expect(await direct.resources(subscriptionId)).toEqual(await services.estate.resources(subscriptionId));
    expect(await direct.vaults(subscriptionId)).toEqual(await services.estate.vaults(subscriptionId));
    subscription.denials.forbid('listSignalR');
    subscription.denials.forbid('listVaults');
    for (const list of ['resources', 'vaults'] as const) {
      for (const asked of [subscriptionId, 'nowhere']) {
        const { code } = await errorOf(services.estate[list](asked));
        expect(await errorOf(direct[list](asked))).toMatchObject({ code });
      }
    }
  });

  it('know no version that is not there', async () => {
    const vault = aVault();
    vault.set('chat', 'x');
    const direct = directSecrets({ resource: () => aResource().resource, vault: () => vault });
    expect(await errorOf(direct.read(idOf(vault), '0'.repeat(32)))).toMatchObject({ code: 'SecretMissing' });
  });
});
