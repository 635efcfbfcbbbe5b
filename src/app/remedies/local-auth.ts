import { addressOf, openInPortal } from './address.ts';
import { az, lines, patch } from './azure-cli.ts';
import { existingSignalr, expression, resource, signalr, template } from './bicep.ts';
import type { Remedy, Subject } from './remedy.ts';
import { configuration, declared, reference, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

/** Stands beside every advice to disable. Source: Microsoft's document on disabling local authentication. */
export const DISABLING_DELETES_KEYS =
  'Disabling local authentication deletes both access keys for good. Connections that were signed with them cannot be ' +
  'renewed, and enabling it again makes new keys: the old ones do not come back.';

export function disableLocalAuth(subject: Subject): Remedy {
  return {
    text: `Disable local authentication once nothing uses a key any more: the verdict says when. ${DISABLING_DELETES_KEYS}`,
    portal: [
      openInPortal(subject),
      'Under Settings select Keys.',
      'Beside Access Key select Disable, then Save. Both keys are deleted at that moment.',
    ],
    azureCli: lines('# Deletes both access keys for good.', patch(subject, { disableLocalAuth: true })),
    bicep: lines('// Deletes both access keys for good.', signalr(subject, { disableLocalAuth: true })),
    terraform: lines('# Deletes both access keys for good.', signalrService(subject, { local_auth_enabled: false })),
  };
}

/** "Azure SignalR Service should have local authentication methods disabled"; its effect is Audit unless it is told. */
const POLICY = '/providers/Microsoft.Authorization/policyDefinitions/f70eecba-335d-4bbc-81d5-5b17b03d498f';
const ASSIGNMENT = 'signalr-local-auth-off';
const TITLE = 'Azure SignalR Service should have local authentication methods disabled';

/** An assignment that refuses whoever would enable it again. */
export function keepLocalAuthDisabled(subject: Subject): Remedy {
  return {
    text:
      'Assign the Azure Policy with the effect Deny, so that no deployment enables local authentication again. A wider ' +
      'scope than this resource refuses changes to every resource in it that still has local authentication on.',
    portal: [
      'In the Azure portal open Policy, select Definitions and search for the definition of this name:',
      TITLE,
      'Select Assign policy; as scope take this resource, or a group in which no resource needs keys.',
      'On the tab Parameters set the effect to Deny, then Review + create.',
    ],
    azureCli: az('policy assignment create', {
      name: ASSIGNMENT,
      'display-name': TITLE,
      policy: POLICY,
      scope: addressOf(subject).id,
      params: JSON.stringify({ effect: { value: 'Deny' } }),
    }),
    bicep: template(
      existingSignalr(subject),
      resource('localAuthOff', 'Microsoft.Authorization/policyAssignments', {
        name: ASSIGNMENT,
        scope: expression('signalr'),
        properties: { displayName: TITLE, policyDefinitionId: POLICY, parameters: { effect: { value: 'Deny' } } },
      }),
    ),
    terraform: configuration(
      declared('azurerm_resource_policy_assignment', 'local_auth_off', {
        name: ASSIGNMENT,
        display_name: TITLE,
        resource_id: addressOf(subject).id,
        policy_definition_id: POLICY,
        parameters: reference('jsonencode({ effect = { value = "Deny" } })'),
      }),
    ),
  };
}

export const localAuth = {
  LocalAuthEnabled: disableLocalAuth,

  AadAuthDisabled: (subject) => ({
    text: 'Enable Entra authentication. It takes nothing from those who use keys, and lets consumers leave theirs.',
    portal: [
      openInPortal(subject),
      'Under Settings select Keys and enable Microsoft Entra ID there; where the page has no such switch, use the command.',
    ],
    azureCli: patch(subject, { disableAadAuth: false }),
    bicep: signalr(subject, { disableAadAuth: false }),
    terraform: signalrService(subject, { aad_auth_enabled: true }),
  }),
} satisfies Remedies;
