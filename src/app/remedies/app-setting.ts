import { az, lines } from './azure-cli.ts';
import { existing, expression, resource, template } from './bicep.ts';
import type { Remedy } from './remedy.ts';
import { declared } from './terraform.ts';

/** What the .NET SDK reads; a Functions app has AzureSignalRConnectionString. */
export const SETTING = 'Azure__SignalR__ConnectionString';

/** How a person's app of App Service gets its connection string. `note` goes before what Terraform declares. */
export const setOnApp = (value: string, note: string): Pick<Remedy, 'azureCli' | 'bicep' | 'terraform'> => ({
  azureCli: az('webapp config appsettings set', {
    ids: '<resource id of the app>',
    settings: `${SETTING}=${value}`,
    output: 'none',
  }),
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
  terraform: lines(note, declared('azurerm_linux_web_app', 'app', { app_settings: { [SETTING]: value } })),
});
