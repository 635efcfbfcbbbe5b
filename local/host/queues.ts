import { setTimeout as sleep } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { Core, LogLevel, RegisteredFunction } from './core-module.ts';
import type { QueueOptions } from './host-json.ts';
import { FunctionTimedOut, type Invoke } from './invocations.ts';
import type { Trigger } from './timers.ts';
import { json, type TypedData } from './typed-data.ts';

export interface QueueTrigger {
  readonly fn: RegisteredFunction;
  readonly queueName: string;
  readonly connectionString: string;
  readonly options: QueueOptions;
  /**
   * For how long, in seconds, a message is hidden when it is taken; renewed at half of it. Azure: 600, whatever
   * host.json says.
   */
  readonly hiddenFor: number;
  readonly invoke: Invoke;
  readonly core: Core;
}

/** The pause after the first look that found nothing; it doubles up to maxPollingInterval. */
const shortestPause = 100;

export function queueTrigger({
  fn,
  queueName,
  connectionString,
  options,
  hiddenFor,
  invoke,
  core,
}: QueueTrigger): Trigger {
  const queue = client(connectionString, queueName);
  const poison = client(connectionString, `${queueName}-poison`);
  const processing = new Set<Promise<void>>();
  const stopping = new AbortController();
  let polling: Promise<void> = Promise.resolve();
  const { name } = fn.metadata;
  const say = (level: LogLevel, message: string) =>
    core.log({ level, category: 'Host.Queues', functionName: name, message });

  async function poll(): Promise<void> {
    let pause = shortestPause;
    while (!stopping.signal.aborted) {
      const messages = await receive();
      for (const message of messages) {
        const processed = process(message).catch((error) =>
          say('error', `A message of ${queueName} comes again later: ${error.message}`),
        );
        processing.add(processed);
        processed.finally(() => processing.delete(processed));
      }
      while (processing.size > options.newBatchThreshold) await Promise.race(processing);
      pause = messages.length > 0 ? shortestPause : Math.min(pause * 2, options.maxPollingInterval);
      if (messages.length === 0) await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function receive(): Promise<DequeuedMessageItem[]> {
    try {
      // Not under the signal: a cut-off answer would hide its messages for ten minutes from the next host.
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: options.batchSize,
        visibilityTimeout: hiddenFor,
      });
      return receivedMessageItems;
    } catch (error) {
      say('error', `The queue ${queueName} cannot be read: ${error instanceof Error ? error.message : error}`);
      return [];
    }
  }

  async function process(message: DequeuedMessageItem): Promise<void> {
    const body = decoded(message.messageText, options.base64);
    if (body === null || message.dequeueCount > options.maxDequeueCount) return bury(message, message.popReceipt);
    const hidden = keepHidden(message);
    try {
      await invoke(fn, body, metadataOf(message, body));
    } catch (error) {
      const popReceipt = await hidden.end();
      // The worker that held it is gone, and nobody shortens the time for which it is hidden.
      if (error instanceof FunctionTimedOut) return;
      if (message.dequeueCount >= options.maxDequeueCount) return bury(message, popReceipt);
      await queue.updateMessage(message.messageId, popReceipt, undefined, Math.ceil(options.visibilityTimeout / 1000));
      return;
    }
    await queue.deleteMessage(message.messageId, await hidden.end());
  }

  async function bury(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    say(
      'warning',
      `Message ${message.messageId} of ${queueName} goes to ${poison.name} after ${message.dequeueCount} deliveries.`,
    );
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, popReceipt);
  }

  /**
   * Each renewal changes the pop receipt, so whoever completes the message waits for the renewal under way and takes
   * the last one.
   */
  function keepHidden(message: DequeuedMessageItem): { end(): Promise<string> } {
    const ended = new AbortController();
    let { popReceipt } = message;
    const renewing = (async () => {
      for (;;) {
        await sleep(hiddenFor * 500, undefined, { signal: ended.signal }).catch(() => {});
        if (ended.signal.aborted) return;
        const renewed = await queue.updateMessage(message.messageId, popReceipt, undefined, hiddenFor);
        popReceipt = renewed.popReceipt ?? popReceipt;
      }
    })().catch((error) => say('warning', `Message ${message.messageId} cannot be kept hidden: ${error.message}`));
    return {
      async end() {
        ended.abort();
        await renewing;
        return popReceipt;
      },
    };
  }

  return {
    async start() {
      await queue.createIfNotExists().catch((cause) => {
        // The SDK's own message says no more than a status code.
        const why = cause.code ?? cause.message;
        throw new Error(`The queue ${queueName} of ${name} cannot be created: ${why}. Is the storage running?`, {
          cause,
        });
      });
      polling = poll();
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(processing);
    },
  };
}

function client(connectionString: string, name: string): QueueClient {
  return new QueueClient(connectionString, name, {
    retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 500 },
  });
}

function decoded(text: string, base64: boolean): { string: string } | null {
  if (!base64) return { string: text };
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is no base64; .NET refuses it, and the message goes to the poison queue unread.
  return bytes.toString('base64') === text ? { string: bytes.toString() } : null;
}

/** The body goes as a string even where it is JSON: the library in the app parses it, as in Azure. */
function metadataOf(message: DequeuedMessageItem, body: { string: string }): Record<string, TypedData> {
  return {
    QueueTrigger: body,
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: json(message.dequeueCount),
    InsertionTime: json(message.insertedOn),
    ExpirationTime: json(message.expiresOn),
    NextVisibleTime: json(message.nextVisibleOn),
  };
}
