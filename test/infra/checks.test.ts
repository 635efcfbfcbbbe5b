import { describe, expect, it } from 'vitest';
import { infraSources, planted, readInfra, type Sources } from './bicep/sources.ts';
import { CHECKS } from './checks/all.ts';
import { ARM_TYPES } from './checks/arm-types.ts';

const real = infraSources();

const found = (check: string, sources: Sources): readonly string[] =>
  (CHECKS[check]?.(readInfra(sources)) ?? []).map(({ path, line, text }) => `${path}:${line} ${text}`);

describe('infra', () => {
  it.each(Object.keys(CHECKS))('passes the check of %s', (check) => {
    expect(found(check, real)).toEqual([]);
  });

  it('is held to the ARM types that it uses, and to no others', () => {
    const texts = [...real].filter(([path]) => path.endsWith('.bicep')).map(([, text]) => text);
    for (const type of Object.keys(ARM_TYPES))
      expect(
        texts.some((text) => text.includes(`'${type}@`)),
        type,
      ).toBe(true);
  });
});

/** Each mistake is one that somebody could make, and a check names it. */
const MISTAKES: readonly (readonly [check: string, path: string, text: string, instead: string, says: string])[] = [
  ['syntax', 'modules/storage.bicep', 'properties: {', 'properties: {{', 'syntax'],
  ['syntax', 'main.bicep', 'param location string', 'parm location string', 'syntax'],
  ['types', 'modules/app.bicep', 'httpsOnly: true', 'httpOnly: true', 'properties.httpOnly is not known'],
  ['types', 'modules/app.bicep', 'httpsOnly: true', "httpsOnly: 'true'", 'httpsOnly is string and has to be bool'],
  ['types', 'modules/app.bicep', 'serverfarms@2025-03-01', 'serverfarms@2024-04-01', 'has to be 2025-03-01'],
  ['types', 'modules/app.bicep', 'Microsoft.Web/serverfarms@', 'Microsoft.Web/serverFarm@', 'is not known'],
  ['types', 'modules/monitoring.bicep', "  kind: 'web'\n", '', 'kind is missing'],
  ['types', 'modules/storage.bicep', 'TLS1_2', "TLS1_2'\n    primaryLocation: 'eu", 'primaryLocation is read-only'],
  ['types', 'modules/storage.bicep', "? 'Deny'", "? 'Forbid'", 'is Forbid and has to be one of Allow, Deny'],
  ['types', 'events/delivery.bicep', 'blobContainerName', 'containerName', 'containerName is not known'],
  [
    'types',
    'events/delivery.bicep',
    "endpointType: 'StorageQueue'",
    "endpointType: 'Queue'",
    'endpointType has to be one of',
  ],
  ['types', 'modules/auth.bicep', "'Return401'", "'Return402'", 'is Return402 and has to be one of'],
  ['types', 'modules/alerts.bicep', 'threshold: 0', 'threshold: 0\n          thresholds: 1', 'thresholds is not known'],
  ['types', 'grants/subscription.bicep', 'actions: role.actions', 'action: role.actions', 'action is not known'],
  [
    'types',
    'modules/storage.bicep',
    "resource lock 'Microsoft.Authorization/locks",
    "resource lock 'Microsoft.Resources/resourceGroups",
    'has to be',
  ],
  [
    'types',
    'modules/storage.bicep',
    '  parent: account\n',
    '  scope: account\n',
    'only what extends another resource has a scope',
  ],
  [
    'types',
    'modules/signalr-network-rules.bicep',
    'ipRules: ipRules',
    "ipRules: 'mine'",
    'ipRules is string and has to be array',
  ],
  [
    'names',
    'main.bicep',
    'location: location\n  tags: allTags\n}',
    'location: place\n  tags: allTags\n}',
    'place is not declared',
  ],
  ['names', 'main.bicep', 'var token =', 'var unused = 1\nvar token =', 'unused is not used'],
  ['names', 'main.bicep', 'var token =', 'var isPrivate = true\nvar token =', 'isPrivate is declared twice'],
  [
    'names',
    'modules/app.bicep',
    'param planName string',
    "param planName string\n\n@description('x')\nparam idle string",
    'idle is not used',
  ],
  ['names', 'modules/storage.bicep', '[for role in granted', '[for account in granted', 'account hides another name'],
  ['modules', 'main.bicep', "'modules/auth.bicep'", "'modules/login.bicep'", 'there is no infra/modules/login.bicep'],
  ['modules', 'main.bicep', 'siteName: app.outputs.name', 'site: app.outputs.name', 'the parameter site is not known'],
  ['modules', 'main.bicep', '    siteName: app.outputs.name\n', '', 'the parameter siteName is missing'],
  ['modules', 'main.bicep', 'app.outputs.url}/api/report', 'app.outputs.uri}/api/report', 'app gives no outputs.uri'],
  ['modules', 'main.bicep', 'isPrivate: isPrivate', "isPrivate: 'yes'", 'isPrivate is string and has to be bool'],
  ['modules', 'events/sources.bicep', 'kind: each.kind', "kind: 'bucket'", 'kind is bucket'],
  [
    'modules',
    'main.bicep',
    `name: 'auth-\${token}'\n  scope: group`,
    `name: 'auth-\${token}'`,
    'is put into a subscription',
  ],
  [
    'modules',
    'main.bicep',
    "loadJsonContent('../rotation.json')",
    "loadJsonContent('rotation.json')",
    'finds no such file',
  ],
  ['modules', 'modules/workbook.bicep', '../workbook.json', '../book.json', 'finds no such file'],
  [
    'startTime',
    'modules/monitoring.bicep',
    'name: guid(component.id',
    'name: guid(component.properties.AppId',
    'needed before component.properties',
  ],
  [
    'startTime',
    'main.bicep',
    "module auth 'modules/auth.bicep' = if (!empty(authClientId))",
    "module auth 'modules/auth.bicep' = if (!empty(app.outputs.id))",
    'needed before app.outputs',
  ],
  [
    'startTime',
    'events/topic.bicep',
    `name: 'made-\${uniqueString(source)}'`,
    `name: 'made-\${vault!.location}'`,
    'needed before vault.location',
  ],
  [
    'startTime',
    'main.bicep',
    'var groupName = empty(resourceGroupName)',
    'var groupName = empty(app.outputs.name)',
    'needed before app.outputs',
  ],
  [
    'secrets',
    'modules/storage.bicep',
    'output id string = account.id',
    'output id string = account.listKeys().keys[0].value',
    'the output id tells a secret',
  ],
  [
    'secrets',
    'modules/signalr-network-rules.bicep',
    "resource signalr 'Microsoft",
    "@description('x')\noutput all object = before\n\nresource signalr 'Microsoft",
    'the output all tells a secret',
  ],
  [
    'secrets',
    'modules/storage.bicep',
    'output id string = account.id',
    "output id string = listKeys(account.id, '2026-04-01').keys[0].value",
    'the output id tells a secret',
  ],
  ['documented', 'modules/app.bicep', "@description('Name of the plan.')\n", '', 'planName has no description'],
  ['documented', 'modules/app.bicep', 'metadata description', 'metadata summary', 'the file has no description'],
  ['documented', 'modules/app.bicep', "@description('Where the app is.')\n", '', 'url has no description'],
  ['parametersFile', 'main.parameters.json', '"nodeVersion"', '"nodeVersions"', 'nodeVersions is no parameter'],
  [
    'parametersFile',
    'main.parameters.json',
    `\${LOCK_LEDGER=true}`,
    `\${LOCK_LEDGER}`,
    'lockLedger is no bool when unset',
  ],
  ['parametersFile', 'main.parameters.json', `"\${AZURE_LOCATION}"`, '"westeurope"', 'location comes from no variable'],
  [
    'parametersFile',
    'main.parameters.json',
    `    "location": { "value": "\${AZURE_LOCATION}" },\n`,
    '',
    'location is asked for',
  ],
];

describe('a planted mistake is named', () => {
  it.each(MISTAKES)('%s: %s: %s', (check, path, text, instead, says) => {
    expect(found(check, planted(real, `infra/${path}`, text, instead)).join('\n')).toContain(says);
  });
});
