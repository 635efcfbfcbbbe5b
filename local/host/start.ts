/*
 * A Functions host for laptops and tests, since Core Tools is not always to be had. It runs an app of the v4
 * programming model (`@azure/functions`) with HTTP, timer, queue and Event Grid triggers. `func start` runs the same app
 * and remains the reference.
 *
 * What a full host has and this one lacks:
 * - other triggers, input and output bindings, and retry policies: an app that asks for one is refused when it starts;
 * - a worker process: the app is loaded into this one and shares its `process.env`, globals and fate. An unhandled
 *   rejection ends the process, as it ends the worker; but a function that exceeds functionTimeout goes on, unheard,
 *   while the host calls itself failed and takes no more work;
 * - `@azure/functions-core` after the app's main file has been loaded: an app that registers functions later, or none,
 *   gets it not;
 * - CloudEvents in binary form: Event Grid sends them structured;
 * - keys per function, the admin API (/admin), the home page, CORS, App Service Authentication, content negotiation,
 *   HTTP streaming, concurrency limits;
 * - a memory of timers: what was missed while it was down is not made up for, `isPastDue` is always false, schedules
 *   are in UTC, and no TimeSpans;
 * - identity-based storage connections, the singleton lock of timers, scale-out, sampling and Application Insights.
 */

import { Core, type LogRecord, type RegisteredFunction } from './core-module.ts';
import { webhookOf } from './event-grid.ts';
import { fillIn, type HostJson, type Options, readHostJson } from './host-json.ts';
import { type Auth, type HttpFunction, httpFunction, listen } from './http.ts';
import { type FunctionTimedOut, invocations, triggerName } from './invocations.ts';
import { queueTrigger } from './queues.ts';
import { type Trigger, timer } from './timers.ts';

export type { LogRecord } from './core-module.ts';
export type { HostJson } from './host-json.ts';
export type { Auth } from './http.ts';

export interface HostOptions {
  /** The app: one CommonJS file, absolute. */
  readonly main: string;
  readonly hostJson: HostJson;
  /** Put into this process's environment before the app is loaded, and left there. */
  readonly env?: Record<string, string>;
  /** 0: any free one. */
  readonly port: number;
  readonly address?: string;
  readonly log: (record: LogRecord) => void;
  /** Without it no route asks for a key, like Core Tools. */
  readonly enableAuth?: Auth;
  /** Called once, when a function has exceeded functionTimeout. In Azure the worker would be restarted. */
  readonly onFatal?: (error: Error) => void;
  /** Azure's is 600; only a test wants less. */
  readonly messageHiddenFor?: number;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly FunctionSummary[];
  readonly failed: Error | null;
  /** Takes no more work, waits for what runs, then runs the app's appTerminate hooks. Asking twice is asking once. */
  stop(): Promise<void>;
}

export interface FunctionSummary {
  readonly name: string;
  readonly trigger: string;
  /** `GET,POST /api/report`, a schedule, a queue's name, or where Event Grid delivers. */
  readonly detail: string;
}

export async function startHost(host: HostOptions): Promise<Host> {
  const options = readHostJson(host.hostJson);
  Object.assign(process.env, host.env);
  const core = new Core(host.log);
  await core.start(host.main);

  let failed: Error | null = null;
  const fail = (error: FunctionTimedOut) => {
    if (failed) return;
    failed = error;
    // What it waits for may be the very function that does not end.
    for (const { stop } of app.triggers) void stop();
    host.onFatal?.(error);
  };
  const invoke = invocations(core, options.functionTimeout, fail);
  // Everything is read before anything starts: a mistake in the last function must not leave the first one running.
  const app = read(core, options, invoke, host.messageHiddenFor ?? 600);

  const bodyLimit = Number(process.env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? 104_857_600);
  const { http: functions, eventGrid } = app;
  const serving = { functions, eventGrid, auth: host.enableAuth, bodyLimit, invoke, failed: () => failed !== null };
  const http = await listen(serving, host.port, host.address ?? '127.0.0.1');
  const stop = async () => {
    await Promise.all([http.stop(), ...app.triggers.map((trigger) => trigger.stop())]);
    await core.terminate();
  };
  try {
    for (const trigger of app.triggers) await trigger.start();
  } catch (error) {
    await stop();
    throw error;
  }

  let stopping: Promise<void> | undefined;
  return {
    url: http.url,
    functions: app.summaries,
    get failed() {
      return failed;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface App {
  readonly http: HttpFunction[];
  readonly eventGrid: RegisteredFunction[];
  readonly triggers: Trigger[];
  readonly summaries: FunctionSummary[];
}

function read(core: Core, options: Options, invoke: ReturnType<typeof invocations>, hiddenFor: number): App {
  const app: App = { http: [], eventGrid: [], triggers: [], summaries: [] };
  for (const fn of core.functions.values()) {
    refuseUnknown(fn);
    const { name, bindings } = fn.metadata;
    const binding = bindings[triggerName(fn)] ?? { type: 'none', direction: 'in' };
    const setting = (what: 'schedule' | 'queueName') =>
      fillIn(`The ${what} of ${name}`, binding[what] ?? '', process.env);
    const summary = (detail: string) => app.summaries.push({ name, trigger: binding.type, detail });
    switch (binding.type) {
      case 'httpTrigger': {
        const http = httpFunction(fn, binding, options.routePrefix);
        app.http.push(http);
        summary(`${http.methods.join(',')} /${http.path}`);
        break;
      }
      case 'eventGridTrigger':
        app.eventGrid.push(fn);
        summary(`POST ${webhookOf(name)}`);
        break;
      case 'timerTrigger': {
        const schedule = setting('schedule');
        app.triggers.push(timer(fn, binding, schedule, invoke, core));
        summary(schedule);
        break;
      }
      case 'queueTrigger': {
        const queueName = setting('queueName');
        if (!/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(queueName)) {
          throw new Error(`The queueName of ${name} is "${queueName}", which Azure does not accept.`);
        }
        const connectionString = connection(name, binding.connection ?? 'AzureWebJobsStorage');
        app.triggers.push(
          queueTrigger({ fn, queueName, connectionString, options: options.queues, hiddenFor, invoke, core }),
        );
        summary(queueName);
        break;
      }
      default:
        throw new Error(`The function ${name} has the trigger "${binding.type}", which the local host does not know.`);
    }
  }
  return app;
}

function refuseUnknown({ metadata: { name, bindings, retryOptions } }: RegisteredFunction): void {
  if (retryOptions) throw new Error(`The function ${name} has a retry policy, which the local host does not know.`);
  for (const { type, direction } of Object.values(bindings)) {
    if (/trigger$/i.test(type) || (type === 'http' && direction === 'out')) continue;
    throw new Error(
      `The function ${name} has the ${direction === 'in' ? 'input' : 'output'} "${type}", which the local host does not know.`,
    );
  }
}

/** The value is never part of a message: it holds an account key. */
function connection(functionName: string, setting: string): string {
  const value = process.env[`AzureWebJobs${setting}`] ?? process.env[setting];
  if (!value)
    throw new Error(`The function ${functionName} needs the setting ${setting}: a storage connection string.`);
  return value;
}
