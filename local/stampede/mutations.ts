import type { Ask } from '../azure/http.ts';
import type { Staged } from './fleet.ts';
import type { Mutation } from './lease-watch.ts';

/** Which target a request changes; null for one that changes none. */
export function mutationsOf(targets: readonly Staged[]): (ask: Ask) => Omit<Mutation, 'process'> | null {
  const byVault = new Map(
    targets.flatMap(({ resource, publications }) =>
      publications.map(({ vault }) => [vault.host, resource.id.toLowerCase()]),
    ),
  );
  return ({ method, host, path }) => {
    const target = byVault.get(host) ?? null;
    if (target !== null)
      return ['PUT', 'PATCH', 'DELETE'].includes(method) ? { target, what: `${method} ${path}` } : null;
    const [, resource] = /^(.+)\/regenerateKey\/?$/i.exec(path) ?? [];
    return method === 'POST' && resource ? { target: resource.toLowerCase(), what: 'regenerateKey' } : null;
  };
}
