import { build } from '../../connection-string/build.ts';
import type { SecretId } from '../../core/model.ts';
import type { PublicationRecord } from '../ports.ts';
import { openInPortal, openSecretInPortal, placeOf } from './address.ts';
import { SETTING, setOnApp } from './app-setting.ts';
import { az, lines, noCli } from './azure-cli.ts';
import { existing, expression, noBicep, resource, template } from './bicep.ts';
import { alternatives, PLACEHOLDERS, systemAssigned } from './passwordless.ts';
import type { Remedy, Subject } from './remedy.ts';
import { callApp } from './rotation-app.ts';
import { configuration, declared, noTerraform } from './terraform.ts';

/** What a step is made of; `strings` only where there is something to write. */
export interface Move extends Remedy {
  readonly title: string;
  readonly strings?: readonly { readonly secret: SecretId; readonly value: string }[];
}

/** A keyed publication, one with both a key and an AuthType among them: all that a passwordless string can take the place of. */
export const isKeyedText = ({ text }: PublicationRecord): boolean =>
  text?.credential === 'access-key' || text?.credential === 'both';
export const isBareKey = ({ text }: PublicationRecord): boolean => text?.credential === 'raw-key';

const KEEP_PATHS =
  'Endpoint, ClientEndpoint and ServerEndpoint are kept, but only their origins are known here: where yours have a path ' +
  'or a query, keep it.';

/** A string that nobody has to choose among. */
export const choose = (subject: Subject, keyed: readonly PublicationRecord[]): Move => ({
  title: 'Take the connection string for an identity assigned by the system',
  text:
    'For each publication, the same connection string with AuthType=azure.msi in place of the AccessKey. There is ' +
    `nothing secret in it. ${KEEP_PATHS}`,
  strings: systemAssigned(keyed),
  portal: [
    openInPortal(subject),
    'Under Settings select Connection strings, which makes them as well.',
    'Choose Managed identity, system assigned; enter the client endpoint if clients come through a gateway; copy the result.',
  ],
  azureCli: noCli('az signalr key list gives strings with keys only. Take the ones above.'),
  bicep: noBicep('there is nothing to deploy yet.'),
  terraform: noTerraform('there is nothing to apply yet.'),
});

export const chooseOtherwise = (subject: Subject, keyed: readonly PublicationRecord[]): Move => ({
  title: 'Where that identity is not to be had: take another',
  text:
    'For each publication: an identity assigned by the user; where the consumer runs where there is no identity, an ' +
    'application with a certificate; and only if that cannot be, with a client secret, which makes the string secret ' +
    `again. ${PLACEHOLDERS} The certificate stands under ClientCert: ClientCertPath, as the documents call it, is not read.`,
  strings: alternatives(keyed),
  portal: [
    openInPortal(subject),
    'Under Settings select Connection strings, and choose Managed identity, user assigned, or Microsoft Entra application.',
    'Enter the client id, the tenant id and the client endpoint, and copy the result.',
  ],
  azureCli: lines(
    '# The client id of an identity assigned by the user:',
    az('identity show', { ids: '<resource id of the identity>', query: 'clientId', output: 'tsv' }),
    '# The tenant id:',
    az('account show', { query: 'tenantId', output: 'tsv' }),
  ),
  bicep: noBicep('there is nothing to deploy yet.'),
  terraform: noTerraform('there is nothing to apply yet.'),
});

/** A secret whose reader wants a bare key has no place for anything else. */
export const changeCode = (subject: Subject, bare: readonly PublicationRecord[], endpoint: string): Move => {
  const value = build({ endpoint, credential: { kind: 'managed-identity', clientId: null } });
  return {
    title: 'Change the code of those who read a bare key',
    text:
      `${bare.map(({ secret }) => secret).join(', ')}: a bare key cannot be replaced by a passwordless string, so the code of ` +
      'its readers has to change. Let it take a connection string from its settings, or call with an Entra token for ' +
      'https://signalr.azure.com. Then take the publication out of rotation.json.',
    portal: [
      'Deploy the changed code.',
      `On the app, under Environment variables, set ${SETTING} to the connection string without a key; it is no secret.`,
      openInPortal(subject),
      'Watch Monitoring, Metrics, to see its connections come back.',
    ],
    ...setOnApp(value, '# Into the app that you have; its other settings stay.'),
  };
};

