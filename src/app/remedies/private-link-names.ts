import { signalRZoneOf } from '../../core/clouds.ts';
import { REQUEST_TYPES } from '../../core/posture.ts';
import type { Address } from './address.ts';
import type { Subject } from './remedy.ts';

/** Names that the stages share. */
export const zoneOf = ({ cloud }: Pick<Subject, 'cloud'>): string => signalRZoneOf(cloud);
/** The only sub-resource that a SignalR resource has. */
export const GROUP_ID = 'signalr';
export const SUBNET = 'snet-signalr';
export const SECURITY_GROUP = 'nsg-signalr';
export const endpointOf = ({ name }: Address): string => `pe-${name}`;

/** What only the owner of the network knows. */
export const VNET = '<virtual network of the app servers>';
export const VNET_GROUP = '<group of the virtual network>';
export const VNET_REGION = '<region of the virtual network>';
export const PREFIX = '<address prefix of its own: /28 at least, /27 better>';
export const OWN_RANGE = '<your address range, such as 203.0.113.0/24>';

/** What passes in the end, while clients still come from the internet. */
export const PUBLICLY = ['ClientConnection'] as const;
export const PRIVATELY = ['ServerConnection', 'RESTAPI'] as const;

export const publiclyDenied = REQUEST_TYPES.filter((type) => type !== 'ClientConnection');
