import type { App } from './app.ts';
import { PortError } from './errors.ts';
import { eventOf } from './events.ts';
import type { Lease } from './lease.ts';
import type { Ports, Receipt } from './ports.ts';

/**
 * Brings what was committed to the history and to those who want to hear of it. Each receipt stays in the outbox until
 * both have it, so a crash, or a receiver that is away, loses none; each event has a fixed id, so a repetition shows.
 *
 * @throws LedgerUnavailable
 */
export async function deliver(lease: Lease, ports: Ports, app: App): Promise<void> {
  for (const receipt of lease.takeUndelivered()) {
    await ports.ledger.deliver(receipt);
    if (await isHeard(receipt, lease.record.state.name, ports, app)) await ports.ledger.clear(receipt);
  }
}

async function isHeard(receipt: Receipt, target: string, { notifier }: Ports, { log }: App): Promise<boolean> {
  const event = eventOf(receipt, target);
  if (event === null) return true;
  try {
    await notifier.send(event);
    return true;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    log({
      level: 'warning',
      event: 'EventNotTaken',
      target,
      type: event.type,
      code: error.code,
      remedy: error.message,
    });
    return false;
  }
}
