import { randomBytes, randomUUID } from 'node:crypto';
import type {
  CoreContext,
  FunctionCallback,
  HookName,
  InvocationRequest,
  LogLevel,
  RetryContext,
  TypedData,
} from './core-module.ts';
import type { App } from './load-app.ts';
import type { Outcome } from './retry.ts';

export interface LogEntry {
  readonly level: LogLevel;
  /** As Azure names it: `Function.<name>`, `Function.<name>.User` for what the function's own code logs, `Host.<part>`. */
  readonly category: string;
  readonly message: string;
}

export type Log = (entry: LogEntry) => void;

/** What a trigger hands over; the keys of `triggerMetadata` as .NET spells them. */
export interface TriggerData {
  readonly input: TypedData;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
}

export type Invoke = (
  functionName: string,
  data: TriggerData,
  retryContext?: RetryContext,
) => Promise<Outcome>;

/** The order of things is that of the worker: src/eventHandlers/InvocationHandler.ts of azure-functions-nodejs-worker. */
export function createInvoke(app: App, log: Log): Invoke {
  const appHookData = {};
  return async function invoke(functionName, data, retryContext) {
    const registered = app.functions.get(functionName);
    if (registered === undefined)
      return { ok: false, error: new Error(`There is no function ${functionName}.`) };
    const request = requestOf(registered.metadata, data, retryContext);
    const context = coreContext(app, registered.metadata, request, log);
    log(
      entry(
        functionName,
        'information',
        `Executing 'Functions.${functionName}' (Id=${request.invocationId})`,
      ),
    );
    const started = performance.now();
    const outcome = await run(app, context, registered.callback, appHookData);
    log(executed(functionName, request.invocationId, performance.now() - started, outcome));
    return outcome;
  };
}

/** Calls every hook of a name in the order of registration. */
export async function runHooks(app: App, name: HookName, context: object): Promise<void> {
  for (const hook of app.hooks[name]) await hook(context);
}

async function run(
  app: App,
  core: CoreContext,
  callback: FunctionCallback,
  appHookData: object,
): Promise<Outcome> {
  try {
    const model = app.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    const shared = { hookData: {}, appHookData, invocationContext: context };
    const before = { ...shared, inputs, functionCallback: callback };
    core.state = 'preInvocationHooks';
    await runHooks(app, 'preInvocation', before);
    core.state = 'invocation';
    const outcome = await settle(model.invokeFunction(context, before.inputs, before.functionCallback));
    const after = { ...shared, inputs: before.inputs, ...outcome };
    core.state = 'postInvocationHooks';
    await runHooks(app, 'postInvocation', after);
    core.state = undefined;
    // The worker asks whether there is an error, not whether there was a rejection: `throw undefined` is a success.
    if (after.error !== null && after.error !== undefined) return { ok: false, error: after.error };
    return { ok: true, response: await model.getResponse(context, after.result) };
  } catch (error) {
    return { ok: false, error };
  }
}

async function settle(promise: Promise<unknown>): Promise<{ result: unknown; error: unknown }> {
  return promise.then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  );
}

function requestOf(
  metadata: CoreContext['metadata'],
  data: TriggerData,
  retryContext: RetryContext | undefined,
): InvocationRequest {
  const trigger = Object.entries(metadata.bindings).find(([, binding]) => isTrigger(binding.type));
  return {
    invocationId: randomUUID(),
    functionId: metadata.name,
    inputData: [{ name: trigger?.[0] ?? '', data: data.input }],
    triggerMetadata: data.triggerMetadata,
    ...(retryContext && { retryContext }),
    traceContext: { traceParent: newTraceParent(), traceState: '' },
  };
}

/** Not sampled: nobody here collects it. */
function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

/** As the library tells a trigger from other bindings. */
export function isTrigger(bindingType: string): boolean {
  return /trigger$/i.test(bindingType);
}

function coreContext(
  app: App,
  metadata: CoreContext['metadata'],
  request: InvocationRequest,
  log: Log,
): CoreContext {
  return {
    invocationId: request.invocationId,
    request,
    metadata,
    state: undefined,
    log: (level, category, message) => {
      const line = { hookData: {}, level, message, category };
      for (const hook of app.hooks.log) hook(line);
      const suffix = category === 'user' ? '.User' : '';
      log({ level: line.level, category: `Function.${metadata.name}${suffix}`, message: line.message });
    },
  };
}

function executed(functionName: string, id: string, time: number, outcome: Outcome): LogEntry {
  const result = outcome.ok ? 'Succeeded' : 'Failed';
  const message = `Executed 'Functions.${functionName}' (${result}, Id=${id}, Duration=${Math.round(time)}ms)`;
  if (outcome.ok) return entry(functionName, 'information', message);
  return entry(functionName, 'error', `${message}\n${describeError(outcome.error)}`);
}

function entry(functionName: string, level: LogLevel, message: string): LogEntry {
  return { level, category: `Function.${functionName}`, message };
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
