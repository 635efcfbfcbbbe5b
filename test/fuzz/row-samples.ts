import type { InboxRow, LedgerRecord } from '../../src/app/ports.ts';
import {
  encodeFreeze,
  encodeInbox,
  encodeReceipt,
  encodeRecord,
  FREEZE,
  inboxKey,
  outboxKey,
  STATE,
} from '../../src/azure/ledger-rows.ts';
import type { Row } from '../../src/azure/table-row.ts';
import { type Awaited, parseResourceId, type ResourceId, type TargetState } from '../../src/core/model.ts';
import {
  ack,
  aFreeze,
  aPastRotation,
  aPostureRecord,
  aReceipt,
  aRecord,
  aSecretId,
  aSlotSummary,
  request,
} from '../azure/ledger-samples.ts';
import { aFingerprint } from '../support/scene.ts';

/** The same in each run, so that a seed repeats it. */
export const SAMPLE = parseResourceId(
  `/subscriptions/${'0'.repeat(8)}/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/chat-prod`,
) as ResourceId;

const AT = 1_793_600_000_000;
const secret = aSecretId();
const trouble = { consumer: 'job', secret, is: 'unreachable', detail: '503' } as const;
const awaited: Awaited = { consumer: 'job', secret, trouble, shows: { by: 'version', version: 'v1' }, expectedAt: AT };
const freeze = aFreeze();

const participants: NonNullable<TargetState['rotation']>['participants'] = {
  publications: [{ secret, format: 'connection-string', required: true }],
  consumers: [
    {
      name: 'job',
      reads: [secret],
      evidence: { kind: 'probe', url: 'https://job.example/key', instances: 2, times: 3 },
    },
    {
      name: 'web',
      reads: [secret],
      evidence: { kind: 'app-service-reference', resourceId: '/web', setting: null, nudge: 'restart' },
    },
    { name: 'old', reads: [secret], evidence: { kind: 'elapsed', after: 90_000_000 } },
    { name: 'hub', reads: [secret], evidence: { kind: 'container-app', resourceId: '/hub' } },
    { name: 'api', reads: [secret], evidence: { kind: 'ack', principalId: null } },
  ],
};

const evidence = (
  consumer: string,
  shows: TargetState['evidence'][number]['shows'],
): TargetState['evidence'][number] => ({
  ...{ consumer, secret, shows, since: AT, at: AT, wasAsked: true },
  before: [{ shows: { by: 'fingerprint', fingerprint: aFingerprint('p0') }, until: AT }],
});

const state: Partial<TargetState> = {
  firstObservedAt: AT,
  observedAt: AT,
  rotation: {
    ...{ id: 'r-1', reason: 'KeyCompromised', startedAt: AT, ignoresWindows: false, left: [aFingerprint('p0')] },
    condemned: [
      {
        fingerprint: aFingerprint('p0'),
        reason: 'KeyCompromised',
        compromise: { onTimeout: 'hold', keepsSoak: true, since: AT },
      },
      { fingerprint: aFingerprint('s0'), reason: 'KeyTooOld' },
    ],
    regenerated: [{ slot: 'secondary', from: aFingerprint('s0'), to: aFingerprint('s1'), at: AT, dead: 'refused' }],
    participants,
    nudges: [{ consumer: 'web', how: 'refresh', fingerprint: aFingerprint('s1'), at: AT }],
    givenUp: [{ consumer: 'unlisted', fingerprint: aFingerprint('p0'), who: 'ann', why: 'gone' }],
    spent: { askedAt: AT, inCalls: 12, waited: 34 },
  },
  intent: {
    ...{ slot: 'primary', role: 'outgoing', fingerprintBefore: aFingerprint('p0'), startedAt: AT, attempt: 1 },
    ...{ without: { soak: true, consumers: ['job'] }, operationUrl: 'https://management.azure.com/operations/1' },
  },
  publishing: {
    ...{ kind: 'publish', secret, slot: 'secondary', fingerprint: aFingerprint('s1'), proof: 'live', basedOn: 'v1' },
    ...{ ours: 'v2', known: ['v1'], basedOnCreatedAt: AT, startedAt: AT },
  },
  failed: { slot: 'primary', fingerprint: aFingerprint('p0'), count: 2, lastAt: AT },
  activeSlot: 'secondary',
  keys: {
    primary: {
      fingerprint: aFingerprint('p0'),
      firstSeenAt: AT,
      notSeenAt: null,
      recordedAt: null,
      settlesAt: null,
      logged: { from: AT, to: null },
    },
    secondary: { fingerprint: aFingerprint('s1'), firstSeenAt: AT, notSeenAt: AT, recordedAt: AT, settlesAt: AT },
  },
  publications: {
    [secret]: {
      ...{ firstSeenAt: AT, readableSince: AT, judgedThrough: { at: AT, versions: ['v1'] } },
      carried: [
        { since: AT, fingerprint: aFingerprint('p0'), versions: ['v1'], until: AT },
        { since: AT, fingerprint: 'none', versions: ['v2'], until: null },
      ],
    },
  },
  evidence: [
    evidence('web', { by: 'version', version: 'v1' }),
    evidence('hub', { by: 'started', startedAt: AT }),
    evidence('api', { by: 'entra' }),
  ],
  pending: [{ id: 'q', at: AT, who: 'ann', why: null, acceptUnknownConsumers: false, force: true, reason: null }],
  asked: { job: AT },
  troubles: [trouble],
  rollBack: { slot: 'primary', fingerprint: aFingerprint('p0'), who: 'ann', why: 'a bug', until: AT },
  pausedUntil: AT,
  tips: [
    {
      id: 't',
      at: AT,
      who: 'bob',
      why: 'a log',
      fingerprint: aFingerprint('p0'),
      slot: 'primary',
      reportedAt: AT,
      onTimeout: 'retire',
      trusted: true,
    },
  ],
  compromisedAt: [AT],
  sightings: [{ code: 'KeysListedByStranger', at: AT, who: 'somebody', detail: null }],
};

