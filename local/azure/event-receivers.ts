import { type Answer, type Ask, failure } from './http.ts';
import { principalOf } from './identity.ts';

export interface ReceivedEvent {
  readonly by: 'topic' | 'webhook';
  readonly host: string;
  readonly event: Readonly<Record<string, unknown>>;
}

type Take = (event: Readonly<Record<string, unknown>>) => void;

/** An Event Grid topic with the CloudEvents schema, for whoever comes with a token. */
export function answerTopic(ask: Ask, audience: string, take: Take): Answer {
  if (ask.method !== 'POST' || ask.path !== '/api/events') return failure(404, 'NotFound', 'Events go to /api/events.');
  if (principalOf(ask.headers.authorization, audience) === null) {
    return failure(401, 'Unauthorized', 'The request has no token for Event Grid, and keys are not accepted.');
  }
  if (ask.query.get('api-version') !== '2018-01-01') return failure(400, 'BadRequest', 'api-version is missing.');
  const isBatch = isOfType(ask, 'application/cloudevents-batch+json');
  if (!isBatch && !isOfType(ask, 'application/cloudevents+json')) return badType;
  return receive(isBatch ? ask.body : [ask.body], take);
}

/** Anybody's endpoint that takes CloudEvents, one at a time. */
export function answerWebhook(ask: Ask, take: Take): Answer {
  if (ask.method !== 'POST') return failure(405, 'HttpMethodNotAllowed', 'Events are posted.');
  return isOfType(ask, 'application/cloudevents+json') ? receive([ask.body], take) : badType;
}

const badType = failure(415, 'UnsupportedMediaType', 'The content type is none of CloudEvents.');

function receive(events: unknown, take: Take): Answer {
  if (!Array.isArray(events) || !events.every(isCloudEvent)) {
    return failure(
      400,
      'BadRequest',
      'The content is no CloudEvent: specversion 1.0, id, source and type are required.',
    );
  }
  for (const event of events) take(event);
  return { status: 200 };
}

function isCloudEvent(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { specversion, id, source, type } = event as Record<string, unknown>;
  return specversion === '1.0' && [id, source, type].every((each) => typeof each === 'string' && each !== '');
}

function isOfType(ask: Ask, type: string): boolean {
  return ask.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === type;
}
