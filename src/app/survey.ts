import pLimit from 'p-limit';
import type { Duration, Instant } from '../core/model.ts';
import type { App } from './app.ts';
import { type Deadline, OutOfTime, startDeadline, withinDeadline } from './deadline.ts';
import { SubscriptionForbidden, Unavailable } from './errors.ts';
import type { Inventory, Ports, Survey } from './ports.ts';

/** What a subscription holds changes slowly, and nothing that is decided about keys rests on it. */
const SURVEY_AGAIN_AFTER: Duration = 60 * 60_000;
/** It follows a sweep in one invocation, and the host ends them both after five minutes: host.json. */
const LASTS: Duration = 90_000;
/** Subscriptions that are listed at a time. */
const AT_A_TIME = 4;

/**
 * Lists what the configured subscriptions hold, each once an hour, so that nothing hides from the report. One that fails
 * stops no other, and what was found in it before stays.
 *
 * @throws LedgerUnavailable
 */
export async function survey(app: App): Promise<void> {
  const deadline = startDeadline(app.stopwatch, LASTS);
  const { inventory, estate } = app.openPorts(deadline.signal);
  const { now, surveys } = await inventory.surveys();
  await forgetOthers(app, surveys, inventory);
  const due = dueIn(app, surveys, now);
  if (due.length === 0) return;
  const use = { app, deadline, inventory, estate: withinDeadline(estate, deadline) };
  const limit = pLimit(AT_A_TIME);
  const ends = await Promise.allSettled(due.map((each) => limit(() => surveyOne(each, use))));
  app.log({
    level: 'info',
    event: 'Surveyed',
    ...countsOf(ends.flatMap((e) => (e.status === 'fulfilled' ? e.value : []))),
  });
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What is no longer configured is nobody's to keep up, and would be shown as it was for ever. */
async function forgetOthers({ subscriptions }: App, surveys: readonly Survey[], inventory: Inventory): Promise<void> {
  const configured = new Set(subscriptions);
  for (const { subscription } of surveys) if (!configured.has(subscription)) await inventory.forget(subscription);
}

interface Due {
  readonly subscription: string;
  readonly last: Survey | null;
}

/** Longest ago first, so that each has its turn although there is not time for all. */
function dueIn({ subscriptions }: App, surveys: readonly Survey[], now: Instant): readonly Due[] {
  const known = new Map(surveys.map((each) => [each.subscription, each]));
  return subscriptions
    .map((subscription) => ({ subscription, last: known.get(subscription) ?? null }))
    .filter(({ last }) => last === null || now - last.at >= SURVEY_AGAIN_AFTER)
    .sort((a, b) => (a.last?.at ?? 0) - (b.last?.at ?? 0));
}

interface End {
  /** `left`: there was no time, so it is the first of the next survey. */
  readonly is: 'surveyed' | NonNullable<Survey['trouble']> | 'left';
  readonly resources?: number;
  readonly vaults?: number;
}

async function surveyOne(
  { subscription, last }: Due,
  { app, deadline, estate, inventory }: { app: App; deadline: Deadline } & Pick<Ports, 'estate' | 'inventory'>,
): Promise<End> {
  try {
    const resources = await estate.resources(subscription);
    const vaults = await estate.vaults(subscription);
    deadline.check();
    await inventory.keep(subscription, { resources, vaults });
    return { is: 'surveyed', resources: resources.length, vaults: vaults.length };
  } catch (error) {
    if (error instanceof OutOfTime) return { is: 'left' };
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    await inventory.keep(subscription, trouble);
    // Once: a right that is missing is missing every hour.
    if (error instanceof SubscriptionForbidden && last?.trouble !== trouble) warn(app, subscription, error);
    return { is: trouble };
  }
}

function troubleOf(error: unknown): Survey['trouble'] {
  if (error instanceof SubscriptionForbidden) return 'forbidden';
  return error instanceof Unavailable ? 'unavailable' : null;
}

function warn({ log }: App, subscription: string, { code, message: remedy }: SubscriptionForbidden): void {
  log({ level: 'warning', event: code, code, subscription, remedy });
}

function countsOf(ends: readonly End[]): Record<'resources' | 'vaults' | End['is'], number> {
  const counts = { surveyed: 0, resources: 0, vaults: 0, forbidden: 0, unavailable: 0, left: 0 };
  for (const { is, resources = 0, vaults = 0 } of ends) {
    counts[is] += 1;
    counts.resources += resources;
    counts.vaults += vaults;
  }
  return counts;
}
