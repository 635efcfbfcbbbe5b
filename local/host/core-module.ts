import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Binding, TypedData } from './typed-data.ts';

/*
 * What the Node worker gives an app as `@azure/functions-core`, a module that is on no registry: the app finds it only
 * because `require` answers that one name. See https://github.com/Azure/azure-functions-nodejs-worker
 * (src/setupCoreModule.ts).
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

export interface LogRecord {
  readonly level: LogLevel;
  /** As the real host names them: `Host`, `Worker`, `Function.sweep`, `Function.sweep.User`. */
  readonly category: string;
  readonly functionName: string | null;
  readonly invocationId: string | null;
  readonly message: string;
}

export type Handler = (...args: unknown[]) => unknown;
export type HookName = (typeof hookNames)[number];
type Hook = (context: Record<string, unknown>) => unknown;
type HookData = Record<string, unknown>;

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Record<string, Binding>;
  readonly retryOptions?: unknown;
}
export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly handler: Handler;
}

export interface CoreInvocation {
  readonly invocationId: string;
  readonly request: {
    readonly invocationId: string;
    readonly inputData: readonly { name: string; data: TypedData }[];
    readonly triggerMetadata: Record<string, TypedData>;
    readonly traceContext: Record<string, unknown>;
    readonly retryContext: null;
  };
  readonly metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

/** `@azure/functions` brings its own implementation of this and hands it over with `setProgrammingModel`. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(invocation: CoreInvocation): InvocationModel | Promise<InvocationModel>;
}
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;

export class Core {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly appHookData: HookData = {};
  readonly #hookData: HookData = {};
  readonly #hooks = new Map<string, Hook[]>(hookNames.map((name) => [name, []]));
  readonly #write: (record: LogRecord) => void;
  #model: ProgrammingModel | undefined;
  #started = false;

  constructor(write: (record: LogRecord) => void) {
    this.#write = write;
  }

  /** The module itself, exactly the names that the worker has. */
  readonly api = {
    version: '3.0.0-local',
    hostVersion: '4.0.0-local',
    registerFunction: (metadata: FunctionMetadata, handler: Handler) => this.#register(metadata, handler),
    registerHook: (name: string, hook: Hook) => this.#hook(name, hook),
    setProgrammingModel: (model: ProgrammingModel) => {
      this.#model = model;
    },
    getProgrammingModel: () => this.#model,
    log: (level: LogLevel, category: LogCategory, message: string) =>
      this.log({ level, category: 'Worker', message }, category),
    Disposable,
  };

  get model(): ProgrammingModel {
    if (!this.#model)
      throw new Error(
        'The app registered no function: it must call app.http, app.timer or the like when it is loaded.',
      );
    return this.#model;
  }

  async start(main: string): Promise<void> {
    this.#load(main);
    await this.runHooks('appStart', { hookData: this.#hookData, functionAppDirectory: dirname(main) });
    const capabilities = await this.model.getCapabilities({ RawHttpBodyBytes: 'true' });
    if (capabilities.HttpUri)
      throw new Error('The app calls app.setup({ enableHttpStream: true }), which the local host does not know.');
    this.#started = true;
  }

  terminate(): Promise<void> {
    return this.runHooks('appTerminate', { hookData: this.#hookData });
  }

  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    context.appHookData = this.appHookData;
    for (const hook of this.#hooks.get(name) ?? []) await hook(context);
  }

  /** The app's log hooks may change what the app logged, never what the host says. */
  log(
    record: Pick<LogRecord, 'level' | 'category' | 'message'> & Partial<LogRecord>,
    category: LogCategory = 'system',
    invocation?: { hookData: HookData; invocationContext: unknown },
  ): void {
    let { level, message } = record;
    const context = { hookData: {}, ...invocation, appHookData: this.appHookData, level, message, category };
    try {
      for (const hook of this.#hooks.get('log') ?? []) hook(context);
      if (category === 'user') ({ level, message } = context);
    } catch {
      // A broken log hook must not swallow the line that tells of it.
    }
    this.#write({ functionName: null, invocationId: null, ...record, level, message });
  }

  #load(main: string): void {
    if (!existsSync(main)) throw new Error(`There is no app at ${main}: build it first.`);
    const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
    const load = loader._load;
    const require = createRequire(main);
    // A second host in this process gets an app of its own: the library keeps its state in the module.
    delete require.cache[require.resolve(main)];
    loader._load = (request, ...rest) =>
      request === '@azure/functions-core' ? this.api : load.call(Module, request, ...rest);
    try {
      require(main);
    } finally {
      loader._load = load;
    }
  }

  #register(metadata: FunctionMetadata, handler: Handler): Disposable {
    if (this.#started) throw new Error('A function can only be registered during app startup.');
    const { name } = metadata;
    if (!/^[a-z][a-z0-9_-]{0,126}$/i.test(name))
      throw new Error(`"${name}" is not a function name that Azure accepts.`);
    if (this.functions.has(name)) throw new Error(`There are two functions named "${name}".`);
    this.functions.set(name, { metadata, handler });
    return new Disposable(() => this.functions.delete(name));
  }

  #hook(name: string, hook: Hook): Disposable {
    const hooks = this.#hooks.get(name);
    if (!hooks) throw new RangeError(`Unrecognized hook "${name}".`);
    hooks.push(hook);
    return new Disposable(() => hooks.splice(hooks.indexOf(hook), 1));
  }
}

class Disposable {
  #dispose: (() => unknown) | undefined;
  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }
  dispose(): void {
    this.#dispose?.();
    this.#dispose = undefined;
  }
}
