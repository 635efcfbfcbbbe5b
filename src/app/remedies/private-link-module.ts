import { addressOf } from './address.ts';
import { az, indented, lines } from './azure-cli.ts';
import { module } from './bicep.ts';
import { VNET_GROUP } from './private-link-names.ts';
import type { Subject } from './remedy.ts';

/** A template of this project that takes a SignalR resource off the internet: a module as well as a deployment. */
export const PRIVATE_LINK_MODULE = 'infra/signalr-private-link.bicep';

/** In the order in which they are deployed, with the logs of some days between them. */
export const STAGES = ['endpoint', 'restricted', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

const NETWORK_ID = '<id of the virtual network>';
const SUBNET_ID = '<id of the subnet for private endpoints>';

/** For the text of a remedy. */
export const byModule = (...stages: readonly Stage[]): string =>
  `${PRIVATE_LINK_MODULE} of this project does it, with signalrId, networkId, subnetId and stage=${stages.join(', then stage=')}: ` +
  'docs/deploy.md, Private network.';

/** The same by the Azure CLI, in a comment: whoever takes it has no use for the other commands. */
export const moduleCommands = (subject: Subject, ...[stage, ...later]: readonly [Stage, ...Stage[]]): string =>
  lines(
    `# Or by ${PRIVATE_LINK_MODULE} of this project, in its folder (docs/deploy.md, Private network):`,
    indented(deployment(subject, stage), '# '),
    ...then(later, '#'),
  );

const then = (later: readonly Stage[], mark: '#' | '//'): readonly string[] =>
  later.length === 0 ? [] : [`${mark} Then with stage=${later.join(', then stage=')}; look at the logs between them.`];

function deployment(subject: Subject, stage: Stage): string {
  const given = parametersOf(subject, stage);
  return az('deployment group create', {
    'resource-group': VNET_GROUP,
    subscription: addressOf(subject).subscription,
    'template-file': PRIVATE_LINK_MODULE,
    parameters: Object.entries(given).map(([name, value]) => `${name}=${value}`),
  });
}

/** The same in a template of one's own, in a comment as well. */
export const moduleReference = (subject: Subject, ...[stage, ...later]: readonly [Stage, ...Stage[]]): string =>
  lines(
    `// Or as a module, with ${PRIVATE_LINK_MODULE} of this project beside it (docs/deploy.md, Private network).`,
    ...then(later, '//'),
    indented(
      module('privateLink', `./${PRIVATE_LINK_MODULE}`, {
        name: 'private-link',
        params: parametersOf(subject, stage),
      }),
      '// ',
    ),
  );

const parametersOf = (subject: Subject, stage: Stage) => ({
  stage,
  signalrId: addressOf(subject).id,
  networkId: NETWORK_ID,
  subnetId: SUBNET_ID,
});
