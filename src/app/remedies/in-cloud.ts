import type { Cloud } from '../../core/clouds.ts';
import type { Remedy } from './remedy.ts';

/** How azurerm spells the clouds that are not its own default. */
const ENVIRONMENTS: Readonly<Record<string, string>> = { AzureChinaCloud: 'china', AzureUSGovernment: 'usgovernment' };

type Commands = Pick<Remedy, 'azureCli' | 'terraform'>;

/** The Azure CLI and Terraform go to the public cloud unless they are told, and find nothing of another there. */
export function inCloud<R extends Commands>(remedy: R, { name }: Pick<Cloud, 'name'>): R {
  const environment = ENVIRONMENTS[name];
  if (environment === undefined) return remedy;
  const { azureCli, terraform } = remedy;
  return {
    ...remedy,
    azureCli: /^(?:# )?az |\$\(az |\| az /m.test(azureCli)
      ? `# In this cloud: az cloud set --name ${name}, then az login.\n${azureCli}`
      : azureCli,
    terraform: /^(?:resource|data) /m.test(terraform)
      ? `# In this cloud: environment = "${environment}" in the provider.\n${terraform}`
      : terraform,
  };
}
