import { openSecretInPortal, placesOf, type SecretPlace } from './address.ts';
import { az, indented, lines } from './azure-cli.ts';
import { existing, expression, noBicep, resource, template } from './bicep.ts';
import { publishKey, removeProperties } from './publishing.ts';
import { shellWord } from './quoting.ts';
import type { Remedy, Subject } from './remedy.ts';
import { callApp, SOME_TARGET } from './rotation-app.ts';
import { block, configuration, declared, interpolated, looked, noTerraform, reference } from './terraform.ts';
import type { Remedies } from './topics.ts';

const forEach = (subject: Subject, command: (place: SecretPlace) => string): string =>
  lines(...placesOf(subject).map(command));
const at = ({ vault, name }: SecretPlace) => ({ 'vault-name': vault, name });

/** Why no template mends what a secret holds. */
const NOT_THE_VALUE = {
  bicep: noBicep('a template that writes the value puts an old key back at each deployment.'),
  terraform: noTerraform('the value would lie in its state, and each apply would put an old key back.'),
};

/** Writes a key of the resource into each of the secrets. */
function publish(subject: Subject, what: 'ConnectionString' | 'Key', text: string, firstly?: string): Remedy {
  return {
    text,
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      'Look at its versions, and at who may write it. A key is best written by the commands for the Azure CLI, which show it nowhere.',
    ],
    azureCli: lines(...(firstly === undefined ? [] : [firstly]), publishKey(subject, placesOf(subject), what)),
    ...NOT_THE_VALUE,
  };
}

/** Shows where a connection string points, and nothing else of it. */
const showEndpoint = (place: SecretPlace): string =>
  lines(
    `${az('keyvault secret show', { ...at(place), query: 'value', output: 'tsv' })} |`,
    "  tr ';' '\\n' |",
    "  grep -i '^ *endpoint *='",
  );

