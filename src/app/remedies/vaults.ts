import { z } from 'zod';
import { placesOf } from './address.ts';
import { az, lines } from './azure-cli.ts';
import { resource } from './bicep.ts';
import type { Subject } from './remedy.ts';
import { block, declared } from './terraform.ts';
import type { Remedies } from './topics.ts';

const SEEN = z.object({ vaults: z.array(z.string()) });

/** Names of the vaults: as ARM has them where the finding names them, else from the secrets' addresses. */
function vaultsOf(subject: Subject): readonly string[] {
  const seen = SEEN.safeParse(subject.evidence).data?.vaults ?? [];
  const names =
    seen.length > 0 ? seen.map((id) => id.slice(id.lastIndexOf('/') + 1)) : placesOf(subject).map((p) => p.vault);
  return [...new Set(names)];
}

const SUBNET = '<id of a subnet of the consumers>';
const ADDRESSES = '<address range of the rotation app, such as 203.0.113.0/29>';

export const vaults = {
  VaultPublicAccess: (subject) => {
    const names = vaultsOf(subject);
    return {
      text:
        'First let the networks of the consumers and of this app in, or give the vault private endpoints; then set its ' +
        'default action to Deny. Whoever is left out cannot read the secret from that moment.',
      portal: [
        ...names.map((name) => `In the Azure portal open the key vault ${name}, and select Networking under Settings.`),
        'Select Allow public access from specific virtual networks and IP addresses.',
        'Add the virtual networks and addresses of every consumer and of the rotation app, and apply.',
        'If all of them have a private endpoint, select Disable public access instead.',
      ],
      azureCli: lines(
        ...names.flatMap((name) => [
          az('keyvault network-rule add', { name, subnet: SUBNET }),
          az('keyvault network-rule add', { name, 'ip-address': ADDRESSES }),
          '# When everybody who reads it is let in:',
          az('keyvault update', { name, 'default-action': 'Deny', bypass: 'AzureServices' }),
        ]),
      ),
      bicep: lines(
        '// Into the declaration of the vault that you have, with its sku, tenantId and the rest.',
        resource('vault', 'Microsoft.KeyVault/vaults', {
          name: names[0] ?? '<vault>',
          location: '<region>',
          properties: {
            tenantId: '<tenant id>',
            sku: { family: 'A', name: 'standard' },
            networkAcls: {
              defaultAction: 'Deny',
              bypass: 'AzureServices',
              virtualNetworkRules: [{ id: SUBNET }],
              ipRules: [{ value: ADDRESSES }],
            },
          },
        }),
      ),
      terraform: lines(
        '# Into the vault that you have; its other arguments stay.',
        declared('azurerm_key_vault', 'vault', {
          name: names[0] ?? '<vault>',
          network_acls: block({
            default_action: 'Deny',
            bypass: 'AzureServices',
            virtual_network_subnet_ids: [SUBNET],
            ip_rules: [ADDRESSES],
          }),
        }),
      ),
    };
  },
} satisfies Remedies;