const NO_STRING = 'no connection string can be made of what the publication says. Look at its endpoints.';

/** With the system-assigned strings; whoever chose another writes that. */
export function write(keyed: readonly PublicationRecord[]): Move {
  const strings = systemAssigned(keyed);
  const places = strings.map(({ secret, value }) => ({ ...placeOf(secret), value }));
  const none = places.length === 0;
  return {
    title: 'Write it into the secrets',
    text:
      'When the roles work, write each connection string as a new version of its secret: here those for an identity ' +
      'assigned by the system. This app leaves a publication without a key alone from then on.',
    portal: [
      ...places.map(openSecretInPortal),
      'Select New version and paste the connection string; keep the content type.',
    ],
    azureCli: lines(
      ...(none ? [noCli(NO_STRING)] : []),
      ...places.map(({ vault, name, value }) =>
        az('keyvault secret set', { 'vault-name': vault, name, value, output: 'none' }),
      ),
    ),
    bicep: template(
      ...(none ? [noBicep(NO_STRING)] : []),
      ...places.map(({ vault, name, value }, i) =>
        template(
          existing(`vault${i}`, 'Microsoft.KeyVault/vaults', { name: vault }),
          resource(`secret${i}`, 'Microsoft.KeyVault/vaults/secrets', {
            parent: expression(`vault${i}`),
            name,
            properties: { value },
          }),
        ),
      ),
    ),
    terraform: configuration(
      ...(none ? [noTerraform(NO_STRING)] : []),
      ...places.map(({ vault, name, value }, i) =>
        declared('azurerm_key_vault_secret', `signalr_${i}`, {
          name,
          value,
          key_vault_id: `<resource id of the vault ${vault}>`,
        }),
      ),
    ),
  };
}

export function restart(consumers: readonly string[]): Move {
  const names = consumers.length === 0 ? ['the consumer'] : consumers;
  return {
    title: 'Restart the app servers',
    text:
      'Restart every instance that reads the secrets. The .NET SDK takes up neither a changed key nor a changed AuthType ' +
      'by itself: to its hot reload the endpoint is the same as before.',
    portal: [
      `For ${names.join(', ')}: on an app of App Service refresh the Key Vault references under Environment variables, then select Restart under Overview.`,
      'On Container Apps restart each active revision; on AKS roll the deployment out anew.',
    ],
    azureCli: lines(
      '# App Service fetches a secret anew only when it is asked to; a restart alone may keep the old value.',
      ...names.flatMap((name) => [
        az('rest', {
          method: 'post',
          url: `<resource id of ${name}>/config/configreferences/appsettings/refresh?api-version=2022-03-01`,
        }),
        az('webapp restart', { ids: `<resource id of ${name}>` }),
      ]),
    ),
    bicep: noBicep('a restart is an act; a template declares a state.'),
    terraform: noTerraform('a restart is an act; a configuration declares a state.'),
  };
}

/** Also for who has moved and has not said so. */
export function acknowledge(target: string, consumers: readonly string[], text: string): Move {
  const names = consumers.length === 0 ? ['<consumer>'] : consumers;
  return {
    title: 'Have each consumer acknowledge',
    text,
    portal: [
      'Not in the portal: the consumer, or its pipeline, says it to this app, as docs/consumers.md shows.',
      'A consumer whose evidence is a probe answers { "auth": "entra" } there instead, and is asked by itself.',
    ],
    azureCli: lines(...names.map((consumer) => callApp('post', `targets/${target}/acks`, { consumer, auth: 'entra' }))),
    bicep: noBicep('an acknowledgement is a message, not a resource.'),
    terraform: noTerraform('an acknowledgement is a message, not a resource.'),
  };
}
