import { admit, authorizationFailed, resourceNotFound, same } from './arm-access.ts';
import { type Answer, type Ask, failure } from './http.ts';
import { paged } from './pages.ts';
import type { SettingKind, ShownReference, Site, SiteOperation } from './site.ts';

const apiVersions = ['2022-03-01'];
const pageSize = 20;
const sitePath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+(?:\/slots\/[^/]+)?)\/(.+?)\/?$/i;

const actions: Readonly<Record<SiteOperation, string>> = {
  read: 'Microsoft.Web/sites/config/appsettings/read',
  refresh: 'Microsoft.Web/sites/config/appsettings/action',
  restart: 'Microsoft.Web/sites/restart/action',
};

/** Key Vault references and restarts of sites and slots; nothing else of App Service. */
export function answerSites(ask: Ask, sites: readonly Site[]): Answer {
  const principal = admit(ask, apiVersions);
  if (typeof principal !== 'string') return principal;
  const [, id = ask.path, rest = ''] = ask.path.match(sitePath) ?? [];
  const site = sites.find((candidate) => same(candidate.id, id));
  if (!site) return resourceNotFound('Microsoft.Web/sites', id);
  const allowed = (operation: SiteOperation, answer: () => Answer): Answer =>
    site.denials.forbids(operation, principal) ? authorizationFailed(principal, actions[operation], site.id) : answer();

  switch (`${ask.method} ${rest.toLowerCase()}`) {
    case 'GET config/configreferences/appsettings':
      return allowed('read', () => listed(ask, site, 'appsettings'));
    case 'GET config/configreferences/connectionstrings':
      return allowed('read', () => listed(ask, site, 'connectionstrings'));
    case 'POST config/configreferences/appsettings/refresh':
      return allowed('refresh', () => {
        site.refresh();
        return listed(ask, site, 'appsettings');
      });
    case 'POST restart':
      return allowed('restart', () => {
        site.restart();
        return { status: 200 };
      });
    default:
      return failure(405, 'HttpMethodNotAllowed', 'The local Azure has no such action on a site.');
  }
}

function listed(ask: Ask, site: Site, kind: SettingKind): Answer {
  const references = site.references(kind).map((reference) => describe(reference, site, kind));
  return paged(ask, references, pageSize);
}

function describe(shown: ShownReference, site: Site, kind: SettingKind): unknown {
  const { setting, text, reference, status, version } = shown;
  return {
    id: `${site.id}/config/configreferences/${kind}/${setting}`,
    name: setting,
    type: 'Microsoft.Web/sites/config/configreferences',
    properties: {
      reference: text,
      status,
      ...(reference && {
        vaultName: reference.host.split('.')[0],
        secretName: reference.secret,
        secretVersion: reference.version,
      }),
      identityType: { type: 'SystemAssigned' },
      // Free text, which nobody should pass on.
      details: status === 'Resolved' ? 'Reference has been successfully resolved.' : `Could not be resolved: ${text}`,
      source: 'KeyVault',
      ...(version === null ? {} : { activeVersion: version }),
    },
  };
}
