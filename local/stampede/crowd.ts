import { setTimeout as sleep } from 'node:timers/promises';
import { consumerClient } from '../azure/client.ts';
import type { AzureInProcess } from '../azure/in-process.ts';
import type { LocalAzure } from '../azure/server.ts';
import { Consumer } from '../consumers/consumer.ts';
import { rereads, type Staged, tokenLifetime } from './fleet.ts';

/** All that use the keys of the fleet, in this process. */
export interface Crowd {
  readonly consumers: ReadonlyMap<Staged, readonly Consumer[]>;
  /** Each looks and calls once, whatever the time. */
  tickAll(): Promise<void>;
  /** Those of one target read their secret no more, whatever they were said to do. */
  petrify(target: Staged): void;
  /** Those of one target call now: its keys have just changed. */
  tick(target: Staged): void;
  /** Each in its turn, until `stop`. */
  run(every: number): void;
  stop(): Promise<void>;
}

export function gather(
  targets: readonly Staged[],
  azure: AzureInProcess,
  settings: LocalAzure['settings'],
  /** Of any worker that is alive; acknowledgements go there. */
  anyWorker: () => string,
): Crowd {
  const http = consumerClient(azure);
  const petrified = new Set<Staged>();
  const consumers = new Map(
    targets.map((target) => [
      target,
      target.readers.map(({ name, secret, acknowledges }) => {
        const ack = {
          target: target.name,
          get base() {
            return anyWorker();
          },
        };
        return new Consumer({
          ...{ name, secret, tokenLifetime, clients: 1, clock: azure.clock },
          get rereads() {
            return petrified.has(target) ? 'at-start' : rereads;
          },
          platform: { ...settings, http },
          ...(acknowledges ? { ack } : {}),
        });
      }),
    ]),
  );
  const all = [...consumers.values()].flat();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const busy = new Map<Consumer, Promise<void>>();
  // One at a time of each: a tick that still waits for an answer to its acknowledgement goes on.
  const tick = (consumer: Consumer): Promise<void> => {
    const ticking = busy.get(consumer) ?? consumer.tick(azure.clock.now()).finally(() => busy.delete(consumer));
    busy.set(consumer, ticking);
    return ticking;
  };
  return {
    consumers,
    async tickAll() {
      await Promise.all(all.map(tick));
    },
    petrify: (target) => void petrified.add(target),
    tick(target) {
      for (const consumer of consumers.get(target) ?? []) void tick(consumer);
    },
    run(every) {
      running = (async () => {
        // Spread evenly: all at once would hold up everything else of this process.
        const slices = 20;
        for (let turn = 0; !stopping.signal.aborted; turn += 1) {
          for (let i = turn % slices; i < all.length; i += slices) void tick(all[i] as Consumer);
          await sleep(every / slices, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
      })();
    },
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(busy.values());
    },
  };
}
