import { randomBytes, randomUUID } from 'node:crypto';
import type { Core, CoreInvocation, LogCategory, LogLevel, RegisteredFunction } from './core-module.ts';
import type { TypedData } from './typed-data.ts';

/** Not an ordinary failure: in Azure nobody is left to report it, since the worker is gone. */
export class FunctionTimedOut extends Error {}

export type Invoke = (
  fn: RegisteredFunction,
  input: TypedData,
  triggerMetadata?: Record<string, TypedData>,
) => Promise<TypedData | null | undefined>;

export function invocations(core: Core, timeout: number | null, onTimeout: (error: FunctionTimedOut) => void): Invoke {
  return async (fn, input, triggerMetadata = {}) => {
    const { name } = fn.metadata;
    const invocationId = randomUUID();
    const say = (level: LogLevel, message: string) =>
      core.log({ level, message, category: `Function.${name}`, functionName: name, invocationId });
    const began = performance.now();
    const done = (how: string) =>
      `Executed 'Functions.${name}' (${how}, Id=${invocationId}, Duration=${Math.round(performance.now() - began)}ms)`;

    say('information', `Executing 'Functions.${name}' (Id=${invocationId})`);
    try {
      const running = run(core, fn, invocationId, input, triggerMetadata);
      const result = timeout === null ? await running : await within(timeout, running, name);
      say('information', done('Succeeded'));
      return result;
    } catch (error) {
      if (error instanceof FunctionTimedOut) {
        say('critical', error.message);
        onTimeout(error);
      }
      say('error', `${done('Failed')}\n${error instanceof Error ? error.stack : String(error)}`);
      throw error;
    }
  };
}

/** The order is the worker's: arguments, hooks, function, hooks, and only then the error or the answer. */
async function run(
  core: Core,
  fn: RegisteredFunction,
  invocationId: string,
  input: TypedData,
  triggerMetadata: Record<string, TypedData>,
): Promise<TypedData | null | undefined> {
  const { metadata } = fn;
  const hookData = {};
  let context: unknown;
  const invocation: CoreInvocation = {
    invocationId,
    metadata,
    state: undefined,
    request: {
      invocationId,
      inputData: [{ name: triggerName(fn), data: input }],
      triggerMetadata,
      traceContext: {
        traceParent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
        traceState: '',
        attributes: {},
      },
      retryContext: null,
    },
    log(level: LogLevel, category: LogCategory, message: string) {
      const from = category === 'user' ? `Function.${metadata.name}.User` : `Function.${metadata.name}`;
      core.log({ level, message, category: from, functionName: metadata.name, invocationId }, category, {
        hookData,
        invocationContext: context,
      });
    },
  };
  const model = await core.model.getInvocationModel(invocation);
  const prepared = await model.getArguments();
  context = prepared.context;

  const before = { hookData, invocationContext: context, functionCallback: fn.handler, inputs: prepared.inputs };
  invocation.state = 'preInvocationHooks';
  await core.runHooks('preInvocation', before);

  const after = {
    hookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null as unknown,
    error: null as unknown,
  };
  invocation.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error(`${metadata.name} threw ${error}.`);
  }
  invocation.state = 'postInvocationHooks';
  await core.runHooks('postInvocation', after);
  invocation.state = undefined;
  // A hook may have taken the error away: that is how an app turns a failure into an answer.
  if (after.error !== null && after.error !== undefined) throw after.error;
  return (await model.getResponse(context, after.result)).returnValue;
}

async function within<T>(timeout: number, running: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message =
      `Timeout value of ${timeout / 1000} s exceeded by function: 'Functions.${name}'. In Azure the whole worker process ends now, with every other ` +
      'invocation in it; here what runs goes on unheard.';
    timer = setTimeout(() => reject(new FunctionTimedOut(message)), timeout);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function triggerName(fn: RegisteredFunction): string {
  const trigger = Object.entries(fn.metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!trigger) throw new Error(`The function ${fn.metadata.name} has no trigger.`);
  return trigger[0];
}
