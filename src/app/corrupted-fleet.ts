import type { Log } from './log.ts';
import { withoutKeys } from './outside-text.ts';
import type { FleetLook } from './ports.ts';
import { corruptedRowsText } from './remedies/corrupted-rows.ts';

/** Whoever spoils rows by hand may spoil many. */
const MOST_NAMED = 20;

/** Rows as they may be shown: whoever wrote one by hand may have written anything into its key. */
export const namedRows = (rows: readonly string[]): readonly string[] => rows.slice(0, MOST_NAMED).map(withoutKeys);

/** Alerts what cannot be understood of the fleet, as often as somebody looks: it belongs to no target that could say it. */
export function alertCorrupted({ corrupted }: Pick<FleetLook, 'corrupted'>, log: Log): void {
  if (corrupted.length === 0) return;
  log({
    level: 'error',
    event: 'FleetRowCorrupted',
    code: 'FleetRowCorrupted',
    remedy: corruptedRowsText(corrupted),
    count: corrupted.length,
    rows: namedRows(corrupted),
  });
}
