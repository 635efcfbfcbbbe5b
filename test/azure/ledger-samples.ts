import { randomUUID } from 'node:crypto';
import type { InboxRow, LedgerRecord, Receipt } from '../../src/app/ports.ts';
import {
  emptyState,
  type Freeze,
  parseResourceId,
  parseSecretId,
  type ResourceId,
  type SecretId,
  type Shows,
  type TargetState,
} from '../../src/core/model.ts';

/** One that no other test has. */
export function aResource(group = 'rg-chat'): ResourceId {
  const id = parseResourceId(
    `/subscriptions/${randomUUID()}/resourceGroups/${group}/providers/Microsoft.SignalRService/signalR/chat-prod`,
  );
  if (id === null) throw new Error(`${group} is no name for a resource group.`);
  return id;
}

export function aSecretId(name = 'chat', vault = 'kv-a'): SecretId {
  const id = parseSecretId(`https://${vault}.vault.azure.net/secrets/${name}`);
  if (id === null) throw new Error(`${name} is no name for a secret.`);
  return id;
}

export function aRecord(
  resourceId: ResourceId,
  differing: Partial<LedgerRecord> = {},
  state: Partial<TargetState> = {},
): LedgerRecord {
  return {
    state: { ...emptyState({ name: 'chat-prod', resourceId }), ...state },
    phase: 'nothing-due',
    findings: [],
    condition: null,
    requests: [],
    receiptedWait: null,
    wakeAt: 1_793_606_400_000,
    attempt: 0,
    stuckSince: null,
    slots: null,
    awaiting: [],
    head: { seq: 0, hash: '0'.repeat(64), at: 0 },
    lease: null,
    ...differing,
  };
}

export function aReceipt(resource: ResourceId, seq: number): Receipt {
  return {
    seq,
    at: '2026-11-02T08:00:00.000Z',
    resource,
    rotation: null,
    step: 'condemn',
    actor: 'sweep',
    data: { slot: 'primary', list: [1, null, { deep: true }] },
    prev: '0'.repeat(64),
    hash: seq.toString(16).padStart(64, '0'),
  };
}

export const request = (id: string) =>
  ({
    kind: 'request',
    id,
    who: 'someone',
    why: null,
    acceptUnknownConsumers: false,
    force: false,
  }) as const satisfies InboxRow;

export const aFreeze = (differing: Partial<Freeze> = {}): Freeze => ({
  scope: 'target',
  until: 1_793_606_400_000,
  who: 'someone',
  why: 'a sale',
  ...differing,
});

export const ack = (consumer: string, shows: Shows) =>
  ({ kind: 'ack', consumer, secret: aSecretId(), shows }) as const satisfies InboxRow;
