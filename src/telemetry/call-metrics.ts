import type { Meter } from '@opentelemetry/api';
import { outcomeOf } from './outcome.ts';
import type { CallRecord } from './record.ts';

/** From an answer of the same region to the longest that a call may take, in seconds. */
const BOUNDARIES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Requests to services, counted and timed by service, operation and outcome, all three out of closed lists. */
export function callMetrics(meter: Meter): (record: CallRecord) => void {
  const count = meter.createCounter('signalr_key_rotation_calls', { description: 'Requests to services.' });
  const duration = meter.createHistogram('signalr_key_rotation_call_seconds', {
    description: 'How long requests to services take.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  return ({ service, operation, startedAt, endedAt, end }) => {
    const attributes = { service, operation, outcome: outcomeOf(end) };
    count.add(1, attributes);
    duration.record(Math.max(0, endedAt - startedAt) / 1000, attributes);
  };
}
