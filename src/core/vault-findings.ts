import type { Finding } from './findings.ts';
import { type Fingerprint, hostOf, type SecretId } from './model.ts';
import type { Surroundings } from './posture.ts';
import type { Situation } from './slots.ts';

/** One key that publications in different vaults carry: whoever may read any of them has it. */
export function sharedKeys(
  { observation: { publications } }: Pick<Situation, 'observation'>,
  surroundings: Surroundings | null,
): readonly Finding[] {
  const carriers = new Map<Fingerprint, SecretId[]>();
  for (const { secret, current } of publications) {
    if (current.is === 'keyed')
      carriers.set(current.fingerprint, [...(carriers.get(current.fingerprint) ?? []), secret]);
  }
  const subscriptionOf = (host: string): string | undefined =>
    surroundings?.vaults.find((vault) => vault.host === host)?.subscription;
  return [...carriers].flatMap(([fingerprint, secrets]): Finding[] => {
    const vaults = [...new Set(secrets.map(hostOf))];
    if (vaults.length < 2) return [];
    const subscriptions = [...new Set(vaults.flatMap((host) => subscriptionOf(host) ?? []))];
    return [{ code: 'KeyShared', secrets, versions: [], detail: { fingerprint, vaults, subscriptions } }];
  });
}

/** Vaults that are open to every network, of those that could be seen. */
export function vaultFindings(
  { observation: { publications } }: Pick<Situation, 'observation'>,
  surroundings: Surroundings | null,
): readonly Finding[] {
  const open = surroundings?.vaults.filter(({ publicAccess }) => publicAccess === 'open') ?? [];
  const secrets = publications
    .map(({ secret }) => secret)
    .filter((secret) => open.some(({ host }) => host === hostOf(secret)));
  if (secrets.length === 0) return [];
  const vaults = open.filter(({ host }) => secrets.some((secret) => hostOf(secret) === host));
  return [
    {
      code: 'VaultPublicAccess',
      secrets,
      versions: [],
      detail: { vaults: vaults.map(({ resourceId }) => resourceId) },
    },
  ];
}
