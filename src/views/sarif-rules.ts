import type { FindingReport } from '../app/report/schema.ts';
import { CONDITIONS } from '../core/codes.ts';
import { FINDINGS, INSTALLATION_FINDINGS, type Severity } from '../core/finding-codes.ts';

interface Rule {
  readonly id: string;
  readonly [property: string]: unknown;
}

interface Taxonomy {
  readonly name: string;
  readonly [property: string]: unknown;
}

const LEVELS = { high: 'error', medium: 'warning', low: 'note', info: 'note' } as const satisfies Record<
  Severity,
  string
>;
export const levelOf = (severity: Severity): (typeof LEVELS)[Severity] => LEVELS[severity];

/** As code scanning reads it: from 7.0 high, from 4.0 medium, above 0 low, 0.0 none. Nothing here is a CVSS score. */
const SECURITY_SEVERITY = { high: '8.0', medium: '5.5', low: '2.0', info: '0.0' } as const satisfies Record<
  Severity,
  string
>;

/** One rule for each code that occurs, in the order of the first occurrence, and the weaknesses that they refer to. */
export function rulesOf(findings: readonly FindingReport[]): {
  readonly rules: readonly Rule[];
  /** None, or that of CWE. */
  readonly taxonomies: readonly Taxonomy[];
} {
  const examples = findings.filter(({ code }, i) => findings.findIndex((other) => other.code === code) === i);
  const weaknesses = new Map(examples.flatMap(weaknessesOf).map((each) => [each.id, each]));
  const ids = [...weaknesses.keys()];
  return {
    rules: examples.map((each) => ruleOf(each, ids)),
    taxonomies: ids.length === 0 ? [] : [cwe([...weaknesses.values()])],
  };
}

function ruleOf(example: FindingReport, weaknesses: readonly string[]): Rule {
  const { code, severity, evidence, danger, references } = example;
  const help = remedyOf(example);
  const own = weaknessesOf(example);
  // Documentation says what to do, the others why.
  const page = references.find(({ source }) => source === 'Microsoft Learn') ?? references[0];
  return {
    id: code,
    name: code,
    shortDescription: { text: evidence.meaning },
    fullDescription: { text: danger },
    help: { text: help, markdown: [help, ...readMore(references)].join('\n') },
    ...(page !== undefined && { helpUri: page.url }),
    defaultConfiguration: { level: levelOf(severity) },
    ...(own.length > 0 && {
      relationships: own.map(({ id }) => ({
        target: { id, index: weaknesses.indexOf(id), toolComponent: { name: 'CWE', index: 0 } },
        kinds: ['relevant'],
      })),
    }),
    properties: {
      tags: ['security', ...own.map(({ id }) => `external/cwe/cwe-${id}`)],
      'security-severity': SECURITY_SEVERITY[severity],
    },
  };
}

/** In the words of the code, since a finding's own remedy is made out for one resource. */
function remedyOf({ code, remediation }: FindingReport): string {
  const known: Readonly<Record<string, { readonly remedy: string }>> = {
    ...CONDITIONS,
    ...FINDINGS,
    ...INSTALLATION_FINDINGS,
  };
  return known[code]?.remedy ?? remediation.text;
}

function readMore(references: FindingReport['references']): readonly string[] {
  if (references.length === 0) return [];
  // `CWE-923` has its source in it, `NS-2` of MCSB has not.
  const mark = (source: string, id: string | null): string => {
    if (id === null) return source;
    return id.startsWith(source) ? id : `${source} ${id}`;
  };
  const links = references.map(({ source, id, title, url }) => `- [${mark(source, id)}: ${title}](${url})`);
  return ['', '### Read more', '', ...links];
}

interface Weakness {
  /** `923`, as SARIF's own examples write it. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
}

const weaknessesOf = ({ references }: FindingReport): readonly Weakness[] =>
  references.flatMap(({ source, id, title, url }) =>
    source === 'CWE' && id !== null ? [{ id: id.replace(/^CWE-/i, ''), title, url }] : [],
  );

const cwe = (weaknesses: readonly Weakness[]): Taxonomy => ({
  name: 'CWE',
  organization: 'MITRE',
  shortDescription: { text: 'The MITRE Common Weakness Enumeration' },
  informationUri: 'https://cwe.mitre.org/',
  isComprehensive: false,
  taxa: weaknesses.map(({ id, title, url }) => ({ id, shortDescription: { text: title }, helpUri: url })),
});
