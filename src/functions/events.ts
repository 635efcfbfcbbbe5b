import { app, type InvocationContext } from '@azure/functions';
import type { App } from '../app/app.ts';
import { takeEvents } from '../app/events-in/take-events.ts';
import { logTo } from './log-to.ts';

const QUEUE = { queueName: 'event-queue', connection: 'AzureWebJobsStorage' } as const;

/** Two ways in for the same events: Event Grid calls the one, or puts them into the queue of the other behind a firewall. */
export function registerEvents(use: App): void {
  const take = async (events: unknown, context: InvocationContext): Promise<void> => {
    await takeEvents(events, { ...use, log: logTo(context) });
  };
  app.eventGrid<unknown>('key-compromise-event', { handler: take });
  app.storageQueue('event-queue', { ...QUEUE, handler: take });
}

/** Events that failed every delivery. Unlike a hint they are lost with their message, so that a person has to look. */
export function registerEventPoison(): void {
  app.storageQueue('event-queue-poison', {
    ...QUEUE,
    queueName: 'event-queue-poison',
    handler: (_message, context: InvocationContext) => {
      const remedy =
        'The ledger could not be written for several deliveries: check the storage account and its roles, then look for reports of a compromise of that time and make them once more.';
      logTo(context)({ level: 'error', event: 'EventsPoisoned', remedy });
    },
  });
}
