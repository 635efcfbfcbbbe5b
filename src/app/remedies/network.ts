import { z } from 'zod';
import { REQUEST_TYPES, type RequestType } from '../../core/posture.ts';
import { letThrough } from '../../core/posture-findings.ts';
import { addressOf, openInPortal } from './address.ts';
import { az, indented, lines, named, patch, readInto, update } from './azure-cli.ts';
import { signalr, template } from './bicep.ts';
import { byModule, moduleCommands, moduleReference, type Stage } from './private-link-module.ts';
import { shellWord } from './quoting.ts';
import type { Remedy, Subject } from './remedy.ts';
import { block, declared, reference, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

const TYPES = z.array(z.enum(REQUEST_TYPES)).nullable();
const PUBLIC_RULES = z.object({
  defaultAction: z.enum(['Allow', 'Deny']),
  publicNetwork: z.object({ allow: TYPES, deny: TYPES }),
});

/** What the public network may do at the time of the finding; everything, where the finding does not say. */
function publicTypes({ evidence }: Subject): readonly RequestType[] {
  const { data } = PUBLIC_RULES.safeParse(evidence);
  return data === undefined ? REQUEST_TYPES : letThrough(data.publicNetwork, data.defaultAction);
}

/** Takes one type of request from the public network, and leaves every other rule as it is when the command runs. */
function denyPublicly(subject: Subject, type: RequestType, text: string, stage: Stage): Remedy {
  const kept = publicTypes(subject).filter((each) => each !== type);
  const literal = `\`"${type}"\``;
  const without = (list: string) => `(${list} || \`[]\`)[?@ != ${literal}]`;
  return {
    text: `${text} ${byModule(stage)}`,
    portal: [
      openInPortal(subject),
      'Under Settings select Networking; older portals call it Network access control.',
      `Under Public network clear ${type} in the list of allowed request types, and save.`,
    ],
    azureCli: lines(
      '# Reads the rules of the public network, moves one type from allow to deny, and writes them back.',
      readInto(
        'rules',
        subject,
        `properties.networkACLs.publicNetwork.{allow: ${without('allow')}, deny: [${without('deny')}, [${literal}]][]}`,
      ),
      update(subject, { set: [{ shell: '"properties.networkACLs.publicNetwork=$rules"' }] }),
    ),
    bicep: lines(
      '// Move from allow to deny what another finding names as well; keep defaultAction, privateEndpoints and ipRules.',
      signalr(subject, {
        networkACLs: { publicNetwork: { allow: kept, deny: REQUEST_TYPES.filter((each) => !kept.includes(each)) } },
      }),
    ),
    terraform: lines(
      '# In public_network leave out what another finding names as well.',
      networkAcl(subject, { publicly: kept, privately: REQUEST_TYPES }),
    ),
  };
}

/**
 * Default Deny, since azurerm takes a list of allowed types only with it; so each private endpoint needs its own list.
 *
 * @param endpoint what the private endpoint is called in the same configuration
 */
export function networkAcl(
  subject: Subject,
  { publicly, privately }: Readonly<Record<'publicly' | 'privately', readonly RequestType[]>>,
  endpoint: string | null = null,
): string {
  return declared('azurerm_signalr_service_network_acl', 'signalr', {
    signalr_service_id: addressOf(subject).id,
    default_action: 'Deny',
    public_network: block({ allowed_request_types: publicly }),
    private_endpoint: block({
      id: endpoint === null ? '<id of the private endpoint; without one leave this block out>' : reference(endpoint),
      allowed_request_types: privately,
    }),
  });
}

export const closePublicAccess = (subject: Subject): Omit<Remedy, 'text' | 'portal'> => ({
  azureCli: patch(subject, { publicNetworkAccess: 'Disabled' }),
  bicep: signalr(subject, { publicNetworkAccess: 'Disabled' }),
  terraform: signalrService(subject, { public_network_access_enabled: false }),
});

export const network = {
  PublicNetworkAccess: (subject) => ({
    text:
      'Close public access as the last step: when servers, clients and whoever watches all come through private ' +
      `endpoints, and the logs of some days show nobody else. ${byModule('closed')}`,
    portal: [
      openInPortal(subject),
      'Under Settings select Networking, then the tab Public access.',
      'Select Disabled and save. Rules for the public network have no effect from then on.',
    ],
    ...closePublicAccess(subject),
    azureCli: lines(closePublicAccess(subject).azureCli, moduleCommands(subject, 'closed')),
    bicep: template(closePublicAccess(subject).bicep, moduleReference(subject, 'closed')),
  }),

  NetworkAclDefaultAllow: (subject) => ({
    text:
      'Say first what may pass, then set the default action to Deny. Done in this order nobody is cut off: what is ' +
      'allowed now stays allowed, and what is denied stays denied.',
    portal: [
      openInPortal(subject),
      'Under Settings select Networking; older portals call it Network access control.',
      'Under Public network, and for each private endpoint, mark the request types that may pass.',
      'Set the default action to Deny and save.',
    ],
    azureCli: lines(
      '# While the default lets everything pass, say that it may. What deny names stays denied.',
      `types=${shellWord(JSON.stringify(REQUEST_TYPES))}`,
      update(subject, { set: [{ shell: '"properties.networkACLs.publicNetwork.allow=$types"' }] }),
      `${az('signalr network-rule list', { ...named(subject), query: 'privateEndpoints[].name', output: 'tsv' })} |`,
      '  while read -r name; do',
      `${indented(
        update(subject, { set: [{ shell: '"properties.networkACLs.privateEndpoints[name=$name].allow=$types"' }] }),
        '    ',
      )} < /dev/null`,
      '  done',
      '# Then change the default.',
      update(subject, { set: ['properties.networkACLs.defaultAction=Deny'] }),
    ),
    bicep: lines(
      '// Name each private endpoint as well, and leave out of allow what you deny today.',
      signalr(subject, {
        networkACLs: {
          defaultAction: 'Deny',
          publicNetwork: { allow: REQUEST_TYPES },
          privateEndpoints: [{ name: '<name of the private endpoint connection>', allow: REQUEST_TYPES }],
        },
      }),
    ),
    terraform: lines(
      '# Leave out what you deny today.',
      networkAcl(subject, { publicly: REQUEST_TYPES, privately: REQUEST_TYPES }),
    ),
  }),

  PublicRestApi: (subject) =>
    denyPublicly(
      subject,
      'RESTAPI',
      'Let RESTAPI in by private endpoint only: it sends to every client and closes connections. First see that a ' +
        'private endpoint lets it through for those who need it.',
      'restricted',
    ),

  PublicServerConnection: (subject) =>
    denyPublicly(
      subject,
      'ServerConnection',
      'Let ServerConnection in by private endpoint only. First see that every app server reaches the resource through ' +
        'one, by what its host name resolves to there.',
      'restricted',
    ),

  PublicTrace: (subject) =>
    denyPublicly(
      subject,
      'Trace',
      'Let Trace in only where operations need it: live trace shows who connects and what is sent. A private endpoint, ' +
        'or an IP rule while somebody is looking, serves as well.',
      'restricted',
    ),

  PublicClientConnection: (subject) =>
    denyPublicly(
      subject,
      'ClientConnection',
      'Restrict it last, when all clients come through a private endpoint or a gateway that has one. Where clients are ' +
        'browsers on the internet, it stays allowed, and only it.',
      'closed',
    ),
} satisfies Remedies;
