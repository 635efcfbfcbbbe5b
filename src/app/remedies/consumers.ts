import { z } from 'zod';
import { placesOf, type SecretPlace } from './address.ts';
import { setOnApp } from './app-setting.ts';
import { lines } from './azure-cli.ts';
import type { Remedy } from './remedy.ts';
import type { Remedies } from './topics.ts';

const CONSUMERS = z.object({ consumers: z.array(z.string()) });

/** Points an app of App Service or Functions to a secret, without a version. */
export function referenceTo({ url }: SecretPlace): Pick<Remedy, 'azureCli' | 'bicep' | 'terraform'> {
  const set = setOnApp(
    `@Microsoft.KeyVault(SecretUri=${url}/)`,
    '# Into the app that you have; azurerm_windows_web_app and the function apps take the same argument.',
  );
  return { ...set, azureCli: lines('# A Functions app reads AzureSignalRConnectionString instead.', set.azureCli) };
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
