import type { Monitor } from '../app/ports.ts';
import type { Duration, Instant, ResourceId } from '../core/model.ts';
import type { DiagnosticSetting } from '../core/posture.ts';
import { READ_FIELDS, regenerationsIn } from './activity-log.ts';
import { failureFrom, type Item, isTrue, itemsOf, propertiesOf, type Query, resourceManager, textOf } from './arm.ts';
import type { Access } from './authorised.ts';
import { within } from './deadline.ts';
import { unavailable } from './failure.ts';

const DIAGNOSTICS_API_VERSION = '2021-05-01-preview';
const ACTIVITY_LOG_API_VERSION = '2015-04-01';

const HOUR: Duration = 3_600_000;
/** The service refuses to be asked from more than 90 days back, by its own clock; the hour is for ours. */
const KEPT: Duration = 90 * 24 * HOUR - HOUR;
/** One that ended after `since` began before it. */
const LONGEST_OPERATION: Duration = HOUR;

/** Azure Monitor, over ARM. Tokens and connections are shared by all invocations. */
export function azureMonitor({
  now,
  ...access
}: Access & { readonly now: () => Instant }): (signal: AbortSignal) => Monitor {
  const arm = resourceManager(access);
  return (signal) => {
    const list = async (path: string, apiVersion: string, query?: Query): Promise<readonly Item[] | null> => {
      try {
        return await within(signal, (limit) => arm.list(path, apiVersion, limit, query));
      } catch (error) {
        const failure = failureFrom(error);
        if ([401, 403, 404].includes(failure.status ?? 0)) return null;
        throw unavailable('Azure Monitor', failure);
      }
    };

    return {
      async diagnostics(resource) {
        const settings = await list(
          `${resource}/providers/Microsoft.Insights/diagnosticSettings`,
          DIAGNOSTICS_API_VERSION,
        );
        return settings?.map(settingIn) ?? null;
      },

      async regenerations(resource, since) {
        const to = now();
        const from = Math.max(since - LONGEST_OPERATION, to - KEPT);
        if (from >= to) return [];
        const [, , subscription] = resource.split('/');
        const entries = await list(
          `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`,
          ACTIVITY_LOG_API_VERSION,
          { $filter: filterOf(resource, from, to), $select: READ_FIELDS.join(',') },
        );
        return entries && regenerationsIn(entries, resource).filter((each) => each.to >= since);
      },
    };
  };
}

/** The service takes this sentence and few others: neither an operation's name nor a caller can be asked for. */
function filterOf(resource: ResourceId, from: Instant, to: Instant): string {
  const [ge, le] = [from, to].map((at) => new Date(at).toISOString());
  const uri = resource.replaceAll("'", "''");
  return `eventTimestamp ge '${ge}' and eventTimestamp le '${le}' and resourceUri eq '${uri}'`;
}

export function settingIn(item: Item): DiagnosticSetting {
  const on = itemsOf(propertiesOf(item).logs).filter(({ enabled }) => isTrue(enabled));
  return {
    name: textOf(item.name) ?? 'unnamed',
    logs: on.flatMap(({ category, categoryGroup }) => textOf(category) ?? textOf(categoryGroup) ?? []),
  };
}
