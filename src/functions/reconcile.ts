import { app, type InvocationContext } from '@azure/functions';
import type { App } from '../app/app.ts';
import { reconcile } from '../app/reconcile.ts';
import { hintIn } from './hint-in.ts';
import { logTo } from './log-to.ts';
import { told } from './told.ts';

const QUEUE = { queueName: 'reconcile', connection: 'AzureWebJobsStorage' } as const;

/** The only trigger that acts: the queue's length drives the platform's scale-out, and redelivery is harmless. */
export function registerReconcile(use: App): void {
  app.storageQueue('reconcile', {
    ...QUEUE,
    handler: async (message, context) => {
      const wanted = hintIn(message);
      const log = logTo(context);
      // Never retried: whatever is wrong with it now will be wrong with it later, and the sweep needs no message.
      if (wanted === null) return log({ level: 'warning', event: 'MessageIgnored' });
      const { resource, newerThan } = wanted;
      const result = await told(use, context, () => reconcile(resource, { ...use, log }, newerThan));
      log({ level: 'info', event: 'Reconciled', resource, result });
    },
  });
}

/** A message that failed every delivery. Nothing is lost with it, since the sweep finds the target by its ledger row. */
export function registerPoison(): void {
  app.storageQueue('reconcile-poison', {
    ...QUEUE,
    queueName: 'reconcile-poison',
    handler: (message, context: InvocationContext) => {
      const remedy = 'The ledger could not be written for several deliveries: check the storage account and its roles.';
      logTo(context)({
        level: 'error',
        event: 'MessagePoisoned',
        resource: hintIn(message)?.resource ?? 'unknown',
        remedy,
      });
    },
  });
}
