import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { BENT_TIME, type BentTime } from './time.ts';

/*
 * Loaded with --import before everything else of a process: its clock is wrong by `skew`, and its time passes at `speed`.
 * Stopwatch, timers and time limits go with it, so that a lease and whoever must end before it stay in proportion.
 */

const { epoch, speed, skew } = JSON.parse(process.env[BENT_TIME] ?? 'null') as BentTime;

const RealDate = Date;
const now = (): number => Math.round(epoch + (RealDate.now() - epoch) * speed + skew);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
RealDate.prototype.constructor = globalThis.Date;

if (speed !== 1) {
  const stopwatch = performance.now.bind(performance);
  Object.defineProperty(performance, 'now', { value: () => stopwatch() * speed });

  const limit = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => limit(Math.ceil(ms / speed));

  const { setTimeout: once, setInterval: often } = globalThis;
  const sooner =
    (real: (call: () => void, ms: number, ...args: unknown[]) => unknown) =>
    (call: () => void, ms = 0, ...args: unknown[]) =>
      real(call, ms / speed, ...args);
  globalThis.setTimeout = Object.assign(sooner(once as never), { [promisify.custom]: sleep }) as never;
  globalThis.setInterval = sooner(often as never) as never;
  const { setTimeout: pause } = promises;
  function sleep(ms = 0, ...rest: unknown[]): Promise<unknown> {
    return pause(ms / speed, ...(rest as []));
  }
  Object.assign(timers, { setTimeout: globalThis.setTimeout, setInterval: globalThis.setInterval });
  Object.assign(promises, { setTimeout: sleep });
  syncBuiltinESMExports();
}
