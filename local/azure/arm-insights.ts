import { entriesOf, keptFor, type LogEntry } from './activity-log.ts';
import { admit, authorizationFailed, resourceNotFound, same, subscriptionNotFound } from './arm-access.ts';
import { type Answer, type Ask, type Clock, failure } from './http.ts';
import { paged } from './pages.ts';
import type { ArmOperation, DiagnosticSetting, SignalRResource } from './signalr-resource.ts';
import type { SubscriptionAt } from './subscription.ts';

const settingsPath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.SignalRService\/signalR\/[^/]+)\/providers\/Microsoft\.Insights\/diagnosticSettings\/?$/i;
const logPath = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Insights\/eventtypes\/management\/values\/?$/i;

const actions = {
  readDiagnostics: 'Microsoft.Insights/diagnosticSettings/read',
  readActivityLog: 'Microsoft.Insights/eventtypes/values/read',
} as const satisfies Partial<Record<ArmOperation, string>>;

interface Known {
  readonly resources: readonly SignalRResource[];
  readonly subscriptionAt: SubscriptionAt;
  readonly clock: Clock;
}

/** Diagnostic settings of SignalR resources, and the activity log of one of them; nothing else of Azure Monitor. */
export function answerInsights(ask: Ask, known: Known): Answer {
  const ofResource = ask.path.match(settingsPath)?.[1];
  const ofSubscription = ask.path.match(logPath)?.[1];
  const principal = admit(ask, ofSubscription === undefined ? ['2021-05-01-preview'] : ['2015-04-01']);
  if (typeof principal !== 'string') return principal;
  if (ask.method === 'GET' && ofResource !== undefined) return diagnosticSettings(ofResource, principal, known);
  if (ask.method === 'GET' && ofSubscription !== undefined) return activityLog(ask, ofSubscription, principal, known);
  return failure(
    404,
    'InvalidResourceType',
    'The local Azure knows diagnostic settings of SignalR, and its activity log.',
  );
}

function diagnosticSettings(id: string, principal: string, { resources }: Known): Answer {
  const resource = resources.find((candidate) => same(candidate.id, id));
  if (!resource) return resourceNotFound('Microsoft.SignalRService/SignalR', id);
  if (resource.denials.forbids('readDiagnostics', principal)) {
    return authorizationFailed(principal, actions.readDiagnostics, resource.id);
  }
  return { status: 200, body: { value: resource.diagnosticSettings.map((each) => describeSetting(resource, each)) } };
}

export function describeSetting(resource: SignalRResource, { name, logs }: DiagnosticSetting): Record<string, unknown> {
  const retentionPolicy = { enabled: false, days: 0 };
  return {
    id: `${resource.id}/providers/microsoft.insights/diagnosticSettings/${name}`,
    type: 'Microsoft.Insights/diagnosticSettings',
    name,
    properties: {
      workspaceId: `/subscriptions/${resource.subscriptionId}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs`,
      metrics: [{ category: 'AllMetrics', enabled: false, retentionPolicy }],
      logs: Object.entries(logs).map(([log, enabled]) => ({
        ...(groups.includes(log) ? { category: null, categoryGroup: log } : { category: log, categoryGroup: null }),
        enabled,
        retentionPolicy,
      })),
    },
  };
}

const groups = ['allLogs', 'audit'];

const pageSize = 200;

function activityLog(ask: Ask, subscription: string, principal: string, known: Known): Answer {
  if (!known.subscriptionAt(subscription)) return subscriptionNotFound(subscription);
  const asked = filterIn(ask.query.get('$filter') ?? '');
  if (asked === null) return refused('$filter is missing, or of a form that is not supported.');
  const now = known.clock.now();
  if (asked.from < now - keptFor) return refused('The start time cannot be more than 90 days in the past.');
  if (asked.from > asked.to) return refused('The start time cannot be after the end time.');
  const resource = known.resources.find((candidate) => same(candidate.id, asked.resource));
  if (resource?.denials.forbids('readActivityLog', principal)) {
    return authorizationFailed(principal, actions.readActivityLog, resource.id);
  }
  const entries = resource ? entriesOf(resource, now) : [];
  const fitting = entries.filter(({ at }) => asked.from <= at && at <= asked.to);
  return paged(ask, fitting.map(selecting(ask.query.get('$select'))), pageSize);
}

/** One of the few sentences that the service takes, and the only one here. */
function filterIn(filter: string): { readonly from: number; readonly to: number; readonly resource: string } | null {
  const form = /^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)' and resourceUri eq '((?:[^']|'')+)'$/;
  const [, ge = '', le = '', uri = ''] = filter.match(form) ?? [];
  const [from, to] = [Date.parse(ge), Date.parse(le)];
  return Number.isNaN(from) || Number.isNaN(to) ? null : { from, to, resource: uri.replaceAll("''", "'") };
}

function selecting(select: string | null): (entry: LogEntry) => Record<string, unknown> {
  const wanted = select?.split(',').map((field) => field.trim());
  return ({ at: _at, ...entry }) =>
    Object.fromEntries(Object.entries(entry).filter(([field]) => wanted?.includes(field) ?? true));
}

/** Its errors have another form than ARM's. */
function refused(message: string): Answer {
  return { status: 400, body: { code: 'BadRequest', message } };
}
