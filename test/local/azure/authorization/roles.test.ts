import { describe, expect, it } from 'vitest';
import { CALLS } from '../../../../local/azure/authorization/calls.ts';
import { granting } from '../../../../local/azure/authorization/evaluate.ts';
import { builtInRoles, customRoles, OCCASIONS, rules } from '../../../../local/azure/authorization/roles.ts';

const named = new Set([...customRoles, ...builtInRoles].map(({ name }) => name));

describe('the roles of infra/', () => {
  it('have names of their own', () => {
    expect(named.size).toBe(customRoles.length + builtInRoles.length);
    expect(new Set(customRoles.map(({ roleName }) => roleName)).size).toBe(customRoles.length);
  });

  it.each([
    'Microsoft.SignalRService/SignalR/write',
    'Microsoft.SignalRService/SignalR/delete',
    'Microsoft.SignalRService/SignalR/restart/action',
    'Microsoft.Authorization/roleAssignments/write',
    'Microsoft.Resources/deployments/write',
    'Microsoft.Insights/diagnosticSettings/write',
    'Microsoft.KeyVault/vaults/write',
    'Microsoft.KeyVault/vaults/accessPolicies/write',
    'Microsoft.KeyVault/vaults/secrets/read',
    'Microsoft.Web/sites/write',
    'Microsoft.Web/sites/config/write',
    'Microsoft.Web/sites/config/list/action',
    'Microsoft.Web/sites/config/snapshots/listsecrets/action',
    'Microsoft.Web/sites/config/web/appsettings/read',
    'Microsoft.Web/sites/config/web/connectionstrings/read',
    'Microsoft.Web/sites/publish/action',
    'Microsoft.Web/sites/publishxml/action',
    'Microsoft.Web/sites/host/listkeys/action',
    'Microsoft.Web/sites/slots/config/list/action',
    'Microsoft.Web/sites/slots/config/snapshots/listsecrets/action',
    'Microsoft.Web/sites/slots/config/web/connectionstrings/read',
    'Microsoft.App/containerApps/write',
    'Microsoft.App/containerApps/listSecrets/action',
    'Microsoft.App/containerApps/revisions/restart/action',
    'Microsoft.EventGrid/topics/listKeys/action',
  ])('do not grant %s', (action) => {
    expect(customRoles.filter((role) => granting(role, { kind: 'action', action }) !== null)).toEqual([]);
  });

  it.each([
    'Microsoft.KeyVault/vaults/secrets/delete',
    'Microsoft.KeyVault/vaults/secrets/purge/action',
    'Microsoft.KeyVault/vaults/secrets/backup/action',
    'Microsoft.KeyVault/vaults/secrets/restore/action',
    'Microsoft.KeyVault/vaults/secrets/recover/action',
    'Microsoft.KeyVault/vaults/keys/sign/action',
    'Microsoft.SignalRService/SignalR/auth/accessKey/action',
    'Microsoft.SignalRService/SignalR/hub/send/action',
  ])('do not grant the data action %s', (action) => {
    expect(customRoles.filter((role) => granting(role, { kind: 'dataAction', action }) !== null)).toEqual([]);
  });

  it('each take away again only from what they give', () => {
    for (const { name, actions, notActions, dataActions, notDataActions } of customRoles) {
      const isWide = (patterns: readonly string[]) => patterns.some((pattern) => pattern.includes('*'));
      expect(notActions.length === 0 || isWide(actions), name).toBe(true);
      expect(notDataActions.length === 0 || isWide(dataActions), name).toBe(true);
    }
  });
});

describe('the rules of infra/', () => {
  it('name roles that there are, and leave none unassigned', () => {
    expect(new Set(rules.map(({ role }) => role))).toEqual(named);
  });

  it('have one for each occasion', () => {
    expect(new Set(rules.map(({ when }) => when))).toEqual(new Set(OCCASIONS));
  });

  it('assign a role of the app’s own only where it is assignable', () => {
    for (const { name, assignableScopes } of customRoles) {
      const scopes = rules.filter(({ role }) => role === name).map(({ scope }) => scope);
      expect(scopes, name).toEqual([assignableScopes]);
    }
  });

  it('widen only what is listed, one by one', () => {
    const wide = new Set(rules.filter(({ widens }) => widens).map(({ scope }) => scope));
    expect(wide).toEqual(new Set(['target', 'secret', 'consumer']));
  });
});

/** Storage is Azurite's, which knows no roles: what is assigned there is checked against Azure's own list, and by nothing that runs. */
describe('the built-in roles', () => {
  it.each([
    ['app', 'storage', 'Storage Blob Data Owner', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'],
    ['app', 'storage', 'Storage Queue Data Contributor', '974c5e8b-45b9-4653-ba55-5f855dd0fb88'],
    ['app', 'storage', 'Storage Table Data Contributor', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
    ['app', 'insights', 'Monitoring Metrics Publisher', '3913510d-42f4-4e42-8a64-420c390055eb'],
    ['system-topic', 'event-queue', 'Storage Queue Data Message Sender', 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'],
    ['system-topic', 'storage', 'Storage Blob Data Contributor', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'],
  ])('give %s on %s: %s', (principal, scope, roleName, id) => {
    const role = builtInRoles.find((each) => each.roleName === roleName);
    expect(role?.id).toBe(id);
    expect(rules.filter((rule) => rule.role === role?.name)).toMatchObject([{ principal, scope }]);
  });

  it('are no others', () => {
    expect(builtInRoles).toHaveLength(6);
  });
});

describe('the table of calls', () => {
  it('says of each where its action is from, and why it is made', () => {
    for (const { action, source, why, by } of CALLS) {
      expect(
        [source, why, by].every((text) => text.length > 2),
        action,
      ).toBe(true);
    }
  });

  it('has no call that no role grants', () => {
    const refused = CALLS.filter((call) => !customRoles.some((role) => granting(role, call) !== null));
    expect(refused).toEqual([]);
  });
});
