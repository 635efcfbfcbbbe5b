import type { Instant, ResourceId, Target } from '../core/model.ts';
import type { App } from './app.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problems.ts';
import { readRow } from './read-row.ts';
import { freshReport } from './report/fresh.ts';
import type { TargetReport } from './report/schema.ts';
import { targetReport } from './report/target-report.ts';

/** @throws Problem `TargetNotFound` for a name that rotation.json does not have */
export function findTarget(name: string | undefined, { targets }: App): Target {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Problem('TargetNotFound', 'Names are those of rotation.json.');
  return target;
}

type Found = Pick<Target, 'name' | 'resourceId'>;

interface ViewOfTarget {
  readonly report: TargetReport;
  readonly resource: ResourceId;
  readonly now: Instant;
  /** Of its newest receipt; 0 before the first. */
  readonly seq: number;
}

/**
 * One target as the last look saw it. An orphan, removed from rotation.json in the middle of a rotation, answers to its
 * last name.
 *
 * @param fresh looks at it now, and writes nothing; of an orphan nothing is looked at any more
 * @throws Problem `TargetNotFound`, `Unavailable` where Azure cannot be asked now; LedgerUnavailable
 */
export async function viewTarget(
  name: string | undefined,
  app: App,
  ports: Ports,
  { fresh = false }: { readonly fresh?: boolean } = {},
): Promise<ViewOfTarget> {
  const found = await findWithOrphans(name, app, ports);
  const { resourceId } = found;
  const known = app.targets.find((each) => each.resourceId === resourceId);
  const row = await readRow(ports, resourceId, async () => (await ports.ledger.summaries()).now);
  const report =
    fresh && known !== undefined && !row.isCorrupted
      ? await freshReport(known, row, app, ports)
      : targetReport(known ?? found, row, app);
  return { report, resource: resourceId, now: row.now, seq: row.record?.head.seq ?? 0 };
}

/** The resource behind a name, orphans included. @throws Problem `TargetNotFound`; LedgerUnavailable */
export async function resourceOf(name: string | undefined, app: App, ports: Ports): Promise<ResourceId> {
  return (await findWithOrphans(name, app, ports)).resourceId;
}

async function findWithOrphans(name: string | undefined, app: App, ports: Ports): Promise<Found> {
  const target = app.targets.find((each) => each.name === name);
  if (target !== undefined) return target;
  const { resources } = await ports.ledger.summaries();
  const orphan = resources.find((each) => each.name === name && each.open && !isConfigured(each.resource, app));
  if (orphan === undefined) throw new Problem('TargetNotFound', 'Names are those of rotation.json.');
  return { name: orphan.name ?? '', resourceId: orphan.resource };
}

/** An orphan, by its last name. @throws Problem `TargetNotFound`; LedgerUnavailable */
export async function orphanNamed(name: string | undefined, app: App, ports: Ports): Promise<ResourceId> {
  const { resources } = await ports.ledger.summaries();
  const orphan = resources.find((each) => each.name === name && each.open && !isConfigured(each.resource, app));
  if (orphan === undefined)
    throw new Problem('TargetNotFound', 'Only a target that was removed in mid-rotation can be forgotten.');
  return orphan.resource;
}

const isConfigured = (resource: ResourceId, { targets }: App): boolean =>
  targets.some(({ resourceId }) => resourceId === resource);
