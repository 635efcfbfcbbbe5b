import { app, type InvocationContext } from '@azure/functions';

interface Seen {
  body: unknown;
  metadata: Record<string, unknown> | undefined;
  began: number;
}
const seen: Seen[] = [];
const now = { running: 0, most: 0 };

app.http('seen', { handler: () => ({ jsonBody: { seen, ...now } }) });

app.storageQueue('work', {
  queueName: '%WORK_QUEUE%',
  connection: 'AzureWebJobsStorage',
  handler: async (body: unknown, context: InvocationContext) => {
    seen.push({ body, metadata: context.triggerMetadata, began: Date.now() });
    now.most = Math.max(now.most, ++now.running);
    const { wait = 0, fail = false } = typeof body === 'object' ? (body as { wait?: number; fail?: boolean }) : {};
    await new Promise((resolve) => setTimeout(resolve, wait));
    now.running--;
    if (fail) throw new Error('asked to');
  },
});
