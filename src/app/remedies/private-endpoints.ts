import { z } from 'zod';
import { REQUEST_TYPES, type RequestType } from '../../core/posture.ts';
import { addressOf, openInPortal } from './address.ts';
import { az, indented, lines, update } from './azure-cli.ts';
import { existingSignalr, expression, resource, signalr, template } from './bicep.ts';
import { networkAcl } from './network.ts';
import type { Remedy, Subject } from './remedy.ts';
import { azapiUpdate } from './terraform.ts';
import type { Remedies } from './topics.ts';

const TYPE = z.enum(REQUEST_TYPES);
const SEEN = z.object({
  privateEndpoints: z.array(z.looseObject({ name: z.string(), lets: z.array(TYPE).optional() })).min(1),
});

interface Connection {
  readonly name: string;
  /** What it lets through at the time of the finding. */
  readonly lets: readonly RequestType[];
}

function connectionsOf({ evidence }: Subject): readonly [Connection, ...Connection[]] {
  const seen = SEEN.safeParse(evidence).data?.privateEndpoints ?? [];
  const [first, ...rest] = seen.map(({ name, lets = [] }) => ({ name, lets }));
  return [first ?? { name: '<name of the private endpoint connection>', lets: [] }, ...rest];
}

/** Says on each connection that the finding names what passes, and what does not. */
function allowOn(
  subject: Subject,
  text: string,
  note: string,
  choose: (lets: readonly RequestType[]) => readonly RequestType[],
): Remedy {
  const rules = connectionsOf(subject).map(({ name, lets }) => {
    const allow = REQUEST_TYPES.filter((type) => choose(lets).includes(type));
    return { name, allow, deny: REQUEST_TYPES.filter((type) => !allow.includes(type)) };
  });
  const path = (name: string) => `properties.networkACLs.privateEndpoints[name=${name}]`;
  return {
    text,
    portal: [
      openInPortal(subject),
      'Under Settings select Networking; older portals call it Network access control.',
      ...rules.map(({ name, allow }) => `In the row of ${name} mark ${allow.join(', ')}.`),
      'Save.',
    ],
    azureCli: lines(
      `# ${note}`,
      ...rules.map(({ name, allow, deny }) =>
        update(subject, {
          set: [`${path(name)}.allow=${JSON.stringify(allow)}`, `${path(name)}.deny=${JSON.stringify(deny)}`],
        }),
      ),
    ),
    bicep: lines(
      `// ${note}`,
      '// Keep defaultAction, publicNetwork and ipRules, and the connections that are not named here.',
      signalr(subject, { networkACLs: { privateEndpoints: rules } }),
    ),
    terraform: lines(
      `# ${note} In public_network keep what passes today.`,
      networkAcl(subject, { publicly: ['ClientConnection'], privately: rules[0]?.allow ?? FOR_SERVERS }),
    ),
  };
}

const FOR_SERVERS = ['ServerConnection', 'RESTAPI'] as const satisfies readonly RequestType[];

export const privateEndpoints = {
  PrivateEndpointNotApproved: (subject) => {
    const { id } = addressOf(subject);
    const connections = connectionsOf(subject).map(({ name }) => name);
    const connection = (name: string) => ({ id: `${id}/privateEndpointConnections/${name}` });
    const state = { status: 'Approved', description: 'Approved by the owner of the resource' };
    return {
      text:
        'Approve the connection if the private endpoint is yours. A connection that nobody knows, or that was rejected or ' +
        'is disconnected, is removed.',
      portal: [
        openInPortal(subject),
        'Under Settings select Networking, then the tab Private access (or Private endpoint connections).',
        ...connections.map((name) => `Mark ${name}: Approve if it is yours, else Remove.`),
      ],
      azureCli: lines(
        '# To whom each belongs:',
        az('network private-endpoint-connection list', {
          id,
          query:
            '[].{name: name, endpoint: properties.privateEndpoint.id, status: properties.privateLinkServiceConnectionState.status}',
        }),
        '# If it is yours:',
        ...connections.map((name) =>
          az('network private-endpoint-connection approve', { ...connection(name), description: state.description }),
        ),
        '# If it is not:',
        ...connections.map((name) =>
          indented(az('network private-endpoint-connection delete', { ...connection(name), yes: true }), '# '),
        ),
      ),
      bicep: template(
        existingSignalr(subject),
        ...connections.map((name, i) =>
          resource(`connection${i}`, 'Microsoft.SignalRService/signalR/privateEndpointConnections', {
            parent: expression('signalr'),
            name,
            properties: { privateLinkServiceConnectionState: state },
          }),
        ),
      ),
      terraform: lines(
        '# azurerm cannot approve a connection; azapi can.',
        azapiUpdate(subject, `privateEndpointConnections/${connections[0]}`, {
          properties: { privateLinkServiceConnectionState: state },
        }),
      ),
    };
  },

  PrivateEndpointOpen: (subject) =>
    allowOn(
      subject,
      'Allow only what is used there: ServerConnection and RESTAPI where servers are, ClientConnection where clients are, ' +
        'Trace where somebody watches.',
      'Take more out of allow, where only servers or only clients come through the endpoint.',
      () => [...FOR_SERVERS, 'ClientConnection'],
    ),

  PrivateEndpointShut: (subject) =>
    allowOn(
      subject,
      'Allow ServerConnection and RESTAPI on the private endpoint of the app servers, before public access is closed.',
      'Only on the private endpoint that the app servers come through.',
      (lets) => [...lets, ...FOR_SERVERS],
    ),
} satisfies Remedies;
