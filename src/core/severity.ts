import { FINDINGS, type FindingCode, type Severity } from './finding-codes.ts';
import type { Finding } from './findings.ts';

/** A publication that cannot be used is a finding only where it is not required, so it is worth a word and no more. */
const OF_SKIPPED: Severity = 'low';

export const severityOf = (code: Finding['code']): Severity =>
  Object.hasOwn(FINDINGS, code) ? FINDINGS[code as FindingCode].severity : OF_SKIPPED;

/** How many there are of each. */
export function tallyOf(findings: readonly Pick<Finding, 'code'>[]): Readonly<Record<Severity, number>> {
  const tally: Record<Severity, number> = { high: 0, medium: 0, low: 0, info: 0 };
  for (const { code } of findings) tally[severityOf(code)] += 1;
  return tally;
}
