import type { FindingReport, Report, TargetReport, UnmanagedReport } from '../../src/app/report/schema.ts';
import { FINDINGS, type FindingCode } from '../../src/core/finding-codes.ts';

const AT = '2026-11-02T08:00:00.000Z';
const VAULT = 'https://kv-chat.vault.azure.net/secrets';

export const aSecret = (name: string): string => `${VAULT}/${name}`;
export const resourceIdOf = (name: string): string =>
  `/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg-chat/providers/microsoft.signalrservice/signalr/${name}`;

export const CWE_923 = {
  source: 'CWE',
  id: 'CWE-923',
  title: 'Improper Restriction of Communication Channel to Intended Endpoints',
  url: 'https://cwe.mitre.org/data/definitions/923.html',
};
export const A_PAGE = {
  source: 'Microsoft Learn',
  id: null,
  title: 'Network access control',
  url: 'https://learn.microsoft.com/azure/azure-signalr/howto-network-access-control',
};

/** A finding as the report has it, in the words of its code. */
export function aFinding(
  code: FindingCode,
  own: Partial<FindingReport> & { readonly secrets?: string[]; readonly remedy?: string } = {},
): FindingReport {
  const { secrets = [], remedy, ...rest } = own;
  const { severity, meaning, danger, remedy: text } = FINDINGS[code];
  return {
    code,
    severity,
    evidence: { meaning, secrets, versions: [] },
    danger,
    remediation: { text: remedy ?? text, portal: [], azureCli: 'az signalr show', bicep: '', terraform: '' },
    references: [],
    ...rest,
  };
}

const aKey = {
  role: null,
  fingerprint: null,
  madeAfter: null,
  madeBefore: null,
  basis: null,
  dueAt: null,
  overdueSince: null,
  age: 'unknown',
} as const;

const aTarget = (name: string, findings: FindingReport[], observedAt: string | null): TargetReport => ({
  name,
  resourceId: resourceIdOf(name),
  location: null,
  sku: null,
  observedAt,
  phase: 'nothing-due',
  condition: null,
  keys: { primary: aKey, secondary: aKey },
  policy: null,
  publications: [],
  consumers: [],
  localAuth: { verdict: 'Unknown', reasons: [], warning: null, steps: [] },
  findings,
  rotation: null,
  past: [],
});

const anUnmanagedOne = (name: string, findings: FindingReport[]): UnmanagedReport => ({
  name,
  resourceId: resourceIdOf(name),
  subscription: '00000000-0000-0000-0000-000000000001',
  location: null,
  sku: null,
  createdAt: null,
  localAuthDisabled: false,
  findings,
});

/** A report in which these things were found, and nothing else is told. */
export function aReportOf(found: {
  /** By the name of the target; null: it has not been observed. */
  readonly targets?: Readonly<Record<string, FindingReport[] | null>>;
  readonly unmanaged?: Readonly<Record<string, FindingReport[]>>;
  /** About the installation itself. */
  readonly findings?: FindingReport[];
  readonly surveys?: Report['summary']['surveys'];
  readonly next?: string;
}): Report {
  const { targets = {}, unmanaged = {}, surveys = [], next, findings = [] } = found;
  const none = { high: 0, medium: 0, low: 0, info: 0 };
  return {
    version: 1,
    generatedAt: AT,
    ...(next !== undefined && { next }),
    summary: {
      targets: 0,
      matching: 0,
      observed: 0,
      oldestObservation: null,
      overdue: 0,
      rotating: 0,
      held: 0,
      stuck: 0,
      verdicts: { Disabled: 0, DisableNow: 0, MigrateFirst: 0, Unknown: 0 },
      findings: none,
      unmanaged: 0,
      surveys,
      attention: [],
      attentionMore: 0,
    },
    unmanaged: Object.entries(unmanaged).map(([name, findings]) => anUnmanagedOne(name, findings)),
    findings,
    targets: Object.entries(targets).map(([name, findings]) => aTarget(name, findings ?? [], findings && AT)),
  };
}
