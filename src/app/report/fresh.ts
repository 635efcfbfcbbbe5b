import type { Target } from '../../core/model.ts';
import { situationOf } from '../../core/slots.ts';
import type { App } from '../app.ts';
import { Obstacle, PortError } from '../errors.ts';
import { takeUpInbox } from '../inbox.ts';
import type { LedgerRecord, Partition, Ports } from '../ports.ts';
import { Problem } from '../problems.ts';
import { emptyRecord } from '../reconcile.ts';
import { summaryOf } from '../summary.ts';
import { lookAround } from '../surroundings.ts';
import { lookAndLearn } from '../work.ts';
import type { TargetReport } from './schema.ts';
import { targetReport } from './target-report.ts';

/**
 * Looks at a target now and reports what was seen. It decides nothing and writes nothing: phase, and what is awaited,
 * are those of the last reconcile.
 *
 * @throws Problem `Unavailable` where a service cannot be asked now
 */
export async function freshReport(target: Target, partition: Partition, app: App, ports: Ports): Promise<TargetReport> {
  const { inbox } = partition;
  // The service tells whole seconds: a look now is not older than the one before.
  const now = Math.max(partition.now, partition.record?.state.observedAt ?? 0);
  const record = takeUpInbox(partition.record ?? emptyRecord(target, partition), inbox, now);
  return targetReport(target, { record: await lookAgain(record, target, now, app, ports), now }, app);
}

async function lookAgain(
  record: LedgerRecord,
  target: Target,
  now: number,
  app: App,
  ports: Ports,
): Promise<LedgerRecord> {
  try {
    const { look, state } = await lookAndLearn(ports, target, record.state, app, now);
    const situation = situationOf(target, state, look.observation, now);
    const surroundings = await lookAround(ports, target, situation.participants.publications, null, now);
    return { ...record, state, ...summaryOf(situation, look, surroundings) };
  } catch (error) {
    if (error instanceof Obstacle) {
      return { ...record, condition: { code: error.code, since: now, detail: {}, alertedAt: now } };
    }
    if (error instanceof PortError) throw new Problem('Unavailable', error.message);
    throw error;
  }
}
