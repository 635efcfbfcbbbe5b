import { readFileSync } from 'node:fs';

/** How wide the roles reach: the parameter of infra/main.bicep. */
export const GRANT_SCOPES = ['resource', 'resourceGroup', 'subscription'] as const;
export type GrantScope = (typeof GRANT_SCOPES)[number];

/** What Bicep's loadJsonContent takes of a file. */
export const MOST_CHARACTERS = 1_048_576;
/** Of 4,000 that a subscription has, and few enough for people to read. */
export const MOST_ASSIGNMENTS = 500;
/** A deployment reaches into no more; test/infra/limits.test.ts. */
export const MOST_SUBSCRIPTIONS = 100;

interface Consumer {
  readonly evidence?: string;
  readonly resourceId?: string;
  readonly nudge?: string;
}
export interface RotationFile {
  readonly subscriptions?: readonly string[];
  readonly targets?: readonly {
    readonly resourceId?: string;
    readonly publications?: readonly { readonly secret?: string }[];
    readonly consumers?: readonly Consumer[];
  }[];
}

/** What would keep `azd provision` from granting what a rotation.json asks for, and what to do about it. */
export function whatHinders(text: string, grantScope: GrantScope): readonly string[] {
  const wider = 'Set GRANT_SCOPE to resourceGroup or subscription, and the scopes: docs/deploy.md, Large fleets.';
  if (text.length > MOST_CHARACTERS) {
    const size = `rotation.json has ${text.length} characters, and Bicep loads at most ${MOST_CHARACTERS}.`;
    return [`${size} Name it rotation.large.json, leave rotation.json with no targets, and grant wider. ${wider}`];
  }
  if (grantScope !== 'resource') return [];
  const assignments = assignmentsIn(JSON.parse(text) as RotationFile);
  const subscriptions = new Set(assignments.map((each) => each.split('/')[2]));
  return [
    ...(assignments.length > MOST_ASSIGNMENTS
      ? [
          `rotation.json asks for ${assignments.length} role assignments, and at most ${MOST_ASSIGNMENTS} are made one by one. ${wider}`,
        ]
      : []),
    ...(subscriptions.size > MOST_SUBSCRIPTIONS
      ? [
          `rotation.json names ${subscriptions.size} subscriptions, and one installation reaches ${MOST_SUBSCRIPTIONS}. Divide it.`,
        ]
      : []),
  ];
}

/** Each is `role|id`, lower case, as infra/main.bicep works them out. */
export function assignmentsIn({ targets = [], subscriptions = [] }: RotationFile): readonly string[] {
  const facts = [
    ...targets.flatMap(({ resourceId = '', publications = [], consumers = [] }) => [
      { when: 'target', id: resourceId },
      ...publications.map(({ secret = '' }) => ({ when: 'publication', id: secretId(secret, resourceId) })),
      ...consumers.flatMap(factsOf),
    ]),
    ...subscriptions.map((id) => ({ when: 'subscription', id: `/subscriptions/${id}` })),
  ];
  const rules = JSON.parse(readFileSync('infra/assignments.json', 'utf8')) as { when: string; role: string }[];
  const all = facts.flatMap(({ when, id }) =>
    rules.filter((rule) => rule.when === when).map(({ role }) => `${role}|${id.toLowerCase()}`),
  );
  return [...new Set(all)];
}

/** Beside its target, where nobody has said where the vault is: how many there are does not hang on it. */
function secretId(secret: string, resourceId: string): string {
  const [, , host = '', , name = ''] = secret.split('/');
  const group = resourceId.split('/').slice(0, 5).join('/');
  return `${group}/providers/Microsoft.KeyVault/vaults/${host.split('.')[0]}/secrets/${name}`;
}

function factsOf({ evidence, resourceId, nudge = 'refresh' }: Consumer): readonly { when: string; id: string }[] {
  if (resourceId === undefined) return [];
  if (evidence === 'container-app') return [{ when: 'container-app', id: resourceId }];
  const kind = /\/slots\//i.test(resourceId) ? 'slot' : 'site';
  return [
    { when: kind, id: resourceId },
    ...(nudge === 'none' ? [] : [{ when: `${kind}-refresh`, id: resourceId }]),
    ...(nudge === 'restart' ? [{ when: `${kind}-restart`, id: resourceId }] : []),
  ];
}