export const secrets = {
  AmbiguousAuth: (subject) => ({
    text:
      'Decide for one. Where the consumers have an identity with a role, take the AccessKey out; else take the AuthType ' +
      'and its ids out. Either way restart the app servers, which do not take it up by themselves.',
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      'Select New version and write the connection string with only one of the two: AccessKey, or AuthType with its ids.',
      'Restart the app servers that read it.',
    ],
    azureCli: lines(
      '# Takes the key out: only where the identity has its role already.',
      forEach(subject, (place) => removeProperties(place, 'AccessKey')),
      '# Or keeps the key, for now:',
      forEach(subject, (place) =>
        indented(removeProperties(place, 'AuthType', 'ClientId', 'ClientSecret', 'ClientCert', 'TenantId'), '# '),
      ),
    ),
    ...NOT_THE_VALUE,
  }),

  WrittenByOther: (subject) => ({
    text:
      'Find what writes the secret (Bicep, Terraform, a pipeline, a person) and take the value out of it. It may refer to ' +
      'the secret, and this app keeps what is in it.',
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      "Compare the versions: those of this app have the tag ManagedBy. The vault's audit log, if it is on, says who wrote the other.",
    ],
    azureCli: forEach(subject, (place) =>
      az('keyvault secret list-versions', {
        ...at(place),
        query: 'sort_by([].{created: attributes.created, managedBy: tags.ManagedBy, id: id}, &created)',
        output: 'table',
      }),
    ),
    bicep: lines('// Refer to the secret, and let nothing declare its value.', secretInBicep(placesOf(subject)[0])),
    terraform: lines(
      '# Better not at all. Where the secret is in its state already, it ignores what this app writes.',
      declared('azurerm_key_vault_secret', 'signalr', {
        name: placesOf(subject)[0].name,
        key_vault_id: '<resource id of the vault>',
        value: 'written by the rotation app',
        lifecycle: block({
          ignore_changes: [
            reference('value'),
            reference('tags'),
            reference('content_type'),
            reference('expiration_date'),
            reference('not_before_date'),
          ],
        }),
      }),
    ),
  }),

  PublishesDeadKey: (subject) => ({
    text:
      'It is repaired at the next look of this app. If it stays, look at what holds the target, or write a live key ' +
      'yourself; then restart the consumers that read it.',
    portal: [
      'In this report look at the condition of the target: it says what holds it, and what to do.',
      ...placesOf(subject).map(openSecretInPortal),
      'Write a live key only by the commands for the Azure CLI, which show it nowhere; then restart the consumers.',
    ],
    azureCli: lines(
      '# Looks now, which repairs it:',
      callApp('get', `targets/${SOME_TARGET}?fresh=true`),
      '# By hand:',
      publishKey(subject, placesOf(subject), 'ConnectionString'),
    ),
    ...NOT_THE_VALUE,
  }),

  SecretWithoutExpiry: (subject) => ({
    text:
      'Leave secretExpiry at maxKeyAge in rotation.json, and each new version gets a date. Until the next rotation, set ' +
      'one on the current version.',
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      'Open the current version, set an expiration date (within maxKeyAge), and apply.',
    ],
    azureCli: forEach(subject, (place) =>
      az('keyvault secret set-attributes', { ...at(place), expires: '<date>T00:00:00Z', output: 'none' }),
    ),
    bicep: noBicep('a deployment that sets the date writes the value of the secret as well.'),
    terraform: noTerraform('expiration_date needs the value beside it, which then lies in the state.'),
  }),

  SecretNearExpiry: (subject) => ({
    text: 'Rotate now: the new version gets a new date. Where that cannot be, move the date of the current version.',
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      'To win time open the current version, move its expiration date, and apply.',
    ],
    azureCli: lines(
      '# Rotates, and gives the new versions a date:',
      callApp('post', `targets/${SOME_TARGET}/rotate`, { why: 'SecretNearExpiry' }),
      '# To win time:',
      forEach(subject, (place) =>
        az('keyvault secret set-attributes', { ...at(place), expires: '<date>T00:00:00Z', output: 'none' }),
      ),
    ),
    bicep: noBicep('a deployment that moves the date writes the value of the secret as well.'),
    terraform: noTerraform('expiration_date needs the value beside it, which then lies in the state.'),
  }),

  ForeignEndpoint: (subject) =>
    publish(
      subject,
      'ConnectionString',
      'If the secret belongs to another resource, take it out of the publications of this target. If it should be this ' +
        "one's, write a connection string of this resource into it and restart its readers.",
      lines('# Where it points:', forEach(subject, showEndpoint), '# Only if its readers are to use this resource:'),
    ),

  NotAConnectionString: (subject) =>
    publish(
      subject,
      'ConnectionString',
      'Write a connection string of the resource into the secret, or take it out of rotation.json. If it is meant to ' +
        'hold the bare key, say so there: "format": "access-key".',
    ),

  UnrecognisedKey: (subject) =>
    publish(
      subject,
      'Key',
      'Write a key of this resource into the secret; or, if it was one of its keys, add the tag ProviderAddress with the ' +
        'resource id, and this app repairs it.',
    ),

  SecretMissing: (subject) =>
    publish(
      subject,
      'ConnectionString',
      'Create the secret with the key that the other publications carry, mark it "required": false, or take it out of ' +
        'rotation.json.',
    ),

  SecretDeleted: (subject) => ({
    text: 'Recover the secret. If it was deleted on purpose, take it out of rotation.json.',
    portal: [
      `In the Azure portal open the key vault ${placesOf(subject)[0].vault} and select Secrets under Objects.`,
      'Select Manage deleted secrets, mark the secret, and select Recover.',
    ],
    azureCli: forEach(subject, (place) => az('keyvault secret recover', at(place))),
    bicep: noBicep('recovering is an act on the data of the vault; a template can only recover a deleted vault.'),
    terraform: lines(
      '# Recovers a deleted secret only when it creates one of that name, and then writes a value over it.',
      noTerraform('use the command for the Azure CLI.'),
    ),
  }),

  SecretDisabled: (subject) => ({
    text: 'Enable the current version, if nobody disabled it on purpose; else publish a new one.',
    portal: [...placesOf(subject).map(openSecretInPortal), 'Open the current version, set Enabled to Yes, and apply.'],
    azureCli: forEach(subject, (place) =>
      az('keyvault secret set-attributes', { ...at(place), enabled: 'true', output: 'none' }),
    ),
    bicep: noBicep('a deployment that sets enabled writes the value of the secret as well.'),
    terraform: noTerraform('azurerm_key_vault_secret has no argument for it.'),
  }),

  PublicationUnreadable: (subject) => ({
    text:
      'Grant the identity of this app Key Vault Secrets Officer on the secret. If it has the role, the network rules of ' +
      'the vault keep it out: let its network in.',
    portal: [
      ...placesOf(subject).map(openSecretInPortal),
      'Select Access control (IAM), Add role assignment, Key Vault Secrets Officer, and the identity of the rotation app.',
      'On the vault select Networking, and see that the network of the rotation app may pass.',
    ],
    azureCli: lines(
      ...placesOf(subject).flatMap(({ vault, name }) => [
        `vault=$(${az('keyvault show', { name: vault, query: 'id', output: 'tsv' })})`,
        az('role assignment create', {
          'assignee-object-id': PRINCIPAL,
          'assignee-principal-type': 'ServicePrincipal',
          role: OFFICER,
          scope: { shell: `"$vault"${shellWord(`/secrets/${name}`)}` },
        }),
        az('keyvault network-rule list', { name: vault }),
      ]),
    ),
    bicep: template(
      secretInBicep(placesOf(subject)[0]),
      resource('officer', 'Microsoft.Authorization/roleAssignments', {
        name: expression(`guid(secret.id, '${OFFICER}')`),
        scope: expression('secret'),
        properties: {
          roleDefinitionId: expression(
            `subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${OFFICER}')`,
          ),
          principalId: PRINCIPAL,
          principalType: 'ServicePrincipal',
        },
      }),
    ),
    terraform: configuration(
      looked('azurerm_key_vault', 'vault', {
        name: placesOf(subject)[0].vault,
        resource_group_name: '<group of the vault>',
      }),
      declared('azurerm_role_assignment', 'officer', {
        scope: interpolated('data.azurerm_key_vault.vault.id', `/secrets/${placesOf(subject)[0].name}`),
        role_definition_name: 'Key Vault Secrets Officer',
        principal_id: PRINCIPAL,
      }),
    ),
  }),
} satisfies Remedies;

const PRINCIPAL = '<object id of the identity of the rotation app>';
/** Key Vault Secrets Officer. */
const OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

function secretInBicep({ vault, name }: SecretPlace): string {
  return template(
    existing('vault', 'Microsoft.KeyVault/vaults', { name: vault }),
    existing('secret', 'Microsoft.KeyVault/vaults/secrets', { parent: expression('vault'), name }),
  );
}
