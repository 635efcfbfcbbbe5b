import { type Cloud, isUnder } from '../core/clouds.ts';

/** What a request is called where it is counted. */
export interface CallName {
  readonly service: string;
  readonly operation: string;
}

/**
 * The name of a request, out of a closed list: addresses hold names, ids and queries, and none of them belongs where
 * requests are counted.
 */
export function callName(method: string, url: string, cloud: Cloud): CallName {
  const { hostname, pathname } = new URL(url);
  const service = serviceOf(hostname, pathname, cloud);
  const asked = `${method} ${pathname}`;
  return { service, operation: NAMES[service].find(([pattern]) => pattern.test(asked))?.[1] ?? 'other' };
}

type Service = 'arm' | 'key-vault' | 'event-grid' | 'signalr' | 'table-storage' | 'outside';

function serviceOf(host: string, path: string, cloud: Cloud): Service {
  if (host === cloud.resourceManager || isUnder(cloud.resourceManager, host)) return 'arm';
  if (isUnder(cloud.vaults, host)) return 'key-vault';
  if (isUnder(cloud.eventGrid, host)) return 'event-grid';
  // Behind a domain of its own, too.
  if (/^\/api\/hubs\/keyrotation\/connections\//.test(path)) return 'signalr';
  // The emulator has no name; nothing else is asked for on this machine.
  if (/^[^.]+\.table\./.test(host) || /^(localhost|127\..*|\[::1\])$/.test(host)) return 'table-storage';
  return 'outside';
}

const SIGNALR = 'providers/Microsoft\\.SignalRService/signalR';

/** The first that fits counts. */
const NAMES: Readonly<Record<Service, readonly (readonly [RegExp, string])[]>> = {
  arm: [
    [new RegExp(`^POST .*/${SIGNALR}/[^/]+/listKeys$`, 'i'), 'list-keys'],
    [new RegExp(`^POST .*/${SIGNALR}/[^/]+/regenerateKey$`, 'i'), 'regenerate-key'],
    [/^GET .*\/operation(Statuses|Results)\//i, 'get-operation'],
    [/^GET .*\/providers\/Microsoft\.Insights\/diagnosticSettings$/i, 'list-diagnostic-settings'],
    [/^GET .*\/providers\/Microsoft\.Insights\/eventtypes\//i, 'list-activity-log'],
    [new RegExp(`^GET .*/${SIGNALR}/[^/]+/customDomains$`, 'i'), 'list-custom-domains'],
    [new RegExp(`^GET .*/${SIGNALR}/[^/]+$`, 'i'), 'get-resource'],
    [new RegExp(`^GET .*/${SIGNALR}$`, 'i'), 'list-resources'],
    [/^GET .*\/providers\/Microsoft\.KeyVault\/vaults$/i, 'list-vaults'],
    [/^GET .*\/config\/configreferences\/[^/]+$/i, 'list-references'],
    [/^POST .*\/config\/configreferences\/[^/]+\/refresh$/i, 'refresh-references'],
    [/^POST .*\/providers\/Microsoft\.Web\/sites\/.*\/restart$/i, 'restart-app'],
    [/^GET .*\/providers\/Microsoft\.App\/containerApps\/[^/]+$/i, 'get-container-app'],
    [/^GET .*\/providers\/Microsoft\.App\/containerApps\/[^/]+\/revisions$/i, 'list-revisions'],
    [/^GET .*\/providers\/Microsoft\.App\/containerApps\/[^/]+\/revisions\/[^/]+\/replicas$/i, 'list-replicas'],
  ],
  'key-vault': [
    [/^GET \/secrets\/[^/]+\/versions$/, 'list-versions'],
    [/^GET \/secrets\/[^/]+(\/[^/]*)?$/, 'get-secret'],
    [/^GET \/deletedsecrets\/[^/]+$/, 'get-deleted-secret'],
    [/^PUT \/secrets\/[^/]+$/, 'set-secret'],
    [/^PATCH \/secrets\/[^/]+\/[^/]+$/, 'update-secret'],
  ],
  'event-grid': [[/^POST /, 'publish-events']],
  signalr: [[/^HEAD /, 'probe-key']],
  'table-storage': [
    [/^POST .*\/\$batch$/, 'transact'],
    [/^POST .*\/Tables$/, 'create-table'],
    [/^GET /, 'read-rows'],
    [/^POST /, 'insert-row'],
    [/^(PUT|PATCH|MERGE) /, 'write-row'],
    [/^DELETE /, 'remove-row'],
  ],
  outside: [
    [/^GET /, 'get'],
    [/^POST /, 'post'],
  ],
};
