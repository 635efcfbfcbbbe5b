import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { Unavailable } from '../app/errors.ts';
import type { Notifier, OutgoingEvent } from '../app/ports.ts';
import { CLOUDS } from '../core/clouds.ts';
import { type Access, authorised } from './authorised.ts';
import { within } from './deadline.ts';
import { failureIn, failureOf, unavailable } from './failure.ts';
import { askOutside, dismiss } from './outside.ts';

/**
 * CloudEvents 1.0 to a webhook, an Event Grid topic, or both; with neither it does nothing. Nothing is repeated here: what was not taken stays in
 * the outbox. One receiver that refuses makes the other hear the event again, with the same id.
 */
export function notifier(
  access: Access & {
    readonly webhook: URL | null;
    /** The topic's endpoint, as Azure shows it: `https://{topic}.{region}-1.eventgrid.azure.net/api/events`. */
    readonly topic: string | null;
  },
): (signal: AbortSignal) => Notifier {
  const { webhook, topic, httpClient, cloud = CLOUDS.AzureCloud } = access;
  const authorisedSend = authorised(access, `https://${cloud.eventGrid}/.default`, 'once');

  const toWebhook = (url: URL, event: OutgoingEvent, signal: AbortSignal) =>
    delivering('The webhook', signal, async (limit) => {
      const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
      const request = { method: 'POST', url, headers, body: JSON.stringify(cloudEvent(event)) } as const;
      const response = await askOutside(request, httpClient, limit);
      dismiss(response);
      return response;
    });

  const toTopic = (endpoint: string, event: OutgoingEvent, signal: AbortSignal) =>
    delivering('Event Grid', signal, (abortSignal) => {
      const url = new URL(endpoint);
      url.searchParams.set('api-version', '2018-01-01');
      return authorisedSend({
        method: 'POST',
        url: url.href,
        headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
        body: JSON.stringify([cloudEvent(event)]),
        abortSignal,
      });
    });

  return (signal) => ({
    async send(event) {
      const sent = await Promise.allSettled([
        ...(webhook === null ? [] : [toWebhook(webhook, event, signal)]),
        ...(topic === null ? [] : [toTopic(topic, event, signal)]),
      ]);
      const failed = sent.find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
    },
  });
}

async function delivering(
  service: string,
  signal: AbortSignal,
  deliver: (signal: AbortSignal) => Promise<PipelineResponse>,
): Promise<void> {
  const response = await within(signal, deliver).catch((error: unknown): Unavailable => {
    return unavailable(service, failureOf(error));
  });
  if (response instanceof Unavailable) throw response;
  if (response.status < 200 || response.status >= 300) throw unavailable(service, failureIn(response));
}

function cloudEvent(event: OutgoingEvent): object {
  return { specversion: '1.0', ...event, datacontenttype: 'application/json' };
}
