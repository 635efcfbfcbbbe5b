import { CONDITIONS } from '../../core/codes.ts';
import { FINDINGS, type FindingCode, SEVERITIES } from '../../core/finding-codes.ts';
import type { Finding } from '../../core/findings.ts';
import { severityOf } from '../../core/severity.ts';
import { referencesOf, remedyOf } from '../remedies/remedies.ts';
import type { Subject } from '../remedies/remedy.ts';
import type { FindingReport } from './schema.ts';

/** Findings as the report has them, the worst first, each with its remedy made out for the resource. */
export function findingReports(
  findings: readonly Finding[],
  of: Pick<Subject, 'name' | 'resourceId' | 'location' | 'serviceMode' | 'cloud'>,
): FindingReport[] {
  return findings
    .map((finding) => findingReport(finding, of))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

const NOBODY_CAN_TELL = 'Its readers may be on any key, and nothing here can tell.';

function findingReport({ code, secrets, versions, detail = {} }: Finding, of: Omit<Subject, 'secrets' | 'evidence'>) {
  const isFinding = (known: string): known is FindingCode => Object.hasOwn(FINDINGS, known);
  const { meaning, danger } = isFinding(code)
    ? FINDINGS[code]
    : { meaning: CONDITIONS[code].meaning, danger: NOBODY_CAN_TELL };
  const evidence = { meaning, secrets: [...secrets], versions: [...versions], ...detail };
  return {
    code,
    severity: severityOf(code),
    evidence,
    danger,
    remediation: mutable(remedyOf(code, { ...of, secrets, evidence })),
    references: [...referencesOf(code, of.cloud)],
  };
}

const mutable = ({ portal, ...rest }: ReturnType<typeof remedyOf>): FindingReport['remediation'] => ({
  ...rest,
  portal: [...portal],
});
