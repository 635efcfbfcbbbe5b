import { CALLS, type Call } from '../local/azure/authorization/calls.ts';
import { granting } from '../local/azure/authorization/evaluate.ts';
import {
  builtInRoles,
  type CustomRole,
  customRoles,
  type Occasion,
  type Rule,
  rules,
  type ScopeKind,
} from '../local/azure/authorization/roles.ts';

/** Of infra/roles.json and infra/assignments.json, for whoever has to agree to them. */
export const rolesTable = (): string =>
  table(
    ['✓', 'role', 'action', 'why', 'adapter', 'on', 'when'],
    customRoles.flatMap((role) => rowsOf(role)),
  );

export const builtInTable = (): string =>
  table(
    ['✓', 'role', 'for', 'why', 'on', 'when'],
    builtInRoles.flatMap(({ name, roleName, id }) =>
      rules
        .filter((rule) => rule.role === name)
        .map((rule) => [
          '☐',
          `${roleName}<br>\`${id}\``,
          PRINCIPALS[rule.principal],
          found(WHY_BUILT_IN, name),
          SCOPES[rule.scope],
          OCCASIONS[rule.when],
        ]),
    ),
  );

/** Where the name of each action is from: what Azure does not publish has to be tried out. */
export const sourcesTable = (): string =>
  table(
    ['action', 'asked as', 'its name is from'],
    CALLS.map((call) => [`\`${call.action}\``, `\`${call.method} ${addressOf(call)}\``, call.source]),
  );

function rowsOf(role: CustomRole): readonly (readonly string[])[] {
  const given = [...role.actions, ...role.dataActions];
  const taken = [...role.notActions, ...role.notDataActions];
  return [
    ...given.map((pattern) => rowOf(role, pattern)),
    ...taken.map((pattern) => ['☐', role.roleName, `**not** \`${pattern}\``, 'taken out of the above', '', '', '']),
  ];
}

function rowOf(role: CustomRole, pattern: string): readonly string[] {
  const mine = rules.filter((rule) => rule.role === role.name);
  const calls = callsOf(role, pattern);
  const isWide = pattern.includes('*');
  const whys = calls.map(({ why, action }) => (isWide ? `${why} (\`${action.replace(/^[^/]+\//, '…/')}\`)` : why));
  return [
    '☐',
    role.roleName,
    `\`${pattern}\`${role.dataActions.includes(pattern) ? ' (data)' : ''}`,
    unique(whys).join('; '),
    unique(calls.map(({ by }) => `\`${by}\``)).join(', '),
    unique(mine.map(({ scope }) => SCOPES[scope])).join(', '),
    unique(mine.map(({ when }) => OCCASIONS[when])).join(', '),
  ];
}

/** A role on subscriptions is there for lists, which others shorten only. */
function callsOf(role: CustomRole, pattern: string): readonly Call[] {
  const calls = CALLS.filter((call) => granting(role, call) === pattern);
  const [lists, others] = [calls.filter((call) => call.lists), calls.filter((call) => !call.lists)];
  return role.assignableScopes === 'subscription' || others.length === 0 ? lists : others;
}

const SCOPES: Readonly<Record<ScopeKind, string>> = {
  target: 'the SignalR resource',
  secret: 'the single secret',
  consumer: 'that consumer',
  subscription: 'the subscription',
  topic: 'the Event Grid topic',
  storage: 'the storage account of the app',
  'event-queue': 'the queue `event-queue` of that account',
  insights: 'the Application Insights component of the app',
};

const OCCASIONS: Readonly<Record<Occasion, string>> = {
  always: 'always',
  target: 'each of `targets`',
  publication: 'each of `publications`',
  site: 'a consumer by `app-service-reference`',
  'site-refresh': 'a consumer by `app-service-reference`, unless `nudge` is `none`',
  'site-restart': 'a consumer by `app-service-reference` with `nudge` `restart`',
  slot: 'the same, of a deployment slot',
  'slot-refresh': 'the same, of a deployment slot, unless `nudge` is `none`',
  'slot-restart': 'the same, of a deployment slot, with `nudge` `restart`',
  'container-app': 'a consumer by `container-app`',
  subscription: 'each of `subscriptions`',
  topic: '`notify.topic`',
  'system-topic': 'events are subscribed to',
};

const PRINCIPALS: Readonly<Record<Rule['principal'], string>> = {
  app: 'the app',
  'system-topic': 'the identity of each system topic',
};

const WHY_BUILT_IN: Readonly<Record<string, string>> = {
  'storage-blob-data-owner':
    'the Functions host keeps its locks and its package in blobs, and sets their service up; the app counts the blobs of dead letters',
  'storage-queue-data-contributor':
    'hints between invocations; the host makes poison queues, for which a processor’s role is too little',
  'storage-table-data-contributor': 'the ledger, the receipts and the inventory',
  'monitoring-metrics-publisher': 'telemetry without a key',
  'storage-queue-data-message-sender': 'delivers events to the queue that the app reads',
  'storage-blob-data-contributor': 'keeps what could not be delivered as dead letters',
};

const addressOf = ({ service, address }: Call): string => {
  const text = address.replace(/[<>]/g, '').replace('/subscriptions/{id}/resourceGroups/{group}/providers', '…');
  return service === 'arm' ? text : `{${service}}${text}`;
};

function found(words: Readonly<Record<string, string>>, name: string): string {
  const text = words[name];
  if (text === undefined) throw new Error(`scripts/permissions.ts does not say why ${name} is needed.`);
  return text;
}

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
