import { QueueClient } from '@azure/storage-queue';
import { happenedIn } from '../azure/happened.ts';
import type { Chance } from '../chance.ts';
import type { Staged } from './fleet.ts';

/** What asks for a rotation of one target: all that a platform would send, most of it twice, early or late. */
export interface Triggers {
  /** Of each kind, how many were sent. */
  readonly sent: { http: number; events: number; messages: number };
  /** Those to come. */
  readonly pending: number;
  /** From now on: the moment at which the timer finds the target due is `due` milliseconds away. */
  race(target: Staged, due: number): void;
  stop(): void;
}

export interface TriggersOptions {
  readonly chance: Chance;
  /** Milliseconds of the run in one of the machine. */
  readonly speed: number;
  readonly storage: string;
  readonly now: () => number;
  /** Of any process that is alive; null while there is none. */
  readonly anyWorker: () => string | null;
}

/** Whoever asks by a name asks once more within this time, and not later: by then the rotation may have ended. */
const insists = 5_000;
/** As late as a repetition comes. */
const latest = 60_000;

export function pullTriggers({ chance, speed, storage, now, anyWorker }: TriggersOptions): Triggers {
  const sent = { http: 0, events: 0, messages: 0 };
  const queue = new QueueClient(storage, 'reconcile');
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, act: () => Promise<unknown>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      // Nobody is there, or dies before the answer: then this one is lost, as it may be.
      act().catch(() => undefined);
    }, Math.max(0, ms) / speed);
    timers.add(timer);
  };

  const rotate = async (target: Staged, id: string | null): Promise<boolean> => {
    const url = anyWorker();
    if (url === null) return false;
    sent.http += 1;
    const response = await fetch(`${url}/api/targets/${target.name}/rotate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(id === null ? {} : { 'idempotency-key': id }) },
      body: JSON.stringify({ why: 'the stampede' }),
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.ok;
  };
  const untilTaken = async (ask: () => Promise<boolean>, end: number): Promise<void> => {
    const isTaken = await ask().catch(() => false);
    if (!isTaken && now() < end) after(500, () => untilTaken(ask, end));
  };
  const tell = async ({ publications }: Staged): Promise<boolean> => {
    const url = anyWorker();
    const vaults = publications.map(({ vault }) => vault);
    const expiring = happenedIn({ resources: [], vaults }, now()).map(({ event }) => event());
    if (url === null) return false;
    sent.events += expiring.length;
    const response = await fetch(`${url}/runtime/webhooks/eventgrid?functionName=key-compromise-event`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
      body: JSON.stringify(expiring),
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.ok;
  };
  const wake = async ({ resource }: Staged): Promise<void> => {
    sent.messages += 1;
    const message = JSON.stringify({ resourceId: resource.id.toLowerCase() });
    await queue.sendMessage(Buffer.from(message).toString('base64'));
  };

  return {
    sent,
    get pending() {
      return timers.size;
    },
    race(target, due) {
      const around = () => due + chance.between(-1_000, 2_000);
      const later = () => due + chance.between(0, latest);
      for (let n = 0; n < 2; n += 1) after(around(), () => wake(target));
      after(later(), () => wake(target));
      if (chance.isHeads(0.5)) {
        const id = `stampede-${target.name}`;
        const end = now() + due + insists;
        for (let n = 0; n < 2; n += 1) after(around(), () => untilTaken(() => rotate(target, id), end));
      }
      if (chance.isHeads(0.5)) {
        const end = now() + due + insists;
        for (let n = 0; n < 2; n += 1) after(around(), () => untilTaken(() => tell(target), end));
        after(later(), () => tell(target));
      }
      // Without a name it joins the rotation that runs, or finds young keys.
      for (let n = 0; n < 2; n += 1) after(later(), () => rotate(target, null));
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
