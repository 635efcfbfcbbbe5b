import { LedgerUnavailable, Unavailable } from '../../src/app/errors.ts';
import type { Ports } from '../../src/app/ports.ts';

/** The process is gone: nothing that this invocation does afterwards reaches anybody. */
export class Crash extends Error {}

/** What happens at a call: the process dies before or after it, its answer is lost, or it fails without effect. */
export type Mishap = 'crash-before' | 'crash-after' | 'lose-answer' | 'fail';

export interface Witness {
  /** Called before each call with its name, like `keys.list`; answers what shall go wrong with it. */
  before(name: string, args: readonly unknown[]): Promise<Mishap | null>;
  /** Called after each call, whatever came of it. */
  after(name: string): void;
}

/** The same ports, watched; one set is one invocation. */
export function instrument(ports: Ports, witness: Witness): Ports {
  let dead = false;
  const call = async (name: string, args: readonly unknown[], work: () => unknown): Promise<unknown> => {
    if (dead) throw new Crash();
    const mishap = await witness.before(name, args);
    if (dead) throw new Crash();
    if (mishap === 'crash-before') dead = true;
    if (dead) throw new Crash();
    if (mishap === 'fail') throw failure(name, true);
    try {
      const answer = await work();
      if (mishap === 'crash-after') dead = true;
      if (dead) throw new Crash();
      if (mishap === 'lose-answer') throw failure(name, false);
      return answer;
    } finally {
      witness.after(name);
    }
  };
  const watch = <Port extends object>(port: Port, portName: string): Port =>
    new Proxy(port, {
      get(target, method, receiver) {
        const member: unknown = Reflect.get(target, method, target);
        if (typeof member !== 'function') return Reflect.get(target, method, receiver);
        return (...args: unknown[]) => call(`${portName}.${String(method)}`, args, () => member.apply(target, args));
      },
    });
  return {
    keys: watch(ports.keys, 'keys'),
    secrets: watch(ports.secrets, 'secrets'),
    dataPlane: watch(ports.dataPlane, 'dataPlane'),
    ledger: watch(ports.ledger, 'ledger'),
    fleet: watch(ports.fleet, 'fleet'),
    consumers: watch(ports.consumers, 'consumers'),
    notifier: watch(ports.notifier, 'notifier'),
    queue: watch(ports.queue, 'queue'),
    monitor: watch(ports.monitor, 'monitor'),
    estate: watch(ports.estate, 'estate'),
    inventory: watch(ports.inventory, 'inventory'),
    deadLetters: ports.deadLetters && watch(ports.deadLetters, 'deadLetters'),
  };
}

const failure = (name: string, refused: boolean): Error =>
  /^(ledger|fleet|inventory)\./.test(name) ? new LedgerUnavailable() : new Unavailable(name, { refused });
