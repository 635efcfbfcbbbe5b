import { addressOf } from './address.ts';
import { az, lines, update } from './azure-cli.ts';
import { makeLogs, sendLogs } from './logs.ts';
import { closePublicAccess } from './network.ts';
import {
  endpointOf,
  GROUP_ID,
  OWN_RANGE,
  PREFIX,
  PRIVATELY,
  PUBLICLY,
  publiclyDenied,
  SECURITY_GROUP,
  SUBNET,
  VNET,
  VNET_GROUP,
  VNET_REGION,
  zoneOf,
} from './private-link-names.ts';
import { shellWord } from './quoting.ts';
import type { Subject } from './remedy.ts';

/** The commands of the path that the text tells, in its order. */
export function stages(subject: Subject): string {
  const address = addressOf(subject);
  const endpoint = endpointOf(address);
  const inNetwork = { 'resource-group': VNET_GROUP, subscription: address.subscription };
  const rule = { ...inNetwork, 'nsg-name': SECURITY_GROUP, direction: 'Inbound' };
  const connection = `[?ends_with(properties.privateEndpoint.id, '/${endpoint}')].name | [0]`;
  return lines(
    '# Stage by stage, not all at once: look at the logs between them.',
    '# 1. Logs.',
    makeLogs(subject).azureCli,
    sendLogs(subject).azureCli,
    '# 2. A subnet of its own, with a security group that is in force for private endpoints.',
    az('network nsg create', { name: SECURITY_GROUP, location: VNET_REGION, ...inNetwork }),
    az('network nsg rule create', {
      name: 'https-from-virtual-network',
      ...rule,
      priority: '100',
      access: 'Allow',
      protocol: 'Tcp',
      'source-address-prefixes': 'VirtualNetwork',
      'destination-port-ranges': '443',
    }),
    az('network nsg rule create', {
      name: 'nothing-else',
      ...rule,
      priority: '4096',
      access: 'Deny',
      protocol: '*',
      'source-address-prefixes': '*',
      'destination-port-ranges': '*',
    }),
    az('network vnet subnet create', {
      name: SUBNET,
      'vnet-name': VNET,
      'address-prefixes': PREFIX,
      'network-security-group': SECURITY_GROUP,
      'private-endpoint-network-policies': 'NetworkSecurityGroupEnabled',
      ...inNetwork,
    }),
    "# 3. The endpoint, with its network interface in the virtual network's region, and the DNS zone.",
    az('network private-endpoint create', {
      name: endpoint,
      'nic-name': `nic-${endpoint}`,
      'connection-name': endpoint,
      'private-connection-resource-id': address.id,
      'group-id': GROUP_ID,
      'vnet-name': VNET,
      subnet: SUBNET,
      location: VNET_REGION,
      ...inNetwork,
    }),
    az('network private-dns zone create', { name: zoneOf(subject), ...inNetwork }),
    az('network private-dns link vnet create', {
      name: 'signalr',
      'zone-name': zoneOf(subject),
      'virtual-network': VNET,
      'registration-enabled': 'false',
      ...inNetwork,
    }),
    az('network private-endpoint dns-zone-group create', {
      name: 'default',
      'endpoint-name': endpoint,
      'zone-name': GROUP_ID,
      'private-dns-zone': zoneOf(subject),
      ...inNetwork,
    }),
    '# 4. While you move, and no longer: your own addresses.',
    update(subject, { add: ['properties.networkACLs.ipRules', `value=${OWN_RANGE}`, 'action=Allow'] }),
    '# 5. Request types: first what the private endpoint lets through, then what the public network no longer does.',
    `connection=$(${az('network private-endpoint-connection list', { id: address.id, query: connection, output: 'tsv' })})`,
    update(subject, {
      set: [
        {
          shell: `"properties.networkACLs.privateEndpoints[name=$connection].allow="${shellWord(JSON.stringify(PRIVATELY))}`,
        },
        'properties.networkACLs.defaultAction=Deny',
        `properties.networkACLs.publicNetwork.allow=${JSON.stringify(PUBLICLY)}`,
        `properties.networkACLs.publicNetwork.deny=${JSON.stringify(publiclyDenied)}`,
      ],
    }),
    '# 6. When clients too come through a private endpoint or a gateway: no IP rules, and public access closed.',
    update(subject, { set: ['properties.networkACLs.ipRules=[]'] }),
    closePublicAccess(subject).azureCli,
  );
}
