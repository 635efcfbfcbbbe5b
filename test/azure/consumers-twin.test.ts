import { ContainerApp } from '../../local/azure/container-app.ts';
import { Site } from '../../local/azure/site.ts';
import { Vault } from '../../local/azure/vault.ts';
import type { Shows } from '../../src/core/model.ts';
import { HandClock } from '../local/azure/a-local-azure.ts';
import { directConsumers } from '../support/consumers-twin.ts';
import { consumersContract } from './consumers.contract.ts';

consumersContract('consumers in memory', () => {
  const clock = new HandClock();
  const vaults: Vault[] = [];
  const sites: Site[] = [];
  const containerApps: ContainerApp[] = [];
  const endpoints: Record<string, () => readonly (Shows | null)[]> = {};
  const vaultAt = (host: string) => vaults.find((vault) => vault.host === host);
  const added = <T>(all: T[], one: T): T => {
    all.push(one);
    return one;
  };
  return {
    consumers: directConsumers(() => ({ sites, containerApps, endpoints })),
    clock,
    aVault: () => added(vaults, new Vault(`kv-${vaults.length}`, clock)),
    aSite: (options) => added(sites, new Site({ name: `web-${sites.length}`, ...options }, clock, vaultAt)),
    aContainerApp: (options) =>
      added(containerApps, new ContainerApp({ name: `app-${containerApps.length}`, ...options }, clock, vaultAt)),
    anEndpoint: (answers) => {
      const url = `https://probe-${Object.keys(endpoints).length}.example.com/signalr-key`;
      endpoints[url] = () => answers;
      return url;
    },
  };
});
