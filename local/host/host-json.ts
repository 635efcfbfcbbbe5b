/** `host.json`, of which this host reads what is typed here and leaves the rest (bundle, logging) to the real one. */
export interface HostJson {
  version?: string;
  functionTimeout?: string;
  extensions?: {
    http?: { routePrefix?: string };
    queues?: {
      batchSize?: number;
      newBatchThreshold?: number;
      maxPollingInterval?: string;
      visibilityTimeout?: string;
      maxDequeueCount?: number;
      messageEncoding?: 'base64' | 'none';
    };
  };
}

export interface QueueOptions {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxPollingInterval: number;
  readonly visibilityTimeout: number;
  readonly maxDequeueCount: number;
  readonly base64: boolean;
}

export interface Options {
  /** In milliseconds, like every duration here; null: unlimited. */
  readonly functionTimeout: number | null;
  readonly routePrefix: string;
  readonly queues: QueueOptions;
}

/**
 * The defaults are Azure's own, `batchSize` 16 and a minute between looks included: what host.json does not say must
 * not work better here.
 */
export function readHostJson({
  functionTimeout = '00:05:00',
  extensions: { http, queues = {} } = {},
}: HostJson): Options {
  const { batchSize = 16, maxDequeueCount = 5, newBatchThreshold = Math.floor(batchSize / 2) } = queues;
  if (batchSize < 1 || batchSize > 32)
    throw new Error(`host.json: extensions.queues.batchSize is ${batchSize}, Azure takes 1 to 32.`);
  return {
    functionTimeout: functionTimeout === '-1' ? null : timeSpan('functionTimeout', functionTimeout),
    routePrefix: http?.routePrefix ?? 'api',
    queues: {
      batchSize,
      newBatchThreshold,
      maxDequeueCount,
      maxPollingInterval: timeSpan('extensions.queues.maxPollingInterval', queues.maxPollingInterval ?? '00:01:00'),
      visibilityTimeout: timeSpan('extensions.queues.visibilityTimeout', queues.visibilityTimeout ?? '00:00:00'),
      base64: queues.messageEncoding !== 'none',
    },
  };
}

function timeSpan(where: string, text: string): number {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,7})?)$/.exec(text);
  if (!parts) throw new Error(`host.json: ${where} is "${text}", which is not hh:mm:ss.`);
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

/** `%SETTING%` in a schedule or a queue name, as the real host fills it in. */
export function fillIn(where: string, text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (!value) throw new Error(`${where} refers to the setting ${name}, which is not set.`);
    return value;
  });
}
