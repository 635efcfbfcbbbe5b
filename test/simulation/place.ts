import { type AzureInProcess, createAzure } from '../../local/azure/in-process.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Vault } from '../../local/azure/vault.ts';
import {
  type Consumer,
  type EvidenceSource,
  parseResourceId,
  parseSecretId,
  type SecretId,
  type Slot,
  type Target,
} from '../../src/core/model.ts';
import { aPolicy, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import type { ConsumerSetup, Setup } from './scenario.ts';

export const SECRET = 'chat';
/** Under which App Service gives an application its connection string. */
export const SETTING = 'SIGNALR';

/** Where a story takes place: a resource, its vaults, and the target that rotation.json would make of them. */
export interface Place {
  readonly azure: AzureInProcess;
  readonly resource: SignalRResource;
  readonly vaults: readonly Vault[];
  readonly target: Target;
  /** What a publication holds with that slot's key. */
  textFor(slot: Slot): string;
  secretIn(vault: number): SecretId;
}

export function aPlace(setup: Setup): Place {
  const { keysMadeAgo, format, active } = setup;
  const clock = { now: () => Date.now() };
  const timing = { operation: 2 * SECOND, newKeyAccepted: 2 * SECOND, oldKeyRefused: 2 * SECOND, logged: 3 * MINUTE };
  // What the roles allow is proved elsewhere, and costs more than all the rest.
  const azure = createAzure({ clock, timing, authorisation: { by: 'everything' } });
  const made = keysMadeAgo === null ? {} : ({ keyShape: 84, keysMadeAt: clock.now() - keysMadeAgo } as const);
  const resource = azure.addSignalR({ name: 'chat-prod', ...made });
  const vaults = setup.vaults.map((name) => azure.addVault(name));
  const textFor = (slot: Slot): string =>
    format === 'access-key' ? resource.keys[slot] : resource.connectionString(slot);
  for (const [i, vault] of vaults.entries()) vault.set(SECRET, textFor(active[i] ?? 'primary'));
  const secretIn = (vault: number): SecretId => known(parseSecretId(vaults[vault]?.idOf(SECRET) ?? ''));
  const target = targetOf(setup, resource, vaults, secretIn);
  return { azure, resource, vaults, target, textFor, secretIn };
}

function targetOf(
  { policy, format, consumers }: Setup,
  { id, name }: SignalRResource,
  vaults: readonly Vault[],
  secretIn: Place['secretIn'],
): Target {
  const usual = aPolicy();
  return {
    name,
    resourceId: known(parseResourceId(id)),
    publications: vaults.map((_, i) => ({ secret: secretIn(i), format, required: true })),
    group: null,
    repositories: [],
    spread: 0,
    consumers: consumers.map(
      ({ name, by, vault = 0 }): Consumer => ({ name, reads: [secretIn(vault)], evidence: evidenceOf(name, by) }),
    ),
    policy: {
      ...usual,
      adoptionSpread: 0,
      switchover: { ...usual.switchover, tokenLifetime: 12 * MINUTE, maxWait: 2 * HOUR },
      verification: { ...usual.verification, settle: 2 * MINUTE },
      ...policy,
    },
  };
}

const GROUPS = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups';

function evidenceOf(name: string, by: ConsumerSetup['by']): EvidenceSource {
  switch (by) {
    case 'ack':
      return { kind: by, principalId: null };
    case 'elapsed':
      return { kind: by, after: 40 * MINUTE };
    case 'probe':
      return { kind: by, url: `https://${name}.example.com/signalr-key`, instances: 1, times: 2 };
    case 'app-service-reference':
      return {
        kind: by,
        resourceId: `${GROUPS}/rg-web/providers/microsoft.web/sites/${name}`,
        setting: SETTING,
        nudge: 'refresh',
      };
    case 'container-app':
      return { kind: by, resourceId: `${GROUPS}/rg-apps/providers/microsoft.app/containerapps/${name}` };
    default:
      return by satisfies never;
  }
}

function known<Id>(id: Id | null): Id {
  if (id === null) throw new Error('What the local Azure made has no id.');
  return id;
}
