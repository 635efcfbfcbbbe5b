import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Use } from '../../local/azure/authorization/authorisation.ts';
import { CALLS, callFor } from '../../local/azure/authorization/calls.ts';
import { granting } from '../../local/azure/authorization/evaluate.ts';
import { type CustomRole, customRoles, rules } from '../../local/azure/authorization/roles.ts';
import { usualSubscription } from '../../local/azure/subscription.ts';
import type { LedgerRecord } from '../../src/app/ports.ts';
import type { ConditionCode } from '../../src/core/codes.ts';
import { HOUR } from '../support/scene.ts';
import { A_ROTATION, Installation, type InstallationOptions } from './an-installation.ts';

let open: Installation[] = [];
const anInstallation = async (options: InstallationOptions = {}): Promise<Installation> => {
  const installation = await Installation.start(options);
  open.push(installation);
  return installation;
};
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
});

/** What a person sees of a right that is missing. */
interface Consequence {
  seen(installation: Installation): boolean | Promise<boolean>;
  /** Without the role on the subscription, which would let the app do the same by another way. */
  readonly surveys?: false;
  /** Nothing is refused: a list is only shorter. */
  readonly isSilent?: true;
}

const said = (event: string, fields: Readonly<Record<string, unknown>> = {}): Consequence => ({
  seen: ({ log }) =>
    log.some((record) => {
      const all: Readonly<Record<string, unknown>> = { ...record };
      return record.event === event && Object.entries(fields).every(([name, value]) => all[name] === value);
    }),
});
const held = (code: ConditionCode): Consequence => said('TargetHeld', { level: 'error', code });
const notPushed = (consumer: string, how: 'refresh' | 'restart') => said('NudgeFailed', { consumer, how });
const looked = (isSo: (record: LedgerRecord) => boolean): Consequence => ({
  seen: ({ first }) => first !== null && isSo(first),
});
const forbidden = (name: string): Consequence => ({
  seen: async (installation) =>
    (await installation.record())?.awaiting.some(
      ({ consumer, trouble }) => consumer === name && trouble?.is === 'forbidden',
    ) ?? false,
});

/** By role and action, each as it is asked for: a pattern stands for several. */
const CONSEQUENCES: Readonly<Record<string, Readonly<Record<string, Consequence>>>> = {
  'key-rotator': {
    'Microsoft.SignalRService/SignalR/read': { ...held('ResourceForbidden'), surveys: false },
    'Microsoft.SignalRService/SignalR/customDomains/read': held('ResourceForbidden'),
    'Microsoft.SignalRService/SignalR/operationStatuses/read': held('ResourceForbidden'),
    'Microsoft.SignalRService/SignalR/listkeys/action': held('ResourceForbidden'),
    'Microsoft.SignalRService/SignalR/regeneratekey/action': held('ResourceForbidden'),
    'Microsoft.Insights/diagnosticSettings/read': looked(({ posture }) => posture?.surroundings?.diagnostics === null),
    'Microsoft.Insights/eventtypes/values/read': looked(({ state }) => !state.keys.primary?.logged),
  },
  'secret-publisher': {
    'Microsoft.KeyVault/vaults/secrets/getSecret/action': held('PublicationUnreadable'),
    'Microsoft.KeyVault/vaults/secrets/setSecret/action': held('PublicationUnwritable'),
    'Microsoft.KeyVault/vaults/secrets/update/action': held('PublicationUnwritable'),
    'Microsoft.KeyVault/vaults/secrets/readMetadata/action': held('PublicationUnreadable'),
  },
  'site-reader': {
    'Microsoft.Web/sites/config/appsettings/read': forbidden('web'),
    'Microsoft.Web/sites/config/connectionstrings/read': forbidden('web'),
  },
  'site-refresher': { 'Microsoft.Web/sites/config/appsettings/action': notPushed('web', 'refresh') },
  'site-restarter': { 'Microsoft.Web/sites/restart/action': notPushed('web', 'restart') },
  'slot-reader': {
    'Microsoft.Web/sites/slots/config/appsettings/read': forbidden('blue'),
    'Microsoft.Web/sites/slots/config/connectionstrings/read': forbidden('blue'),
  },
  'slot-refresher': { 'Microsoft.Web/sites/slots/config/appsettings/action': notPushed('blue', 'refresh') },
  'slot-restarter': { 'Microsoft.Web/sites/slots/restart/action': notPushed('blue', 'restart') },
  'container-app-reader': {
    'Microsoft.App/containerApps/read': forbidden('jobs'),
    'Microsoft.App/containerApps/revisions/read': forbidden('jobs'),
    'Microsoft.App/containerApps/revisions/replicas/read': forbidden('jobs'),
  },
  surveyor: {
    'Microsoft.SignalRService/SignalR/read': {
      seen: async ({ inventory }) => {
        const [{ surveys }, resources] = [await inventory.surveys(), await inventory.resources()];
        return surveys.length > 0 && !resources.some(({ name }) => name === 'forgotten');
      },
      isSilent: true,
    },
    'Microsoft.KeyVault/vaults/read': said('SubscriptionForbidden', { subscription: usualSubscription }),
  },
  'event-sender': { 'Microsoft.EventGrid/events/send/action': said('EventNotTaken', { code: 'Unavailable' }) },
};

/** Each action of each role that the app asks for. */
const granted = customRoles.flatMap((role) =>
  [...new Map(CALLS.map((call) => [call.action, call])).values()].flatMap((call) => {
    const pattern = granting(role, call);
    return pattern === null ? [] : [{ role: role.name, pattern, action: call.action, kind: call.kind }];
  }),
);

