import type { Receipt } from '../../src/app/ports.ts';
import { chainReceipts, FIRST_HEAD, type ReceiptDraft } from '../../src/app/receipts.ts';
import type { TargetReport } from '../../src/app/report/schema.ts';
import type { ResourceId } from '../../src/core/model.ts';

const RESOURCE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/microsoft.signalrservice/signalr/chat' as ResourceId;

const key = (role: 'active' | 'standby', digit: string): TargetReport['keys']['primary'] => ({
  role,
  fingerprint: `sha256:${digit.repeat(16)}`,
  madeAfter: null,
  madeBefore: null,
  basis: null,
  dueAt: null,
  overdueSince: null,
  age: 'unknown',
});

/** A target as the app shows it, at rest unless told otherwise. */
export const aTarget = (more: Partial<TargetReport> = {}): TargetReport => ({
  name: 'chat-prod',
  resourceId: RESOURCE,
  location: 'westeurope',
  sku: 'Standard_S1',
  observedAt: '2026-11-24T10:00:00.000Z',
  phase: 'nothing-due',
  condition: null,
  keys: { primary: key('active', 'a'), secondary: key('standby', 'b') },
  policy: { rotateAfterDays: 60, maxKeyAgeDays: 90 },
  publications: [],
  consumers: [],
  localAuth: { verdict: 'MigrateFirst', reasons: [], warning: null, steps: [] },
  findings: [],
  rotation: null,
  past: [],
  ...more,
});

export const aRotation = (
  id: string,
  awaiting: NonNullable<TargetReport['rotation']>['awaiting'] = [],
): NonNullable<TargetReport['rotation']> => ({
  id,
  reason: 'Requested',
  startedAt: '2026-11-24T10:00:01.000Z',
  condemned: [],
  regenerated: [],
  awaiting,
  givenUp: [],
});

/** A sound chain of them. */
export const someReceipts = (...drafts: readonly ReceiptDraft[]): readonly Receipt[] =>
  chainReceipts(FIRST_HEAD, drafts, RESOURCE, Date.parse('2026-11-24T10:00:00Z')).receipts;
