import type { Receipt } from '../../src/app/ports.ts';
import type { TargetReport } from '../../src/app/report/schema.ts';
import type { Managed, World } from './world.ts';

export type Change =
  | { readonly kind: 'receipt'; readonly at: number; readonly target: string; readonly receipt: Receipt }
  | { readonly kind: 'released'; readonly at: number; readonly target: string; readonly code: string }
  | { readonly kind: 'restarted'; readonly at: number; readonly target: string; readonly consumer: string }
  | { readonly kind: 'rolled-back'; readonly at: number; readonly target: string }
  | { readonly kind: 'listed'; readonly at: number; readonly target: string }
  | {
      readonly kind: 'reported';
      readonly at: number;
      readonly target: string;
      readonly why: string;
      /** A fingerprint, a slot, or nothing. */
      readonly named: readonly string[];
    }
  | {
      readonly kind: 'switched';
      readonly at: number;
      readonly target: string;
      readonly consumer: string;
      readonly from: string;
      readonly to: string;
      readonly acknowledges: boolean;
    };

/** What is known of one target from outside, as any operator could: over HTTP, and by what its consumers use. */
export interface Watched {
  readonly managed: Managed;
  /** null before the first answer. */
  view: TargetReport | null;
  /** All of them, oldest first. */
  readonly receipts: Receipt[];
  /** Its people have said what they had to report, or a stranger has listed its keys. */
  hasReported: boolean;
  /** The key that each consumer used last. */
  readonly using: Map<string, string>;
}

export interface Watch {
  readonly targets: readonly Watched[];
  /** Looks once at everything. */
  look(): Promise<readonly Change[]>;
}

export function watchOf({ url, targets: all }: Pick<World, 'url' | 'targets'>): Watch {
  const targets = all.map(
    (managed): Watched => ({ managed, view: null, receipts: [], hasReported: false, using: new Map() }),
  );
  return {
    targets,
    async look() {
      const changes = await Promise.all(targets.map((watched) => lookAt(watched, url)));
      return changes.flat();
    },
  };
}

async function lookAt(watched: Watched, base: string): Promise<readonly Change[]> {
  const { name } = watched.managed.target;
  const switched = switchedIn(watched);
  // The view first: a receipt that is written between the two answers would be missing behind what the view shows.
  const view = await get<TargetReport>(`${base}/api/targets/${name}`);
  const receipts = await newReceipts(watched, base);
  const before = watched.view?.condition ?? null;
  if (view) watched.view = view;
  const isReleased = view !== null && before !== null && view.condition?.code !== before.code;
  return [
    ...switched,
    ...receipts.map((receipt): Change => ({ kind: 'receipt', at: timeOf(receipt, watched), target: name, receipt })),
    ...(isReleased ? [{ kind: 'released', at: timeSeen(watched), target: name, code: before.code } as const] : []),
  ];
}

/** The storage's clock counts whole seconds, so a receipt may carry an earlier time than the one before it. */
const timeOf = ({ seq, at }: Receipt, { receipts }: Watched): number =>
  Math.max(Date.parse(at), ...receipts.filter((before) => before.seq < seq).map((before) => Date.parse(before.at)));

/** When what is seen now happened, by that clock: behind the receipts that are known, and before those to come. */
export const timeSeen = ({ receipts }: Watched): number =>
  Math.max(Date.now() - storageLag, ...receipts.map(({ at }) => Date.parse(at)));

/** At most so far is it behind this process's. */
const storageLag = 1_000;

async function newReceipts({ managed, receipts }: Watched, base: string): Promise<readonly Receipt[]> {
  const seen = receipts.length;
  for (let next: number | null = receipts.at(-1)?.seq ?? 0; next !== null; ) {
    const url: string = `${base}/api/targets/${managed.target.name}/history?after=${next}`;
    const page = await get<{ receipts: Receipt[]; next: number | null }>(url);
    receipts.push(...(page?.receipts ?? []));
    next = page?.next ?? null;
  }
  return receipts.slice(seen);
}

function switchedIn(watched: Watched): readonly Change[] {
  const { managed, using } = watched;
  return managed.consumers.flatMap(({ consumer, acknowledges }): Change[] => {
    const to = consumer.uses?.fingerprint;
    const from = using.get(consumer.name);
    if (to === undefined || to === from) return [];
    using.set(consumer.name, to);
    const { name: target } = managed.target;
    if (from === undefined) return [];
    return [{ kind: 'switched', at: timeSeen(watched), target, consumer: consumer.name, from, to, acknowledges }];
  });
}

/** null where there is no answer now: the next look asks again, and whether the app is broken is told by its host. */
async function get<T>(url: string): Promise<T | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (response.ok) return (await response.json()) as T;
    await response.arrayBuffer();
    return null;
  } catch {
    return null;
  }
}
