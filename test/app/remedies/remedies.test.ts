import { describe, expect, it } from 'vitest';
import { referencesOf, remedyOf } from '../../../src/app/remedies/remedies.ts';
import type { Remedy } from '../../../src/app/remedies/remedy.ts';
import { CLOUDS } from '../../../src/core/clouds.ts';
import { aHostileSubject, aSubject, EVERY_CODE, evidenceOf, HOSTILE } from './a-subject.ts';
import { AZ_COMMANDS } from './az-commands.ts';
import { readBicep } from './bicep-reader.ts';
import { azCallsIn, complaintsOf } from './shell.ts';
import { expectArmKnows, expectSoundHcl } from './templates.ts';

const subject = aSubject({ evidence: evidenceOf('chat.1fa2') });
const id =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/Chat-Prod';

/** What is left when comments and what a person has to fill in are taken away. */
const withoutPlaceholders = (text: string): string =>
  text.replaceAll(/^ *(?:#|\/\/)[^\n]*$/gm, '').replaceAll(/<[^>]*>/g, '');

const saysWhyNot = (text: string): boolean => /^(?:#|\/\/) Not to be done (?:in|with)[^\n]{10,}$/m.test(text);

describe.each(EVERY_CODE)('the remedy of %s', (code) => {
  const remedy = remedyOf(code, subject);

  it('says what to do, in the portal too', () => {
    expect(remedy.text).toMatch(/^[A-Z].{20,}\.$/);
    expect(remedy.portal.length).toBeGreaterThan(0);
    for (const step of remedy.portal) expect(step).toMatch(/\S{2}/);
  });

  it('has something to copy each way, or says why there is nothing', () => {
    for (const text of [remedy.azureCli, remedy.bicep, remedy.terraform]) {
      expect(withoutPlaceholders(text).trim().length > 20 || saysWhyNot(text), text).toBe(true);
    }
  });

  it('has commands that a shell takes, and that the Azure CLI has', () => {
    expect(complaintsOf(remedy.azureCli)).toBe('');
    for (const call of azCallsIn(uncommented(remedy.azureCli))) expectKnown(call);
  });

  it('has templates of types, versions and properties that ARM has', () => expectArmKnows(remedy.bicep));

  it('has a configuration whose strings and brackets close', () => {
    expectSoundHcl(remedy.terraform);
  });

  it('has a reference, each with an address', () => {
    const references = referencesOf(code, CLOUDS.AzureCloud);
    expect(references.length).toBeGreaterThan(0);
    for (const { title, url, source } of references) {
      expect(`${source} ${title}`).toMatch(/\w/);
      expect(URL.canParse(url)).toBe(true);
      expect(url).toMatch(/^https:/);
    }
    expect(new Set(references.map(({ url, id: name }) => `${url} ${name}`)).size).toBe(references.length);
  });

  it('is made out for what it was found in', () => {
    const all = JSON.stringify(remedy);
    const about = /Chat-Prod|kv-a|chat\.1fa2|rotation app/;
    expect(all).toMatch(about);
  });

  it.each([{}, evidenceOf(HOSTILE)])('is safe to copy whatever the names are', (evidence) => {
    const hostile = remedyOf(code, aHostileSubject({ evidence }));
    expect(complaintsOf(hostile.azureCli)).toBe('');
    for (const call of azCallsIn(uncommented(hostile.azureCli))) expectKnown(call);
    expectSoundHcl(hostile.terraform);
    for (const { body } of readBicep(hostile.bicep))
      if ('location' in body && body.location !== 'global')
        expect([HOSTILE, REGION, VNET_REGION]).toContain(body.location);
  });
});

const REGION = '<region>';
const VNET_REGION = '<region of the virtual network>';

/** With the commands that are commented out, since they are there to be run after a look. */
const uncommented = (script: string): string => script.replaceAll(/^# (?=az | {2})/gm, '');

function expectKnown(call: readonly string[]): void {
  const command = call
    .slice(
      0,
      call.findIndex((word) => word.startsWith('--')),
    )
    .join(' ');
  expect(Object.keys(AZ_COMMANDS)).toContain(command);
  const options = call.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/^--([a-z-]+).*$/s, '$1'));
  for (const option of options) expect(AZ_COMMANDS[command], command).toContain(option);
}

describe('the commands', () => {
  it('carry every word as it is, whatever is in it', () => {
    const [call] = azCallsIn(remedyOf('LocalAuthEnabled', aHostileSubject()).azureCli);
    const group = HOSTILE.replaceAll('#', '').toLowerCase();
    expect(call).toEqual([
      'resource',
      'patch',
      '--ids',
      `/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/${group}/providers/Microsoft.SignalRService/signalR/chat`,
      '--api-version',
      '2024-03-01',
      '--properties',
      '{"disableLocalAuth":true}',
    ]);
  });

  it('never put a key where others see it', () => {
    for (const code of EVERY_CODE) {
      for (const call of azCallsIn(remedyOf(code, subject).azureCli)) {
        if (call.join(' ').startsWith('keyvault secret set ')) expect(call).toContain('/dev/stdin');
      }
    }
  });

  it('write only what they are asked to: none is of those of az signalr that write', () => {
    for (const code of EVERY_CODE) {
      expect(remedyOf(code, subject).azureCli).not.toMatch(
        /az signalr (?:update|identity|cors|upstream|network-rule (?:update|ip-rule))/,
      );
    }
  });
});

describe.each<[keyof typeof STATES, string]>([
  ['LocalAuthEnabled', 'disableLocalAuth: true'],
  ['AadAuthDisabled', 'disableAadAuth: false'],
  ['PublicNetworkAccess', "publicNetworkAccess: 'Disabled'"],
  ['ClientCertificatesOff', 'clientCertEnabled: true'],
  ['NetworkAclDefaultAllow', "defaultAction: 'Deny'"],
  ['FreeSku', "name: 'Standard_S1'"],
])('%s', (code, bicep) => {
  const remedy = remedyOf(code, subject);

  it('asks for one state, whichever way is taken', () => {
    const [cli, terraform] = STATES[code];
    expect(remedy.bicep).toContain(bicep);
    expect(remedy.azureCli).toContain(cli);
    expect(remedy.terraform).toMatch(terraform);
    expect(remedy.azureCli).toContain(id);
  });
});

const STATES = {
  LocalAuthEnabled: ['{"disableLocalAuth":true}', /local_auth_enabled += false/],
  AadAuthDisabled: ['{"disableAadAuth":false}', /aad_auth_enabled += true/],
  PublicNetworkAccess: ['{"publicNetworkAccess":"Disabled"}', /public_network_access_enabled = false/],
  ClientCertificatesOff: ['{"tls":{"clientCertEnabled":true}}', /tls_client_cert_enabled = true/],
  NetworkAclDefaultAllow: ['properties.networkACLs.defaultAction=Deny', /default_action += "Deny"/],
  FreeSku: ['"name":"Standard_S1"', /name += "Standard_S1"/],
} as const;

describe('every remedy that disables local authentication', () => {
  it.each(['LocalAuthEnabled', 'NothingPublished'] as const)('warns that it deletes the keys: %s', (code) => {
    const { text, azureCli, bicep, terraform } = remedyOf(code, subject);
    for (const way of [text, azureCli, bicep, terraform])
      expect(way).toMatch(/deletes both(?: access)?(?: keys)? for good/i);
  });
});

describe('restricting one type of request', () => {
  const found = { defaultAction: 'Allow', publicNetwork: { allow: null, deny: ['Trace'] } };
  const { azureCli, bicep, terraform } = remedyOf('PublicRestApi', aSubject({ evidence: found }));

  it('leaves denied what was denied, so that two such remedies do not undo each other', () => {
    const [signalr] = readBicep(bicep);
    expect(signalr?.body.properties).toEqual({
      networkACLs: { publicNetwork: { allow: ['ClientConnection', 'ServerConnection'], deny: ['RESTAPI', 'Trace'] } },
    });
    expect(terraform).toContain('allowed_request_types = ["ClientConnection", "ServerConnection"]');
  });

  it('goes by the rules at the time when the command runs', () => {
    const [look, write] = azCallsIn(azureCli);
    expect(look?.slice(0, 2)).toEqual(['resource', 'show']);
    expect(look?.at(-1)).toBe(
      'properties.networkACLs.publicNetwork.{allow: (allow || `[]`)[?@ != `"RESTAPI"`], deny: [(deny || `[]`)[?@ != `"RESTAPI"`], [`"RESTAPI"`]][]}',
    );
    expect(write?.at(-1)).toBe('properties.networkACLs.publicNetwork=answer');
  });
});

describe('the path to a private endpoint', () => {
  const remedy: Remedy = remedyOf('PrivateEndpointMissing', subject);
  const inOrder = (text: string, ...parts: readonly string[]) => {
    let from = 0;
    for (const part of parts) {
      const place = text.indexOf(part, from);
      expect(place, part).not.toBe(-1);
      from = place + part.length;
    }
  };

  it('goes in stages: logs, subnet, endpoint, zone, IP rules, request types, then public access', () => {
    inOrder(
      remedy.azureCli,
      'monitor diagnostic-settings create',
      'network nsg create',
      'network vnet subnet create',
      'network private-endpoint create',
      'network private-dns zone create',
      'network private-endpoint dns-zone-group create',
      '--add',
      'privateEndpoints[name=$connection]',
      'properties.networkACLs.publicNetwork.allow=["ClientConnection"]',
      'properties.networkACLs.ipRules=[]',
      '"publicNetworkAccess":"Disabled"',
    );
    inOrder(
      remedy.portal.join('\n'),
      'Stage 1',
      'Stage 2',
      'Stage 3',
      'Stage 4',
      'Stage 5',
      'ClientConnection is the last',
      'Stage 6',
    );
  });

  it.each(['portal', 'azureCli', 'bicep', 'terraform'] as const)('names what the article names: %s', (way) => {
    const text = way === 'portal' ? remedy.portal.join('\n') : remedy[way];
    for (const part of [
      'signalr',
      'privatelink.service.signalr.net',
      '/28',
      '/27',
      'ServerConnection',
      'RESTAPI',
      'ClientConnection',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/network.?security.?group/i);
    expect(text).toMatch(/network.?interface|nic-/i);
  });

  it('cites the policies, the benchmark and what the article cites', () => {
    const cited = referencesOf('PrivateEndpointMissing', CLOUDS.AzureCloud).map(({ id: name, title }) => name ?? title);
    expect(cited).toEqual(
      expect.arrayContaining([
        '2393d2cf-a342-44cd-a2e2-fe0188fd1234',
        'ef45854f-b33f-49a3-8041-9057e915d88f',
        'b0e86710-7fb7-4a6c-a064-32e9b829509e',
        'NS-2',
        'CWE-923',
        'T1021',
        'SP 800-207',
        'Configure network access control',
        'Use private endpoints',
        'Security baseline for Azure SignalR Service',
        'Azure Private Link',
        'Resource logs of Azure SignalR Service',
      ]),
    );
  });
});

describe('without evidence', () => {
  it('every remedy is made out for what a person names', () => {
    for (const code of EVERY_CODE) {
      const remedy = remedyOf(code, aSubject({ secrets: [], location: null }));
      expect(complaintsOf(remedy.azureCli)).toBe('');
      for (const call of azCallsIn(uncommented(remedy.azureCli))) expectKnown(call);
      expectArmKnows(remedy.bicep);
      expectSoundHcl(remedy.terraform);
    }
  });
});

describe('the references', () => {
  it('cite every policy that Azure has for SignalR', () => {
    const cited = EVERY_CODE.flatMap((code) => referencesOf(code, CLOUDS.AzureCloud)).filter(
      ({ source }) => source === 'Azure Policy',
    );
    expect(new Set(cited.map(({ id: policy }) => policy))).toEqual(
      new Set([
        'f70eecba-335d-4bbc-81d5-5b17b03d498f',
        '702133e5-5ec5-4f90-9638-c78e22f13b39',
        '2393d2cf-a342-44cd-a2e2-fe0188fd1234',
        '21a9766a-82a5-4747-abb5-650b6dbba6d0',
        '62a3ae95-8169-403e-a2d2-b82141448092',
        '464a1620-21b5-448d-8ce6-d4ac6d1bc49a',
        'd9f1f9a9-8795-49f9-9e7b-e11db14caeb2',
        'ef45854f-b33f-49a3-8041-9057e915d88f',
        'b0e86710-7fb7-4a6c-a064-32e9b829509e',
        // Of Key Vault.
        '98728c90-32c7-4049-8429-847dc0f4fe37',
      ]),
    );
  });
});
