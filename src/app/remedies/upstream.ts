import { openInPortal } from './address.ts';
import { lines, patchWhole, readInto, update } from './azure-cli.ts';
import { signalr } from './bicep.ts';
import type { Remedy, Subject } from './remedy.ts';
import { block, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

/** What the upstream expects as audience of the token: the client id of its application, or its URI. */
const AUDIENCE = '<client id of the application of the upstream>';
const AUTH = { type: 'ManagedIdentity', managedIdentity: { resource: AUDIENCE } };

/** The resource has one identity at most, so one that is there must not be replaced. */
const hasIdentity = ({ evidence }: Subject): boolean => typeof evidence.identity === 'string';

export function giveUpstreamIdentity(subject: Subject): Remedy {
  const identity = hasIdentity(subject) ? {} : { identity: { type: 'SystemAssigned' } };
  const auths = `properties.upstream.templates[].merge(@, \`${JSON.stringify({ auth: AUTH })}\`)`;
  return {
    text:
      'Give the resource a managed identity, let its upstream settings sign in with it, and let the upstream ask for the ' +
      'token. Then no receiver has to check X-ASRS-Signature, which is made with the access keys.',
    portal: [
      openInPortal(subject),
      ...(hasIdentity(subject)
        ? []
        : ['Under Settings select Identity, set Status to On under System assigned, and save.']),
      'Under Settings select Settings, and in each upstream setting choose Use Managed Identity with the application of the upstream.',
      'In the upstream (a Functions app: Authentication) ask for a token of that application, from this identity only.',
    ],
    azureCli: lines(
      ...(hasIdentity(subject) ? [] : [patchWhole(subject, identity)]),
      '# Every upstream setting keeps its address and patterns, and signs in with the identity.',
      readInto('templates', subject, auths),
      update(subject, { set: [{ shell: '"properties.upstream.templates=$templates"' }] }),
    ),
    bicep: lines(
      '// With the address and the patterns of each upstream setting that you have.',
      signalr(
        subject,
        { upstream: { templates: [{ urlTemplate: 'https://<host of the upstream>/<path>', auth: AUTH }] } },
        identity,
      ),
    ),
    terraform: lines(
      '# user_assigned_identity_id is the audience of the token, in spite of its name.',
      signalrService(subject, {
        ...(hasIdentity(subject) ? {} : { identity: block({ type: 'SystemAssigned' }) }),
        upstream_endpoint: block({
          category_pattern: ['*'],
          event_pattern: ['*'],
          hub_pattern: ['*'],
          url_template: 'https://<host of the upstream>/<path>',
          user_assigned_identity_id: AUDIENCE,
        }),
      }),
    ),
  };
}

export const upstream = { UpstreamWithoutIdentity: giveUpstreamIdentity } satisfies Remedies;
