import { z } from 'zod';
import { placesOf, type SecretPlace } from './address.ts';
import { az, lines } from './azure-cli.ts';
import { existing, expression, resource, template } from './bicep.ts';
import type { Remedy } from './remedy.ts';
import { declared } from './terraform.ts';
import type { Remedies } from './topics.ts';

/** What the .NET SDK reads; a Functions app has AzureSignalRConnectionString. */
const SETTING = 'Azure__SignalR__ConnectionString';

const CONSUMERS = z.object({ consumers: z.array(z.string()) });

/** Points an app of App Service or Functions to a secret, without a version. */
export function referenceTo({ url }: SecretPlace): Pick<Remedy, 'azureCli' | 'bicep' | 'terraform'> {
  const value = `@Microsoft.KeyVault(SecretUri=${url}/)`;
  return {
    azureCli: lines(
      '# A Functions app reads AzureSignalRConnectionString instead.',
      az('webapp config appsettings set', {
        ids: '<resource id of the app>',
        settings: `${SETTING}=${value}`,
        output: 'none',
      }),
    ),
    bicep: template(
      existing('app', 'Microsoft.Web/sites', { name: '<app>' }),
      lines(
        '// With all the other settings of the app: a deployment replaces the whole set.',
        resource('settings', 'Microsoft.Web/sites/config', {
          parent: expression('app'),
          name: 'appsettings',
          properties: { [SETTING]: value },
        }),
      ),
    ),
    terraform: lines(
      '# Into the app that you have; azurerm_windows_web_app and the function apps take the same argument.',
      declared('azurerm_linux_web_app', 'app', { app_settings: { [SETTING]: value } }),
    ),
  };
}

export const consumers = {
  ConsumerPinned: (subject) => {
    const [place] = placesOf(subject);
    const names = CONSUMERS.safeParse(subject.evidence).data?.consumers ?? [];
    return {
      text:
        `Let ${names.length === 0 ? 'the consumer' : names.join(', ')} refer to the secret without a version, so that ` +
        'it follows the current one.',
      portal: [
        'Open the app of the consumer, then Environment variables under Settings.',
        'In the value of the Key Vault reference take the version off the end of the address:',
        `@Microsoft.KeyVault(SecretUri=${place.url}/)`,
        'Apply, which restarts the app. On Container Apps edit the Key Vault reference under Secrets, and restart its revision.',
      ],
      ...referenceTo(place),
    };
  },
} satisfies Remedies;
