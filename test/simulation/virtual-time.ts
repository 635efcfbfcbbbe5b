import FakeTimers from '@sinonjs/fake-timers';
import type { Duration, Instant } from '../../src/core/model.ts';

/** Of the real event loop, whatever is replaced later. */
const turnOfTheLoop = setImmediate;

/** One for all, since most are for calls that have long been answered. */
const TIMED_OUT = new DOMException('The operation timed out.', 'TimeoutError');

/** Clock and timers of a whole process, moved by nobody but the simulation. One at a time. */
export interface VirtualTime {
  sleep(lasts: Duration): Promise<void>;
  /** Lets time pass, timer by timer, until something holds. @returns false where `end` came first */
  pass(until: () => boolean, end: Instant): Promise<boolean>;
  /** Sets the clock forward, and nothing happens meanwhile. */
  skip(lasts: Duration): void;
  uninstall(): void;
}

export function installVirtualTime(startsAt: Instant): VirtualTime {
  const clock = FakeTimers.install({
    now: startsAt,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  // Not among what the library replaces, and every deadline of the app is one.
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(TIMED_OUT), ms);
    return controller.signal;
  };
  return {
    sleep: (lasts) => new Promise((resolve) => setTimeout(resolve, lasts)),
    async pass(until, end) {
      for (;;) {
        // Nothing in a simulation waits for the outside, so that one turn runs every promise as far as it goes.
        await new Promise((resolve) => turnOfTheLoop(resolve));
        if (until()) return true;
        if (Date.now() >= end || clock.countTimers() === 0) return false;
        clock.next();
      }
    },
    skip: (lasts) => clock.setSystemTime(Date.now() + lasts),
    uninstall() {
      clock.uninstall();
      AbortSignal.timeout = timeout;
    },
  };
}
