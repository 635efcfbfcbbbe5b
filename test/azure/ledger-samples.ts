import { randomUUID } from 'node:crypto';
import type { InboxRow, LedgerRecord, PastRotation, PostureRecord, Receipt, SlotSummary } from '../../src/app/ports.ts';
import type { LocalAuth } from '../../src/core/local-auth.ts';
import {
  emptyState,
  type Freeze,
  parseResourceId,
  parseSecretId,
  type ResourceId,
  type Role,
  type SecretId,
  type Shows,
  type TargetState,
} from '../../src/core/model.ts';
import type { VaultSeen } from '../../src/core/posture.ts';
import { aPosture } from '../support/a-posture.ts';
import { aFingerprint } from '../support/scene.ts';

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
    pausedAt: null,
    attempt: 0,
    stuckSince: null,
    overdueAlertedAt: null,
    slots: null,
    posture: null,
    past: [],
    awaiting: [],
    head: { seq: 0, hash: '0'.repeat(64), at: 0 },
    lease: null,
    ...differing,
  };
}

export const aPostureRecord = (verdict: LocalAuth['verdict'] = 'MigrateFirst'): PostureRecord => ({
  resource: aPosture(),
  surroundings: { at: 1_793_600_000_000, diagnostics: null, vaults: [aVault()] },
  publications: [
    {
      secret: aSecretId(),
      text: {
        credential: 'access-key',
        endpoint: 'https://chat-prod.service.signalr.net',
        clientEndpoint: null,
        serverEndpoint: null,
      },
      code: null,
      version: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
      fingerprint: aFingerprint('p0'),
      expiresAt: 1_800_000_000_000,
    },
  ],
  localAuth: { verdict, reasons: [{ code: 'PublicationCarriesKey', detail: { secrets: [aSecretId()] } }] },
});

export const aVault = (own: Partial<VaultSeen> = {}): VaultSeen => ({
  host: 'kv-a.vault.azure.net',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-a',
  subscription: 's',
  publicAccess: 'restricted',
  ...own,
});

export const aSlotSummary = (role: Role): SlotSummary => ({
  fingerprint: aFingerprint(role),
  role,
  age: { madeAfter: 1_793_000_000_000, madeBefore: null, basis: 'resource' },
});

export const aPastRotation = (id: string): PastRotation => ({
  id,
  reason: 'KeyTooOld',
  startedAt: 1_793_000_000_000,
  endedAt: 1_793_600_000_000,
  end: 'completed',
});

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
