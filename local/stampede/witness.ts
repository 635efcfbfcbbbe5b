import { type Ask, fieldOf } from '../azure/http.ts';
import type { AzureInProcess } from '../azure/in-process.ts';
import type { SlotName } from '../azure/signalr-resource.ts';
import type { Crowd } from './crowd.ts';
import type { Staged } from './fleet.ts';
import type { StateWrite } from './lease-rows.ts';
import { watchLeases } from './lease-watch.ts';
import { mutationsOf } from './mutations.ts';
import { usersOf } from './oracle.ts';

/** A defect of ours is a defect, whatever came of it. */
const unforgivable = ['Defect', 'LedgerCorrupted'];
/** What the host says where the storage was too slow for a call: the message, or the next sweep, comes again. */
const forgivable = /The ledger cannot be reached|did not answer as it should|cannot be read:|comes again later/;

export type Witness = ReturnType<typeof witnessOf>;

/** Sees everything that the host processes send, and what they complain of. */
export function witnessOf(azure: AzureInProcess, targets: readonly Staged[], crowd: Crowd, speed: number) {
  const watch = watchLeases();
  const byId = new Map(targets.map((target) => [target.resource.id.toLowerCase(), target]));
  const mutationIn = mutationsOf(targets);
  const counted = { kills: 0, orphaned: 0, refusedWrites: 0 };
  const faults: string[] = [];
  const alerts = new Map<string, number>();
  const rotations = new Map<string, Set<string>>();
  let heard = 0;

  /** The app tells them at least once, with the rotation's id. */
  const hear = () => {
    for (const { event } of azure.events.slice(heard)) {
      heard += 1;
      if (event.type !== 'SignalRKeyRotation.RotationCompleted') continue;
      const { resourceId, rotation } = event.data as { readonly resourceId: string; readonly rotation: string };
      rotations.set(resourceId, (rotations.get(resourceId) ?? new Set()).add(rotation));
    }
  };
  const aboutToRegenerate = (target: Staged, process: string, slot: SlotName) => {
    for (const { name } of usersOf(target, slot, crowd.consumers.get(target) ?? [])) {
      faults.push(`${target.name}: ${process} regenerates the ${slot} key, which ${name} uses.`);
    }
    // Nobody is to be spared by not having called in time.
    const { operation, oldKeyRefused } = target.resource.timing;
    setTimeout(() => crowd.tick(target), (operation + oldKeyRefused) / speed + 5).unref();
  };

  return {
    watch,
    counted,
    faults,
    alerts,
    rotationsOf({ resource }: Staged): ReadonlySet<string> {
      hear();
      return rotations.get(resource.id.toLowerCase()) ?? new Set();
    },
    ask(process: string, ask: Ask) {
      const mutation = mutationIn(ask);
      if (mutation === null) return;
      watch.mutated({ ...mutation, process });
      const target = byId.get(mutation.target);
      const slot = String(fieldOf(ask.body, 'keyType')).toLowerCase();
      if (target && (slot === 'primary' || slot === 'secondary')) aboutToRegenerate(target, process, slot);
    },
    write(process: string, { taken, ...write }: StateWrite) {
      if (taken === null) counted.refusedWrites += 1;
      else watch.wrote({ ...write, ...taken, process });
    },
    error(process: string, message: string) {
      const { event, code } = parsed(message);
      const isSlow = event === undefined && forgivable.test(message);
      const kind = isSlow ? 'storage too slow' : [event, code].filter((part) => part !== undefined).join(' ');
      alerts.set(kind, (alerts.get(kind) ?? 0) + 1);
      if (isSlow || (event !== undefined && !unforgivable.includes(String(code)))) return;
      faults.push(`${process}: ${message.slice(0, 500)}`);
    },
    isAtWork: (process: string): boolean => watch.heldBy(process).length > 0,
    kill(process: string) {
      counted.kills += 1;
      counted.orphaned += watch.heldBy(process).length;
    },
  };
}

function parsed(message: string): { readonly event?: unknown; readonly code?: unknown } {
  try {
    return JSON.parse(message) as { readonly event?: unknown };
  } catch {
    return {};
  }
}