/** The same roles, one of which no longer holds one action. */
const without = ({ role: name, action, kind }: (typeof granted)[number]): readonly CustomRole[] =>
  customRoles.map((role) => {
    if (role.name !== name) return role;
    return kind === 'action'
      ? { ...role, notActions: [...role.notActions, action] }
      : { ...role, notDataActions: [...role.notDataActions, action] };
  });

const isComplete = async (installation: Installation) => (await installation.steps()).includes('complete');

describe('an installation with exactly its rights', () => {
  let whole: Installation;
  let consequences: readonly string[];
  beforeAll(async () => {
    whole = await Installation.start();
    await whole.live(A_ROTATION, () => isComplete(whole));
    const all = granted.map(async ({ role, action }) =>
      (await CONSEQUENCES[role]?.[action]?.seen(whole)) ? `${role}: ${action}` : null,
    );
    consequences = (await Promise.all(all)).filter((each) => each !== null);
    return () => whole.close();
  });

  it('rotates, and is refused nothing', async () => {
    expect(await whole.steps()).toContain('complete');
    expect(whole.authorisation.refusals).toEqual([]);
    expect(whole.azure.requests.filter(({ status }) => status === 403)).toEqual([]);
  });

  it('shows none of the consequences that a missing right has', () => {
    expect(consequences).toEqual([]);
  });

  it('makes every call that the table knows', () => {
    const made = (['arm', 'vault', 'topic'] as const).flatMap((service) =>
      whole.azure.requests.map((request) => callFor(service, request)?.call),
    );
    const unmade = CALLS.filter((call) => !made.includes(call));
    expect(unmade.map(({ method, address }) => `${method} ${address}`)).toEqual([]);
  });

  it('has no role, no rule and no action that it does not use', () => {
    expect(surplus(customRoles, whole.authorisation.uses)).toEqual([]);
    const used = new Set(whole.authorisation.uses.map(({ role }) => role));
    const ofTheApp = rules.filter(({ role }) => customRoles.some(({ name }) => name === role));
    expect(ofTheApp.filter(({ role }) => !used.has(role))).toEqual([]);
  });

  it('would show an action that it does not use', () => {
    const more = customRoles.map((role) =>
      role.name === 'key-rotator'
        ? { ...role, actions: [...role.actions, 'Microsoft.SignalRService/SignalR/restart/action'] }
        : role,
    );
    expect(surplus(more, whole.authorisation.uses)).toEqual([
      'key-rotator: Microsoft.SignalRService/SignalR/restart/action',
    ]);
  });
});

describe('the table of consequences', () => {
  it('has one for every action of every role, and for no other', () => {
    const stated = Object.entries(CONSEQUENCES).flatMap(([role, actions]) =>
      Object.keys(actions).map((action) => `${role}: ${action}`),
    );
    expect(stated.sort()).toEqual(granted.map(({ role, action }) => `${role}: ${action}`).sort());
  });
});

describe('an installation that lacks one action', () => {
  it.each(granted)('$action of $role says so', async (missing) => {
    const consequence = CONSEQUENCES[missing.role]?.[missing.action];
    if (consequence === undefined) throw new Error('The table above does not say what becomes of it.');
    const { surveys = true, isSilent = false } = consequence;
    const installation = await anInstallation({ roles: without(missing), surveys });
    await installation.live(A_ROTATION, async () => {
      const isRefused = isSilent || installation.authorisation.refusals.length > 0;
      return isRefused && (await consequence.seen(installation));
    });
    expect(await consequence.seen(installation)).toBe(true);
    const refused = [...new Set(installation.authorisation.refusals.map(({ action }) => action))];
    expect(refused).toEqual(isSilent ? [] : [missing.action]);
    expect(installation.azure.requests.some(({ status }) => status === 403)).toBe(!isSilent);
  });

  it('takes the rotation up again when the action is given back', async () => {
    const roles = customRoles.map((role) => ({ ...role, notActions: [...role.notActions] }));
    const lame = roles.find(({ name }) => name === 'key-rotator');
    lame?.notActions.push('Microsoft.SignalRService/SignalR/regeneratekey/action');
    const installation = await anInstallation({ roles });
    await installation.live(3 * HOUR, async () => (await installation.record())?.condition != null);
    lame?.notActions.pop();
    await installation.live(A_ROTATION, () => isComplete(installation));
    expect(await isComplete(installation)).toBe(true);
  });
});

describe('an installation that lacks one assignment', () => {
  const ofTheApp = rules.filter(({ role }) => customRoles.some(({ name }) => name === role));

  it.each(ofTheApp)('for $when is refused what $role would have given', async (missing) => {
    const installation = await anInstallation({ rules: rules.filter((rule) => rule !== missing) });
    const { refusals } = installation.authorisation;
    await installation.live(A_ROTATION, () => refusals.length > 0);
    const [refused] = refusals;
    expect(granted).toContainEqual(expect.objectContaining({ role: missing.role, action: refused?.action }));
  });
});

/** What the roles hold and no run has used. */
const surplus = (roles: readonly CustomRole[], uses: readonly Use[]): readonly string[] =>
  roles.flatMap(({ name, actions, dataActions }) =>
    [...actions, ...dataActions]
      .filter((pattern) => !uses.some((use) => use.role === name && use.pattern === pattern))
      .map((pattern) => `${name}: ${pattern}`),
  );
