import type { Consumer, Publication, SecretId, Target, TargetState } from './model.ts';

export interface Participants {
  readonly publications: readonly Publication[];
  readonly consumers: readonly Consumer[];
}

/** Whoever the running rotation started with and whoever is configured now: all of them must be satisfied. */
export function participantsOf(target: Target, state: TargetState): Participants {
  const started = state.rotation?.participants ?? { publications: [], consumers: [] };
  return {
    publications: [
      ...target.publications,
      ...started.publications.filter((p) => !target.publications.some((q) => q.secret === p.secret)),
    ],
    consumers: [
      ...target.consumers.map((consumer) => {
        const before = started.consumers.find((c) => c.name === consumer.name);
        return before ? { ...consumer, reads: [...new Set([...consumer.reads, ...before.reads])] } : consumer;
      }),
      ...started.consumers.filter((c) => !target.consumers.some((d) => d.name === c.name)),
    ],
  };
}

export const readersOf = (secret: SecretId, { consumers }: Participants): readonly Consumer[] =>
  consumers.filter((consumer) => consumer.reads.includes(secret));
