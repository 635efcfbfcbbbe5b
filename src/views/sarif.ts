import { createHash } from 'node:crypto';
import type { FindingReport, Report } from '../app/report/schema.ts';
import { levelOf, rulesOf } from './sarif-rules.ts';

/** A finding, and the resource that it was found at. */
interface Found {
  readonly name: string;
  readonly resourceId: string;
  readonly is: 'target' | 'unmanaged' | 'installation';
  readonly finding: FindingReport;
}

/** The findings of one page of the report as SARIF 2.1.0, for code scanning and for whatever else collects results. */
export function sarifOf(report: Report, tool: { readonly version: string }): object {
  const found = everythingFound(report);
  const { rules, taxonomies } = rulesOf(found.map(({ finding }) => finding));
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const fingerprint = fingerprints();
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'signalr-key-rotation',
            semanticVersion: tool.version,
            rules,
            ...(taxonomies.length > 0 && {
              supportedTaxonomies: taxonomies.map(({ name }, index) => ({ name, index })),
            }),
          },
        },
        ...(taxonomies.length > 0 && { taxonomies }),
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.generatedAt,
            toolExecutionNotifications: blindSpots(report),
          },
        ],
        artifacts: [{ location: { uri: CONFIGURATION } }],
        results: found.map((each) => ({
          ruleId: each.finding.code,
          ruleIndex: indexOf.get(each.finding.code),
          level: levelOf(each.finding.severity),
          message: { text: literally(`${each.name}: ${each.finding.evidence.meaning}`) },
          locations: [locationOf(each)],
          partialFingerprints: fingerprint(each),
          properties: { evidence: each.finding.evidence, remedy: each.finding.remediation.text },
        })),
        ...(report.next !== undefined && { properties: { next: report.next } }),
      },
    ],
  };
}

function everythingFound({ targets, unmanaged, findings }: Report): readonly Found[] {
  const at = (resources: Report['targets'] | Report['unmanaged'], is: Found['is']): readonly Found[] =>
    resources.flatMap(({ name, resourceId, findings }) =>
      findings.map((finding) => ({ name, resourceId, is, finding })),
    );
  const own = { name: 'signalr-key-rotation', resourceId: 'signalr-key-rotation', is: 'installation' } as const;
  return [...findings.map((finding) => ({ ...own, finding })), ...at(targets, 'target'), ...at(unmanaged, 'unmanaged')];
}

/** What is not looked at has no results, and would pass for clean. */
function blindSpots({ targets, summary }: Report): readonly object[] {
  const unobserved = targets.filter(({ observedAt }) => observedAt === null);
  const failed = summary.surveys.filter(({ trouble }) => trouble !== null);
  return [
    ...unobserved.map(({ name }) => `${name} has not been observed yet, so nothing is known of it.`),
    ...failed.map(({ subscription, trouble }) => `The resources of ${subscription} could not be listed: ${trouble}.`),
  ].map((text) => ({ level: 'warning', message: { text: literally(text) } }));
}

const CONFIGURATION = 'rotation.json';

/**
 * What was found is in Azure: the logical location. Code scanning refuses a file in which a result has no physical one,
 * and `rotation.json` is the honest answer: it names the target, or the subscription that an unmanaged resource was found
 * in, and it is what its owner has in a repository. No line is claimed, since nobody knows it here.
 */
const locationOf = ({ name, resourceId, is }: Found): object => ({
  physicalLocation: { artifactLocation: { uri: CONFIGURATION, index: 0 } },
  logicalLocations: [{ name, fullyQualifiedName: resourceId, kind: 'resource' }],
  message: { text: WHERE[is] },
});

const WHERE = {
  target: 'A target names the resource.',
  unmanaged: 'Its subscription is listed, but no target names the resource.',
  installation: 'It is about the app that reads this file.',
} as const satisfies Record<Found['is'], string>;

/**
 * The same in every run for the same finding, whatever else was found. Code scanning looks at `primaryLocationLineHash` and
 * at nothing else; where it is missing, one is made of the line in `rotation.json`, and all targets become one alert.
 *
 * @returns counts what it has seen, so that a finding that is there twice stays two
 */
function fingerprints(): (found: Found) => Record<string, string> {
  const seen = new Map<string, number>();
  return ({ resourceId, finding: { code, evidence } }) => {
    const identity = JSON.stringify([resourceId, code, [...evidence.secrets].sort()]);
    const nth = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, nth);
    const print = `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}:${nth}`;
    return { 'resourceCodeSecrets/v1': print, primaryLocationLineHash: print };
  };
}

/** In a SARIF message `{0}` is a placeholder and `[text](place)` a link. What we were told must not become either. */
const literally = (text: string): string => text.replace(/[{}]/g, '$&$&').replace(/[[\]\\]/g, '\\$&');
