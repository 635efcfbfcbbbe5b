import type { Core, RegisteredFunction } from './core-module.ts';
import type { Invoke } from './invocations.ts';
import { ncrontab } from './ncrontab.ts';
import { type Binding, json } from './typed-data.ts';

/** Something that starts invocations by itself. `stop` starts no more and waits for the running ones. */
export interface Trigger {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** setTimeout takes no more than this and would fire at once. */
const longestTimeout = 2 ** 31 - 1;

export function timer(
  fn: RegisteredFunction,
  binding: Binding,
  expression: string,
  invoke: Invoke,
  core: Core,
): Trigger {
  const schedule = ncrontab(expression);
  const { name } = fn.metadata;
  let pending: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let last: Date | null = null;

  // The next time is looked up after the run, so that a run longer than its interval skips what it covered and two
  // never overlap.
  const arm = () => {
    // Not before the last due time: a timeout may fire a millisecond early, and the same second would come again.
    if (!stopped) wait(schedule.next(new Date(Math.max(Date.now(), last?.getTime() ?? 0))));
  };
  const wait = (due: Date) => {
    const delay = due.getTime() - Date.now();
    pending = setTimeout(() => (delay > longestTimeout ? wait(due) : run(due)), Math.min(delay, longestTimeout));
  };
  const run = (due: Date | null) => {
    running = once(due).finally(arm);
  };
  const once = async (due: Date | null) => {
    const now = new Date();
    const status = { Last: stamp(last), Next: stamp(schedule.next(now)), LastUpdated: stamp(last) };
    try {
      await invoke(
        fn,
        json({ Schedule: { AdjustForDST: true }, ScheduleStatus: monitored(now) ? status : null, IsPastDue: false }),
      );
    } catch {
      // The invocation has logged it; a timer is not retried but fires again.
    }
    last = due ?? now;
  };
  // Azure keeps a status only of schedules that fire at most once a minute.
  const monitored = (now: Date) => {
    const first = schedule.next(now);
    return (binding.useMonitor ?? true) && schedule.next(first).getTime() - first.getTime() >= 60_000;
  };

  return {
    start() {
      core.log({
        level: 'information',
        category: 'Host',
        functionName: name,
        message: `${name} fires next at ${schedule.next(new Date()).toISOString()}.`,
      });
      if (binding.runOnStartup) run(null);
      else arm();
      return Promise.resolve();
    },
    async stop() {
      stopped = true;
      clearTimeout(pending);
      await running;
    },
  };
}

/** .NET's default DateTime stands for a run that never was. */
const stamp = (date: Date | null) => date?.toISOString() ?? '0001-01-01T00:00:00';
