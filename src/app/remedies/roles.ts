import { addressOf, openInPortal } from './address.ts';
import { az, lines } from './azure-cli.ts';
import { existingSignalr, expression, resource, template } from './bicep.ts';
import type { Remedy, Subject } from './remedy.ts';
import { configuration, declared } from './terraform.ts';

const APP_SERVER = { name: 'SignalR App Server', id: '420fcaa2-552c-430f-98ca-3264be4806c7' };
const REST_API_OWNER = { name: 'SignalR REST API Owner', id: 'fd53cd77-2268-407a-8f46-7e7863d0f521' };

/** Source: Microsoft's built-in roles of SignalR Service. The last sentence: a negotiation needs more than REST. */
const ROLES = {
  Default: { role: APP_SERVER, note: '' },
  Classic: { role: APP_SERVER, note: ' Who only calls the REST API gets SignalR REST API Owner instead.' },
  Serverless: {
    role: REST_API_OWNER,
    note:
      ' Who also negotiates for clients (such as a Functions app with the connection info binding) gets SignalR ' +
      'Service Owner instead, 7e4f1700-ea5a-4f59-8f37-079cfe29dce3.',
  },
} as const;

const principalOf = (consumer: string): string => `<object id of the identity of ${consumer}>`;

/** An identity for each consumer, and its role on this resource and no wider. */
export function grantRole(subject: Subject, consumers: readonly string[]): Remedy {
  const { role, note } = ROLES[subject.serviceMode];
  const names = consumers.length === 0 ? ['the consumer'] : consumers;
  const { id } = addressOf(subject);
  return {
    text:
      `Give each consumer an identity, and grant it ${role.name} on this resource.${note} Assignments can take half an ` +
      'hour to work: grant them before the connection strings change.',
    portal: [
      `For ${names.join(', ')}: on the app select Identity under Settings, and set Status to On under System assigned.`,
      openInPortal(subject),
      'Select Access control (IAM), Add, Add role assignment.',
      `On the tab Role choose ${role.name}; on the tab Members choose Managed identity and the identities; then Review + assign.`,
    ],
    azureCli: lines(
      '# An identity assigned by the system (Functions apps: az functionapp, Container Apps: az containerapp).',
      ...names.map((name) => az('webapp identity assign', { ids: `<resource id of ${name}>` })),
      `# ${role.name}:`,
      ...names.map((name) =>
        az('role assignment create', {
          'assignee-object-id': principalOf(name),
          'assignee-principal-type': 'ServicePrincipal',
          role: role.id,
          scope: id,
        }),
      ),
    ),
    bicep: template(
      existingSignalr(subject),
      ...names.map((name, i) =>
        resource(`role${i}`, 'Microsoft.Authorization/roleAssignments', {
          name: expression(`guid(signalr.id, '${role.id}', '${i}')`),
          scope: expression('signalr'),
          properties: {
            roleDefinitionId: expression(
              `subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${role.id}')`,
            ),
            principalId: principalOf(name),
            principalType: 'ServicePrincipal',
          },
        }),
      ),
    ),
    terraform: configuration(
      ...names.map((name, i) =>
        declared('azurerm_role_assignment', `consumer_${i}`, {
          scope: id,
          role_definition_name: role.name,
          principal_id: principalOf(name),
        }),
      ),
    ),
  };
}
