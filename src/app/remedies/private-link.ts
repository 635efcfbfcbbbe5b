import { addressOf, hostNameOf, openInPortal } from './address.ts';
import { lines, patchWhole } from './azure-cli.ts';
import { signalr, template } from './bicep.ts';
import { byModule, moduleCommands, moduleReference, STAGES } from './private-link-module.ts';
import { endpointOf, GROUP_ID, SUBNET, zoneOf } from './private-link-names.ts';
import { stages } from './private-link-stages.ts';
import { privateLinkBicep, privateLinkTerraform } from './private-link-templates.ts';
import type { Remedy, Subject } from './remedy.ts';
import { block, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

export const privateLink = {
  PrivateEndpointMissing: (subject) => ({
    text:
      'Go in stages, and let the logs show after each that nobody is left out: logs on; a private endpoint in a subnet of ' +
      'its own, with the DNS zone; IP rules only while you move; request types restricted, ServerConnection and RESTAPI ' +
      'to the private endpoint first and ClientConnection last; then public access closed. ' +
      byModule(...STAGES),
    portal: portalStages(subject),
    azureCli: lines(stages(subject), moduleCommands(subject, ...STAGES)),
    bicep: template(moduleReference(subject, ...STAGES), privateLinkBicep(subject)),
    terraform: privateLinkTerraform(subject),
  }),

  FreeSku: (subject) => ({
    text:
      'Scale the resource to Standard or Premium, which know private endpoints and network rules, and have an SLA. It ' +
      'costs by unit and day; connections may drop while it scales, and come back.',
    portal: [
      openInPortal(subject),
      'Under Settings select Scale up (or Scale), choose Standard or Premium, and apply.',
    ],
    azureCli: patchWhole(subject, { sku: { name: 'Standard_S1', tier: 'Standard', capacity: 1 } }),
    bicep: signalr(subject, {}, { sku: { name: 'Standard_S1', tier: 'Standard', capacity: 1 } }),
    terraform: signalrService(subject, { sku: block({ name: 'Standard_S1', capacity: 1 }) }),
  }),
} satisfies Remedies;

function portalStages(subject: Subject): Remedy['portal'] {
  const address = addressOf(subject);
  return [
    openInPortal(subject),
    'Stage 1, logs: under Monitoring, Diagnostic settings, turn the log sources on and send allLogs to a workspace.',
    `Stage 2, subnet: in the virtual network of the app servers add a subnet ${SUBNET} for private endpoints only, /28 at least and /27 better, with a network security group that lets TCP 443 in from the virtual network; set its private endpoint network policy to network security groups.`,
    'Stage 3, endpoint: back at the resource select Networking, then Private access, then Private endpoint.',
    `Name it ${endpointOf(address)}; keep the name of its network interface or choose one; as region take that of the virtual network.`,
    `As target sub-resource choose ${GROUP_ID}, then the virtual network and the subnet ${SUBNET}; an application security group if your rules use one.`,
    `Integrate with a private DNS zone: Yes, with ${zoneOf(subject)}, existing or new. The connection string stays as it is.`,
    `See from an app server that ${hostNameOf(subject)} resolves to a private address.`,
    'Stage 4, while you move: on Public access choose the selected networks, set the default action to Deny, allow the request types that pass today, and add IP rules for your own addresses. They are for the time of the move only.',
    'Stage 5, request types: on the private endpoint allow ServerConnection and RESTAPI. On the public network clear RESTAPI and ServerConnection, and Trace unless operations need it. ClientConnection is the last: keep it until clients come through a private endpoint or a gateway.',
    'Stage 6, close: when the logs of some days show nobody on the public network, remove the IP rules and set Public network access to Disabled.',
  ];
}
