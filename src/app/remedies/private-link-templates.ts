import { addressOf } from './address.ts';
import { lines } from './azure-cli.ts';
import { existing, expression, resource, signalr, template } from './bicep.ts';
import { logConfiguration, sendLogs } from './logs.ts';
import { networkAcl } from './network.ts';
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
import type { Subject } from './remedy.ts';
import { block, configuration, declared, reference, signalrService } from './terraform.ts';

/** What stands in the end but for the last stage, which is a change of two lines. */
export function privateLinkBicep(subject: Subject): string {
  const endpoint = endpointOf(addressOf(subject));
  const inbound = { direction: 'Inbound', sourcePortRange: '*', destinationAddressPrefix: '*' };
  return template(
    lines(
      '// Last stage: publicNetworkAccess Disabled, and no ipRules. They are for the time of the move only.',
      signalr(subject, {
        publicNetworkAccess: 'Enabled',
        networkACLs: {
          defaultAction: 'Deny',
          publicNetwork: { allow: PUBLICLY, deny: publiclyDenied },
          privateEndpoints: [{ name: '<name of the private endpoint connection, once there>', allow: PRIVATELY }],
          ipRules: [{ value: OWN_RANGE, action: 'Allow' }],
        },
        ...logConfiguration,
      }),
    ),
    sendLogs(subject).bicep,
    existing('vnet', 'Microsoft.Network/virtualNetworks', { name: VNET }),
    resource('securityGroup', 'Microsoft.Network/networkSecurityGroups', {
      name: SECURITY_GROUP,
      location: VNET_REGION,
      properties: {
        securityRules: [
          {
            name: 'https-from-virtual-network',
            properties: {
              ...inbound,
              priority: 100,
              access: 'Allow',
              protocol: 'Tcp',
              sourceAddressPrefix: 'VirtualNetwork',
              destinationPortRange: '443',
            },
          },
          {
            name: 'nothing-else',
            properties: {
              ...inbound,
              priority: 4096,
              access: 'Deny',
              protocol: '*',
              sourceAddressPrefix: '*',
              destinationPortRange: '*',
            },
          },
        ],
      },
    }),
    resource('subnet', 'Microsoft.Network/virtualNetworks/subnets', {
      parent: expression('vnet'),
      name: SUBNET,
      properties: {
        addressPrefix: PREFIX,
        networkSecurityGroup: { id: expression('securityGroup.id') },
        privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled',
      },
    }),
    resource('endpoint', 'Microsoft.Network/privateEndpoints', {
      name: endpoint,
      location: VNET_REGION,
      properties: {
        customNetworkInterfaceName: `nic-${endpoint}`,
        subnet: { id: expression('subnet.id') },
        privateLinkServiceConnections: [
          { name: endpoint, properties: { privateLinkServiceId: expression('signalr.id'), groupIds: [GROUP_ID] } },
        ],
      },
    }),
    resource('zone', 'Microsoft.Network/privateDnsZones', { name: zoneOf(subject), location: 'global' }),
    resource('zoneLink', 'Microsoft.Network/privateDnsZones/virtualNetworkLinks', {
      parent: expression('zone'),
      name: 'signalr',
      location: 'global',
      properties: { registrationEnabled: false, virtualNetwork: { id: expression('vnet.id') } },
    }),
    resource('zoneGroup', 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups', {
      parent: expression('endpoint'),
      name: 'default',
      properties: {
        privateDnsZoneConfigs: [{ name: GROUP_ID, properties: { privateDnsZoneId: expression('zone.id') } }],
      },
    }),
  );
}

/** The same. */
export function privateLinkTerraform(subject: Subject): string {
  const address = addressOf(subject);
  const endpoint = endpointOf(address);
  const inNetwork = { resource_group_name: VNET_GROUP };
  const inbound = { direction: 'Inbound', source_port_range: '*', destination_address_prefix: '*' };
  return configuration(
    lines(
      '# Last stage: public_network_access_enabled = false.',
      signalrService(subject, {
        public_network_access_enabled: true,
        connectivity_logs_enabled: true,
        messaging_logs_enabled: true,
        http_request_logs_enabled: true,
      }),
    ),
    sendLogs(subject).terraform,
    declared('azurerm_network_security_group', 'signalr', {
      name: SECURITY_GROUP,
      ...inNetwork,
      location: VNET_REGION,
      security_rule: [
        block({
          name: 'https-from-virtual-network',
          ...inbound,
          priority: 100,
          access: 'Allow',
          protocol: 'Tcp',
          source_address_prefix: 'VirtualNetwork',
          destination_port_range: '443',
        }),
        block({
          name: 'nothing-else',
          ...inbound,
          priority: 4096,
          access: 'Deny',
          protocol: '*',
          source_address_prefix: '*',
          destination_port_range: '*',
        }),
      ],
    }),
    declared('azurerm_subnet', 'signalr', {
      name: SUBNET,
      ...inNetwork,
      virtual_network_name: VNET,
      address_prefixes: [PREFIX],
      private_endpoint_network_policies: 'NetworkSecurityGroupEnabled',
    }),
    declared('azurerm_subnet_network_security_group_association', 'signalr', {
      subnet_id: reference('azurerm_subnet.signalr.id'),
      network_security_group_id: reference('azurerm_network_security_group.signalr.id'),
    }),
    declared('azurerm_private_dns_zone', 'signalr', { name: zoneOf(subject), ...inNetwork }),
    declared('azurerm_private_dns_zone_virtual_network_link', 'signalr', {
      name: 'signalr',
      ...inNetwork,
      private_dns_zone_name: reference('azurerm_private_dns_zone.signalr.name'),
      virtual_network_id: '<id of the virtual network>',
    }),
    declared('azurerm_private_endpoint', 'signalr', {
      name: endpoint,
      ...inNetwork,
      location: VNET_REGION,
      subnet_id: reference('azurerm_subnet.signalr.id'),
      custom_network_interface_name: `nic-${endpoint}`,
      private_service_connection: block({
        name: endpoint,
        private_connection_resource_id: address.id,
        subresource_names: [GROUP_ID],
        is_manual_connection: false,
      }),
      private_dns_zone_group: block({
        name: 'default',
        private_dns_zone_ids: [reference('azurerm_private_dns_zone.signalr.id')],
      }),
    }),
    lines(
      '# IP rules for the time of the move have no argument in azurerm: add them by the Azure CLI, and remove them after.',
      networkAcl(subject, { publicly: PUBLICLY, privately: PRIVATELY }, 'azurerm_private_endpoint.signalr.id'),
    ),
  );
}
