import type { Target } from '../core/model.ts';
import { droppedTips } from './inbox.ts';
import type { Log } from './log.ts';
import type { Inbox, LedgerRecord } from './ports.ts';

/** Says which reports of a compromise there was no room for: so many come only from a flood. */
export function logDropped(inbox: readonly Inbox[], record: LedgerRecord, target: Target, log: Log): void {
  const dropped = droppedTips(inbox, record);
  if (dropped.length === 0) return;
  const who = [...new Set(dropped.map((tip) => tip.who))].slice(0, 10);
  log({
    level: 'error',
    event: 'TipsDropped',
    target: target.name,
    resource: target.resourceId,
    count: dropped.length,
    who,
    remedy: 'Look at who sends them. A report by POST …/compromise, or one that names a key that is there, finds room.',
  });
}
