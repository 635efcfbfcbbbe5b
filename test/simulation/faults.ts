import { throttled } from '../../local/azure/faults.ts';
import { type Answer, failure } from '../../local/azure/http.ts';

/** What may go wrong with a request to Azure or to anybody else over HTTP. */
export const WIRE_FAULTS = [
  'crash-before',
  'crash-after',
  /** The work is done, and the connection is reset before the answer. */
  'answer-lost',
  'reset',
  /** Nothing is done, and nothing comes back. */
  'timeout',
  'timeout-after',
  'slow',
  /** The connection is reset at once, and the work is done much later, when the app may have gone on. */
  'late',
  '401',
  '403',
  '404',
  '409',
  '429',
  '500',
] as const;

/** What may go wrong with a call to the ledger, the fleet, the inventory or the queue, whose answers are the twin's. */
export const STORE_FAULTS = ['crash-before', 'crash-after', 'answer-lost', 'unavailable', 'slow'] as const;

export type WireFault = (typeof WIRE_FAULTS)[number];
export type StoreFault = (typeof STORE_FAULTS)[number];
export type Fault = WireFault | StoreFault;
export type BoundaryKind = 'wire' | 'store';

export const faultsOf = (kind: BoundaryKind): readonly Fault[] => (kind === 'wire' ? WIRE_FAULTS : STORE_FAULTS);

/** Answers of a service that did nothing. */
export const ANSWERS: Readonly<Record<'401' | '403' | '404' | '409' | '429' | '500', Answer>> = {
  '401': failure(401, 'Unauthorized', 'The token is not accepted.'),
  '403': failure(403, 'Forbidden', 'The caller lacks the permission.'),
  '404': failure(404, 'NotFound', 'It is not there.'),
  '409': failure(409, 'Conflict', 'Another operation is running.'),
  '429': throttled(45),
  '500': failure(500, 'InternalServerError', 'It failed.'),
};
