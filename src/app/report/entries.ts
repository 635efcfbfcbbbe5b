import type { Instant, ResourceId, Target } from '../../core/model.ts';
import type { App } from '../app.ts';
import type { LedgerGlance } from '../ports.ts';
import { currentVerdict } from './current-verdict.ts';
import type { Entry } from './entry.ts';
import { entryKey, type Known } from './target-report.ts';

/** Every target of rotation.json, and the orphans that were removed from it in the middle of a rotation. */
export function entriesOf(
  { targets }: Pick<App, 'targets'>,
  glances: readonly LedgerGlance[],
  now: Instant,
): readonly Entry[] {
  const seen = new Map(glances.map((glance) => [glance.resource, glance]));
  return [
    ...targets.map((target) => entryOf(target, seen.get(target.resourceId) ?? null, now)),
    ...orphansAmong(glances, targets).map((glance) => entryOf(orphan(glance), glance, now)),
  ];
}

const orphan = ({ name, resource }: LedgerGlance): Known => ({ name: name ?? resource, resourceId: resource });

function orphansAmong(glances: readonly LedgerGlance[], targets: readonly Target[]): readonly LedgerGlance[] {
  const configured = new Set<ResourceId>(targets.map(({ resourceId }) => resourceId));
  return glances.filter(({ resource, open }) => open && !configured.has(resource));
}

const NOTHING_FOUND = { high: 0, medium: 0, low: 0, info: 0 } as const;

function entryOf(target: Known, glance: LedgerGlance | null, now: Instant): Entry {
  const { observedAt = null, firstObservedAt = null, condition = null, slots = null } = glance ?? {};
  const key = (slot: 'primary' | 'secondary') => entryKey(slots?.[slot] ?? null, target, firstObservedAt, now);
  return {
    name: target.name,
    resourceId: target.resourceId,
    observedAt,
    phase: glance?.phase ?? 'nothing-due',
    condition,
    stuckSince: glance?.stuckSince ?? null,
    rotating: glance?.open ?? false,
    keys: { primary: key('primary'), secondary: key('secondary') },
    verdict: currentVerdict(glance?.verdict ?? null, { observedAt, condition }, now),
    tally: glance?.tally ?? NOTHING_FOUND,
  };
}
