import { FINDINGS, type FindingCode, type Severity } from './finding-codes.ts';
import type { Finding } from './findings.ts';

/** A publication that cannot be used: where it is required, the target is held and alerted for it besides. */
const OF_UNUSABLE: Severity = 'medium';

export const severityOf = (code: Finding['code']): Severity =>
  Object.hasOwn(FINDINGS, code) ? FINDINGS[code as FindingCode].severity : OF_UNUSABLE;

/** How many there are of each. */
export function tallyOf(findings: readonly Pick<Finding, 'code'>[]): Readonly<Record<Severity, number>> {
  const tally: Record<Severity, number> = { high: 0, medium: 0, low: 0, info: 0 };
  for (const { code } of findings) tally[severityOf(code)] += 1;
  return tally;
}
