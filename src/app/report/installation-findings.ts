import { INSTALLATION_FINDINGS } from '../../core/finding-codes.ts';
import { namedRows } from '../corrupted-fleet.ts';
import type { DeadLettersSeen } from '../ports.ts';
import { corruptedRowsRemedy } from '../remedies/corrupted-rows.ts';
import { DEAD_LETTERS_REFERENCES, deadLettersRemedy } from '../remedies/dead-letters.ts';
import { timeOf } from '../times.ts';
import type { FindingReport } from './schema.ts';

/** What is wrong with the installation itself, and with none of its targets. */
export function installationFindings({
  corruptedRows,
  deadLetters,
}: {
  readonly corruptedRows: readonly string[];
  readonly deadLetters: DeadLettersSeen | null;
}): FindingReport[] {
  return [...aboutRows(corruptedRows), ...aboutLetters(deadLetters)];
}

function aboutRows(rows: readonly string[]): FindingReport[] {
  if (rows.length === 0) return [];
  const { severity, meaning, danger } = INSTALLATION_FINDINGS.FleetRowCorrupted;
  const { portal, ...remediation } = corruptedRowsRemedy(rows);
  return [
    {
      code: 'FleetRowCorrupted',
      severity,
      evidence: { meaning, secrets: [], versions: [], rows: namedRows(rows), count: rows.length },
      danger,
      remediation: { ...remediation, portal: [...portal] },
      references: [],
    },
  ];
}

function aboutLetters(deadLetters: DeadLettersSeen | null): FindingReport[] {
  if (deadLetters === null || deadLetters.count === 0) return [];
  const { severity, meaning, danger } = INSTALLATION_FINDINGS.DeadLetters;
  const { container, count, isMore, oldestAt, newestAt } = deadLetters;
  const { portal, ...remediation } = deadLettersRemedy(deadLetters);
  const times = { oldestAt: timeOf(oldestAt), newestAt: timeOf(newestAt) };
  return [
    {
      code: 'DeadLetters',
      severity,
      evidence: { meaning, secrets: [], versions: [], container, count, isMore, ...times },
      danger,
      remediation: { ...remediation, portal: [...portal] },
      references: [...DEAD_LETTERS_REFERENCES],
    },
  ];
}
