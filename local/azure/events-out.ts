import { setTimeout as sleep } from 'node:timers/promises';
import { QueueClient } from '@azure/storage-queue';
import { type AzureEvent, asCloudEvent, happenedIn } from './happened.ts';
import type { LocalAzure } from './server.ts';

/** Where events go: the webhook of a function, with its system key if it has one, or a storage queue. */
export type Subscriber =
  | { readonly to: 'webhook'; readonly url: string; readonly key?: string }
  | { readonly to: 'queue'; readonly connectionString: string; readonly queueName: string };

export interface EventsOutOptions {
  readonly subscribers: readonly Subscriber[];
  /** Default: that of Event Grid. */
  readonly schema?: 'event-grid' | 'cloud-events';
  /** Each is delivered a second time. */
  readonly twice?: boolean;
  /** What happened first need not come first. */
  readonly shuffled?: boolean;
  /** What is kept back; default nothing. */
  readonly except?: (event: AzureEvent) => boolean;
}

export interface EventsOut {
  /** Taken by a subscriber, in that order. */
  readonly delivered: readonly AzureEvent[];
  /** Refused for good, or too often. */
  readonly givenUp: readonly AzureEvent[];
  /** What happens from now on is told nobody. Waits for what is under way. */
  stop(): Promise<void>;
}

const lookEvery = 100;
/** Of one event, when deliveries are shuffled. */
const latest = 500;
const attempts = 10;
const retryAfter = 500;
/** Event Grid takes these for an answer. */
const final = [400, 401, 403, 413];

/**
 * Tells subscribers of what happens in a local Azure from now on, at least once. A webhook is asked first whether it wants to
 * be called.
 *
 * @throws Error where it does not
 */
export async function sendEvents(
  azure: Pick<LocalAzure, 'resources' | 'vaults'>,
  { subscribers, schema = 'event-grid', twice = false, shuffled = false, except }: EventsOutOptions,
): Promise<EventsOut> {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const [delivered, givenUp]: [AzureEvent[], AzureEvent[]] = [[], []];
  const told = new Set(happenedIn(azure, Date.now()).map(({ id }) => id));
  for (const subscriber of subscribers) await shakeHands(subscriber, schema);

  const deliver = async (event: AzureEvent, subscriber: Subscriber): Promise<void> => {
    const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (shuffled) await pause(Math.random() * latest);
    for (let attempt = 1; attempt <= attempts && !stopping.signal.aborted; attempt += 1) {
      const answer = await send(event, subscriber, schema);
      if (answer === 'taken') return void delivered.push(event);
      if (answer === 'refused') break;
      await pause(retryAfter);
    }
    givenUp.push(event);
  };
  const look = () => {
    const fresh = happenedIn(azure, Date.now()).filter(({ id }) => !told.has(id));
    for (const { id, event } of fresh) {
      told.add(id);
      const made = event();
      if (except?.(made)) continue;
      for (const subscriber of twice ? [...subscribers, ...subscribers] : subscribers) {
        const delivery = deliver(made, subscriber).finally(() => underWay.delete(delivery));
        underWay.add(delivery);
      }
    }
  };
  const timer = setInterval(look, lookEvery);
  return {
    delivered,
    givenUp,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}

type Schema = NonNullable<EventsOutOptions['schema']>;

async function send(event: AzureEvent, to: Subscriber, schema: Schema): Promise<'taken' | 'refused' | 'not-now'> {
  const content = schema === 'event-grid' ? event : asCloudEvent(event);
  try {
    if (to.to === 'queue') {
      const queue = new QueueClient(to.connectionString, to.queueName);
      await queue.createIfNotExists();
      await queue.sendMessage(Buffer.from(JSON.stringify(content)).toString('base64'));
      return 'taken';
    }
    // As the real ones are: in its own schema as a batch, be it of one; a CloudEvent by itself.
    const body = schema === 'event-grid' ? [content] : content;
    const { ok, status } = await fetch(to.url, post('Notification', body, to.key, schema));
    return ok ? 'taken' : final.includes(status) ? 'refused' : 'not-now';
  } catch {
    return 'not-now';
  }
}

async function shakeHands(subscriber: Subscriber, schema: Schema): Promise<void> {
  if (subscriber.to === 'queue') return;
  const { url, key } = subscriber;
  const origin = 'eventgrid.azure.net';
  if (schema === 'cloud-events') {
    const answer = await fetch(url, {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': origin, ...keyed(key) },
    });
    const allowed = answer.headers.get('webhook-allowed-origin');
    if (allowed !== origin && allowed !== '*') throw new Error(`${url} does not want events (${answer.status}).`);
    return;
  }
  const validationCode = crypto.randomUUID();
  const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
  const asked = { id: crypto.randomUUID(), eventType, eventTime: new Date().toISOString(), data: { validationCode } };
  const answer = await fetch(url, post('SubscriptionValidation', [asked], key, schema));
  const said = (await answer.json().catch(() => null)) as { readonly validationResponse?: string } | null;
  if (said?.validationResponse !== validationCode) throw new Error(`${url} does not want events (${answer.status}).`);
}

const post = (kind: string, body: unknown, key: string | undefined, schema: Schema): RequestInit => ({
  method: 'POST',
  headers: {
    'aeg-event-type': kind,
    'content-type': schema === 'event-grid' ? 'application/json' : 'application/cloudevents+json; charset=utf-8',
    ...keyed(key),
  },
  body: JSON.stringify(body),
});

const keyed = (key: string | undefined): Record<string, string> => (key === undefined ? {} : { 'aeg-sas-key': key });