const differing: Partial<LedgerRecord> = {
  phase: 'await-consumers',
  findings: [
    {
      code: 'KeyOverdue',
      secrets: [secret],
      versions: ['v1'],
      detail: { keys: [{ slot: 'primary', fingerprint: aFingerprint('p0') }] },
    },
    { code: 'LocalAuthEnabled', secrets: [], versions: [] },
  ],
  condition: {
    code: 'Stalled',
    since: AT,
    detail: { awaiting: [awaited], secrets: [secret], slot: 'primary', freeze },
    alertedAt: AT,
  },
  requests: [{ id: 'q', origin: 'request', at: AT, rotation: 'r-1' }],
  receiptedWait: 'soak',
  wakeAt: AT,
  pausedAt: AT,
  stuckSince: AT,
  overdueAlertedAt: AT,
  slots: { primary: aSlotSummary('outgoing'), secondary: aSlotSummary('active') },
  posture: aPostureRecord(),
  past: [aPastRotation('r-0')],
  awaiting: [awaited],
  lease: null,
};

/** A record with something in every field. */
export const aFullRecord = (resource: ResourceId): LedgerRecord => aRecord(resource, differing, state);

const order = { who: 'ann', why: 'a test', rotation: 'r-1' } as const;

const inbox: readonly InboxRow[] = [
  request('q-2'),
  ack('web', { by: 'version', version: 'v2' }),
  ack('hub', { by: 'started', startedAt: AT }),
  {
    kind: 'tip',
    id: 't-2',
    who: 'bob',
    why: null,
    fingerprint: null,
    slot: 'primary',
    reportedAt: AT,
    onTimeout: null,
    trusted: false,
  },
  { kind: 'sighting', id: 's-1', code: 'KeysListedByStranger', who: 'somebody', detail: 'twice' },
  {
    kind: 'order',
    id: 'o-1',
    order: { ...order, is: 'roll-back', slot: 'primary', fingerprint: aFingerprint('p0'), until: AT },
  },
  { kind: 'order', id: 'o-2', order: { ...order, is: 'retire', fingerprint: aFingerprint('p0'), givenUp: ['job'] } },
  { kind: 'order', id: 'o-3', order: { ...order, is: 'forget' } },
];

/** One row of each kind that a target has in the ledger, by its key, as the table gives it. */
export function rowsOf(resource: ResourceId): ReadonlyMap<string, Row> {
  const asRead = (rowKey: string, row: Row): [string, Row] => [
    rowKey,
    { ...row, rowKey, etag: 'W/"1"', timestamp: '2026-11-02T08:00:00.000Z', partitionKey: resource },
  ];
  return new Map([
    asRead(STATE, encodeRecord(aFullRecord(resource))),
    asRead(FREEZE, encodeFreeze(freeze)),
    asRead(outboxKey(3), encodeReceipt(aReceipt(resource, 3))),
    ...inbox.map((row) => asRead(inboxKey(row), encodeInbox(row))),
  ]);
}
