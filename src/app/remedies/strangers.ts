import { addressOf } from './address.ts';
import { az, lines } from './azure-cli.ts';
import { noBicep } from './bicep.ts';
import type { Remedy, Subject } from './remedy.ts';
import { callApp, SOME_TARGET } from './rotation-app.ts';
import { noTerraform } from './terraform.ts';
import type { Remedies } from './topics.ts';

/** Both keys are replaced, with consumers waited for. */
const reportBoth = (why: string): string => callApp('post', `targets/${SOME_TARGET}/compromise`, { why });

const whoMayListKeys = (subject: Subject): string =>
  lines(
    '# Who may do it: whoever has a role whose actions include Microsoft.SignalRService/SignalR/listkeys/action.',
    az('role assignment list', { scope: addressOf(subject).id, 'include-inherited': true, output: 'table' }),
  );

const whoListedKeys = (subject: Subject): string =>
  lines(
    '# Who did it, of the last 30 days:',
    az('monitor activity-log list', {
      'resource-id': addressOf(subject).id,
      offset: '30d',
      query: "[?contains(to_lower(operationName.value), 'listkeys')].{at: eventTimestamp, by: caller}",
      output: 'table',
    }),
  );

function looking(subject: Subject, text: string, more: readonly string[]): Remedy {
  const { group } = addressOf(subject);
  return {
    text,
    portal: [
      'Open the resource, select Activity log, and filter by the operation List Keys: who asked, and from where.',
      `Open the resource, or the resource group ${group}, select Access control (IAM) and Role assignments.`,
      'Remove who need not list keys. Contributor may; SignalR App Server, which is enough for an application, may not.',
    ],
    azureCli: lines(whoListedKeys(subject), whoMayListKeys(subject), ...more),
    bicep: noBicep('a template grants roles and does not tell who has used one.'),
    terraform: noTerraform('azurerm grants roles and does not tell who has used one.'),
  };
}

export const strangers = {
  KeysListedByStranger: (subject) =>
    looking(
      subject,
      'Ask who it was. If it is one of yours, add its object id to knownPrincipals in rotation.json. If nobody knows, report a compromise that names no key.',
      ['# If nobody knows it:', reportBoth('somebody unknown listed the keys')],
    ),
  StandbyLeaked: (subject) =>
    looking(
      subject,
      'Report a compromise that names no key, so that both keys are replaced. Then look at who may list keys, and who did.',
      ['# Replaces both:', reportBoth('a key leaked that no secret carried')],
    ),
  SelfUnknown: () => ({
    text: 'Set SELF_PRINCIPAL_ID to the object id of the managed identity of the rotation app, so that its own calls can be told from others.',
    portal: [
      'Open the managed identity of the rotation app and copy Object (principal) ID.',
      'Open the function app, select Environment variables, add SELF_PRINCIPAL_ID with that value, and apply.',
    ],
    azureCli: az('functionapp config appsettings set', {
      name: '<name of the function app>',
      'resource-group': '<its resource group>',
      settings: 'SELF_PRINCIPAL_ID=<object id of its identity>',
    }),
    bicep: noBicep('the template of the rotation app sets it: deploy that anew.'),
    terraform: noTerraform('the rotation app is deployed by its own template, which sets it.'),
  }),
} as const satisfies Remedies;
