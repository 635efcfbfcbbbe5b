import type { LocalAzure } from '../azure/server.ts';
import { oneRotation, type Report, type Scenario, type Scene, type Staged, secondsForDays } from './scenario.ts';

/** The key that the consumers use is in a paste. They switch within seconds, so nobody is refused. */
export const leakedActive = leak('leaked-active', 'The key in use leaks: a new one, a switch, its end.', {
  report: ({ primary }) => ({ fingerprint: primary, why: 'seen in a public paste' }),
  about: 'consumers use the primary, whose fingerprint is reported',
  expected: 'rotated',
});

/** A key that no secret carries: whoever has it has listed the keys. */
export const leakedStandby = leak('leaked-standby', 'The key that nobody uses leaks: it is replaced at once.', {
  report: () => ({ slot: 'secondary', why: 'seen in a log of somebody else' }),
  about: 'consumers use the primary, and the secondary is reported',
  expected: 'rotated',
});

export const leakedUnknown = leak('leaked-unknown', 'Some key leaks, nobody knows which: both are replaced.', {
  report: () => ({ why: 'a laptop was stolen' }),
  about: 'consumers use the primary, and the report names no key',
  expected: 'rotated',
});

export const leakedDead = leak('leaked-dead', 'A key leaks that is dead already: no change.', {
  report: () => ({ fingerprint: 'sha256:00000000deadbeef', why: 'seen in an old repository' }),
  about: 'consumers use the primary, and a key of last year is reported',
  expected: 'not-due',
});

/** Azure tells of it by an event, and of the app's own doings as well. */
export const strangerListedKeys = leak(
  'stranger-listed-keys',
  'Somebody unknown lists the keys: a finding for a person.',
  {
    stranger: { finding: 'KeysListedByStranger' },
    about: 'somebody whom rotation.json does not know lists the keys',
    expected: 'not-due',
  },
);

interface Leak {
  readonly report?: Report;
  readonly stranger?: { readonly finding: string };
  readonly about: string;
  readonly expected: Staged['expected'];
}

function leak(name: string, about: string, staged: Leak): Scenario {
  return {
    name,
    about,
    build(azure) {
      const { resource, secret } = aYoungTarget(azure, 'chat-prod', 'kv-chat');
      return sceneOf({
        target: {
          name: 'chat-prod',
          resourceId: resource.id,
          publications: [{ secret }],
          consumers: [
            { name: 'web', evidence: 'ack' },
            { name: 'worker', evidence: 'ack' },
          ],
        },
        staged: {
          resource,
          ...staged,
          consumers: [
            { name: 'web', secret, rereads },
            { name: 'worker', secret, rereads: 3_000 },
          ],
        },
      });
    },
  };
}

const rereads = 2_000;

/** Nothing is due, so that whatever happens is the answer to the tip. */
export function aYoungTarget(azure: LocalAzure, name: string, vaultName: string) {
  const resource = azure.addSignalR({ name, keyShape: 84, createdAt: Date.now() - 60_000 });
  const vault = azure.addVault(vaultName);
  vault.set('signalr', resource.connectionString('primary'));
  return { resource, secret: vault.idOf('signalr') };
}

/** Whatever the pace: keys whose age nobody knows well are left alone. */
export function sceneOf({ target, staged }: { target: Record<string, unknown>; staged: Staged }): Scene {
  const defaults = { ...secondsForDays(oneRotation), unknownAge: 'report', compromise: { maxWait: 'PT30S' } };
  return { rotation: { defaults, targets: [target] }, resources: [staged] };
}
