import type { Listener } from './recorder.ts';
import type { Sdk } from './sdk.ts';

/** The work waits no longer than this for what is told of it. */
export const PATIENCE_MS = 2_000;

/**
 * Hands what was recorded to OpenTelemetry, which is opened when there is first something to tell: an app that starts has
 * better things to do. Nothing that goes wrong here leaves.
 */
export function listener(open: () => Promise<Sdk>): Listener {
  let opened: Promise<Sdk> | null = null;
  const sdk = (): Promise<Sdk> => {
    opened ??= open();
    return opened;
  };
  const sendSpans = impatient();
  const sendMetrics = impatient();

  return {
    async invocation(record) {
      if (record.ended.length === 0 && record.looks.every(({ rotation }) => rotation === null)) return;
      await quietly(async () => {
        const { tell, sendSpans: send } = await sdk();
        if (tell(record)) await sendSpans(send);
      });
    },
    call(record) {
      void quietly(async () => (await sdk()).count(record));
    },
    async fleet(samples) {
      const { sendMetrics: send, trouble } = await sdk();
      await sendMetrics(() => send(samples));
      return trouble();
    },
    async end() {
      if (opened === null) return;
      await quietly(async () => {
        const { sendSpans: spans, sendMetrics: metrics } = await sdk();
        await Promise.all([sendSpans(spans), sendMetrics(() => metrics([]))]);
      });
    },
  };
}

/** While an earlier sending is under way nobody waits: a collector that hangs keeps one invocation waiting, and not each. */
function impatient(): (send: () => Promise<void>) => Promise<void> {
  let isBusy = false;
  return async (send) => {
    if (isBusy) return;
    isBusy = true;
    const sending = send().finally(() => {
      isBusy = false;
    });
    await Promise.race([sending, patience()]);
  };
}

const patience = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS).unref();
  });

async function quietly(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}
