import { readFileSync } from 'node:fs';
import { AzureAuthorityHosts } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import { CLOUD_NAMES, CLOUDS, cloudNamed, isUnder, signalRZoneOf } from '../../src/core/clouds.ts';
import { CLOUDS as AS_BICEP_KNOWS_THEM } from '../infra/deploy/azure.ts';

describe('the clouds', () => {
  it('are those of which Bicep tells, by the same names', () => {
    expect([...CLOUD_NAMES].sort()).toEqual(Object.keys(AS_BICEP_KNOWS_THEM).sort());
    for (const name of CLOUD_NAMES) expect(CLOUDS[name].name).toBe(name);
  });

  it.each(CLOUD_NAMES)('%s has the hosts that the identity library, Bicep and the templates have for it', (name) => {
    const { login, vaults } = CLOUDS[name];
    const { authentication, suffixes } = AS_BICEP_KNOWS_THEM[name];
    expect(`https://${login}`).toBe(AUTHORITIES[name]);
    expect(`https://${login}/`).toBe(authentication.loginEndpoint);
    expect(`.${vaults}`).toBe(suffixes.keyvaultDns);
    const template = readFileSync('infra/signalr-private-link.bicep', 'utf8');
    expect(template).toContain(`${name}: '${signalRZoneOf(CLOUDS[name])}'`);
  });

  it('share no host', () => {
    const hosts = CLOUD_NAMES.flatMap((name) => Object.values(CLOUDS[name]));
    expect(new Set(hosts).size).toBe(hosts.length);
  });

  it('are found by name, and the public one without a name', () => {
    expect(cloudNamed(undefined)).toBe(CLOUDS.AzureCloud);
    expect(cloudNamed('')).toBe(CLOUDS.AzureCloud);
    expect(cloudNamed('AzureUSGovernment')).toBe(CLOUDS.AzureUSGovernment);
    expect(cloudNamed('toString')).toBeNull();
  });

  it('have only the hosts below their own', () => {
    expect(isUnder('vault.azure.cn', 'KV.vault.azure.cn')).toBe(true);
    for (const other of ['vault.azure.cn', 'kvvault.azure.cn', 'kv.vault.azure.cn.example.com'])
      expect(isUnder('vault.azure.cn', other)).toBe(false);
  });
});

const AUTHORITIES = {
  AzureCloud: AzureAuthorityHosts.AzurePublicCloud,
  AzureChinaCloud: AzureAuthorityHosts.AzureChina,
  AzureUSGovernment: AzureAuthorityHosts.AzureGovernment,
} as const;
