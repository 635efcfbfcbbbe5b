import { addressOf, openInPortal } from './address.ts';
import { az, lines, patch } from './azure-cli.ts';
import { existingSignalr, expression, resource, signalr, template } from './bicep.ts';
import type { Remedy, Subject } from './remedy.ts';
import { block, declared, signalrService } from './terraform.ts';
import type { Remedies } from './topics.ts';

const WORKSPACE = '<resource id of the Log Analytics workspace>';
const SETTING = 'signalr-logs';

/** What the resource logs, and where they go: two switches, and one without the other gives nothing. */
const CATEGORIES = ['ConnectivityLogs', 'MessagingLogs', 'HttpRequestLogs'] as const;

/** The values are texts: the service wants 'true', not true. */
export const logConfiguration = {
  resourceLogConfiguration: { categories: CATEGORIES.map((name) => ({ name, enabled: 'true' })) },
};

export function sendLogs(subject: Subject): Omit<Remedy, 'text' | 'portal'> {
  const { id } = addressOf(subject);
  return {
    azureCli: az('monitor diagnostic-settings create', {
      name: SETTING,
      resource: id,
      workspace: WORKSPACE,
      logs: JSON.stringify([{ categoryGroup: 'allLogs', enabled: true }]),
      metrics: JSON.stringify([{ category: 'AllMetrics', enabled: true }]),
    }),
    bicep: resource('signalrLogs', 'Microsoft.Insights/diagnosticSettings', {
      name: SETTING,
      scope: expression('signalr'),
      properties: {
        workspaceId: WORKSPACE,
        logs: [{ categoryGroup: 'allLogs', enabled: true }],
        metrics: [{ category: 'AllMetrics', enabled: true }],
      },
    }),
    terraform: declared('azurerm_monitor_diagnostic_setting', 'signalr', {
      name: SETTING,
      target_resource_id: id,
      log_analytics_workspace_id: WORKSPACE,
      enabled_log: block({ category_group: 'allLogs' }),
      enabled_metric: block({ category: 'AllMetrics' }),
    }),
  };
}

export const makeLogs = (subject: Subject): Omit<Remedy, 'text' | 'portal'> => ({
  azureCli: patch(subject, logConfiguration),
  bicep: signalr(subject, logConfiguration),
  terraform: signalrService(subject, {
    connectivity_logs_enabled: true,
    messaging_logs_enabled: true,
    http_request_logs_enabled: true,
  }),
});

export const logs = {
  DiagnosticLogsOff: (subject) => ({
    text:
      'Send the resource logs to a Log Analytics workspace, and see that the resource makes them: 401s after a key is ' +
      'gone, and connections from unknown addresses, are told only there.',
    portal: [
      openInPortal(subject),
      'Under Monitoring select Diagnostic settings, then Configure log destination settings and Add diagnostic setting.',
      'Mark allLogs and AllMetrics, choose Send to Log Analytics workspace, and save. It takes about ten minutes.',
    ],
    ...sendLogs(subject),
    bicep: template(existingSignalr(subject), sendLogs(subject).bicep),
  }),

  ResourceLogsOff: (subject) => ({
    text: 'Turn ConnectivityLogs, MessagingLogs and HttpRequestLogs on. MessagingLogs may cost throughput: try it first.',
    portal: [
      openInPortal(subject),
      'Under Monitoring select Diagnostic settings.',
      'Under Log source settings mark connectivity, messaging and HTTP request logs, and save.',
    ],
    ...makeLogs(subject),
    azureCli: lines('# The list is replaced as a whole.', makeLogs(subject).azureCli),
  }),
} satisfies Remedies;
