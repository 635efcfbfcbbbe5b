import { z } from 'zod';
import { openInPortal } from './address.ts';
import { lines, readInto, show, update } from './azure-cli.ts';
import { signalr } from './bicep.ts';
import type { Subject } from './remedy.ts';
import { azapiUpdate } from './terraform.ts';
import type { Remedies } from './topics.ts';

const SEEN = z.object({ ipRules: z.array(z.looseObject({ value: z.string() })) });
const OWN = '<your address range, such as 203.0.113.0/24>';

/** The rules that the finding is about. */
const valuesIn = ({ evidence }: Subject): readonly string[] =>
  SEEN.safeParse(evidence).data?.ipRules.map(({ value }) => value) ?? ['<the wide rule>'];

/** A list of strings in JMESPath, whose literals stand between backticks. */
const literal = (values: readonly string[]): string => `\`${JSON.stringify(values).replaceAll('`', '\\`')}\``;

/** azurerm_signalr_service_network_acl has no argument for IP rules. */
const inTerraform = (subject: Subject, ipRules: readonly { value: string; action: string }[]): string =>
  lines(
    '# azurerm has no argument for IP rules; azapi writes them beside it.',
    azapiUpdate(subject, '', { properties: { networkACLs: { ipRules } } }),
  );

/** Reads the rules, keeps these and writes them back. */
const keepRules = (subject: Subject, condition: string): string =>
  lines(
    readInto('rules', subject, `(properties.networkACLs.ipRules || \`[]\`)[?${condition}]`),
    update(subject, { set: [{ shell: '"properties.networkACLs.ipRules=$rules"' }] }),
  );

export const ipRules = {
  IpRuleOpen: (subject) => {
    const wide = valuesIn(subject);
    return {
      text: `Name the addresses that are yours, then remove ${wide.join(', ')}.`,
      portal: [
        openInPortal(subject),
        'Under Settings select Networking, then the tab Public access.',
        'Under IP rules add the address ranges that are yours with the action Allow, remove the wide ones, and save.',
      ],
      azureCli: lines(
        '# First what is yours:',
        update(subject, { add: ['properties.networkACLs.ipRules', `value=${OWN}`, 'action=Allow'] }),
        '# Then the wide ones go:',
        keepRules(subject, `!contains(${literal(wide)}, value)`),
      ),
      bicep: lines(
        '// Keep defaultAction, publicNetwork and privateEndpoints.',
        signalr(subject, { networkACLs: { ipRules: [{ value: OWN, action: 'Allow' }] } }),
      ),
      terraform: inTerraform(subject, [{ value: OWN, action: 'Allow' }]),
    };
  },

  IpRulesRemain: (subject) => ({
    text:
      'Remove the IP rules when all traffic passes the private endpoint, and see that the default action is Deny: it ' +
      'decides on what no rule names. Best of all, close public access.',
    portal: [
      openInPortal(subject),
      'Under Settings select Networking, then the tab Public access.',
      'See that the default action is Deny, remove every IP rule that allows, and save; or select Disabled.',
    ],
    azureCli: lines(
      '# Should be Deny: it decides on what no rule names.',
      show(subject, 'properties.networkACLs.defaultAction'),
      '# Rules that deny stay.',
      keepRules(subject, 'action != `"Allow"`'),
    ),
    bicep: lines(
      '// Keep defaultAction, publicNetwork and privateEndpoints, and rules that deny.',
      signalr(subject, { networkACLs: { ipRules: [] } }),
    ),
    terraform: inTerraform(subject, []),
  }),
} satisfies Remedies;
