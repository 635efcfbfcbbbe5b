/**
 * Azure is there three times, each with hosts of its own. Sources: `az cloud list` for Resource Manager, sign-in, Key Vault
 * and portal; "Azure Private Endpoint private DNS zone values" for SignalR and its zone; the endpoints that the module of
 * IoT Edge for Event Grid accepts, and the `privatelink.eventgrid` zones, for Event Grid; the Azure SDKs' own tests for
 * Azure Monitor.
 */
export interface Cloud {
  /** As `az cloud list` and Bicep's `environment().name` spell it. */
  readonly name: string;
  /** Of Azure Resource Manager; with https before it the audience of its tokens. */
  readonly resourceManager: string;
  /** Where people and applications sign in. */
  readonly login: string;
  /** What hosts of vaults end in; with https before it the audience of their tokens. */
  readonly vaults: string;
  /** What hosts of SignalR resources end in. */
  readonly signalR: string;
  /** What hosts of topics end in; with https before it the audience of their tokens. */
  readonly eventGrid: string;
  /** With https before it the audience of tokens for Application Insights. */
  readonly monitor: string;
  readonly portal: string;
}

export const CLOUDS = {
  AzureCloud: {
    name: 'AzureCloud',
    resourceManager: 'management.azure.com',
    login: 'login.microsoftonline.com',
    vaults: 'vault.azure.net',
    signalR: 'service.signalr.net',
    eventGrid: 'eventgrid.azure.net',
    monitor: 'monitor.azure.com',
    portal: 'portal.azure.com',
  },
  AzureChinaCloud: {
    name: 'AzureChinaCloud',
    resourceManager: 'management.chinacloudapi.cn',
    login: 'login.chinacloudapi.cn',
    vaults: 'vault.azure.cn',
    signalR: 'signalr.azure.cn',
    eventGrid: 'eventgrid.azure.cn',
    monitor: 'monitor.azure.cn',
    portal: 'portal.azure.cn',
  },
  AzureUSGovernment: {
    name: 'AzureUSGovernment',
    resourceManager: 'management.usgovcloudapi.net',
    login: 'login.microsoftonline.us',
    vaults: 'vault.usgovcloudapi.net',
    signalR: 'signalr.azure.us',
    eventGrid: 'eventgrid.azure.us',
    monitor: 'monitor.azure.us',
    portal: 'portal.azure.us',
  },
} as const satisfies Record<string, Cloud>;

export type CloudName = keyof typeof CLOUDS;

export const CLOUD_NAMES = Object.keys(CLOUDS) as readonly CloudName[];

/** null where there is no cloud of this name. Without a name it is the public one. */
export function cloudNamed(name: string | undefined): Cloud | null {
  const wanted = name || 'AzureCloud';
  return CLOUD_NAMES.includes(wanted as CloudName) ? CLOUDS[wanted as CloudName] : null;
}

/** The zone in which private endpoints of SignalR resources are found. */
export const signalRZoneOf = ({ signalR }: Cloud): string => `privatelink.${signalR}`;

/** Whether a host is a vault, topic, … of a cloud, whose hosts end so. */
export const isUnder = (suffix: string, host: string): boolean => host.toLowerCase().endsWith(`.${suffix}`);
