import Module from 'node:module';

/**
 * The module `@azure/functions-core` exists only inside the Functions worker, which injects it into `require`. This file
 * stands in for it. Shapes: types-core/index.d.ts of https://github.com/Azure/azure-functions-nodejs-worker.
 */
const CORE_MODULE = '@azure/functions-core';

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** A value as it travels from the host to the worker. */
export type TypedData =
  | { readonly string: string }
  | { readonly json: string }
  | { readonly bytes: Uint8Array }
  | { readonly collectionBytes: { readonly bytes: readonly Uint8Array[] } }
  | { readonly collectionString: { readonly string: readonly string[] } }
  | { readonly collectionSint64: { readonly sint64: readonly number[] } }
  | { readonly http: HttpRequestData }
  | Record<string, never>;

type Nullable<T> = { readonly value: T };
type NullableMap = Readonly<Record<string, Nullable<string>>>;

export interface HttpRequestData {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: NullableMap;
  readonly nullableQuery: NullableMap;
  readonly nullableParams: NullableMap;
  readonly body: { readonly bytes: Uint8Array };
}

export interface HttpResponseData {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
  readonly body?: { readonly bytes?: Uint8Array };
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds: number }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  /** `none`: nothing is said of it. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: Nullable<number>;
}

/** What an invocation answers; the host has a use for what an HTTP function returns, and for nothing else. */
export interface InvocationResponse {
  readonly returnValue?: { readonly http?: HttpResponseData } | null;
}

export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: { readonly message: string; readonly source: string; readonly stackTrace: string };
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  /** Keys as .NET spells them; the library makes their first letter small. */
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly retryContext?: RetryContext;
  /** As the host's own telemetry names the invocation: https://www.w3.org/TR/trace-context */
  readonly traceContext: { readonly traceParent: string; readonly traceState: string };
}

export interface Binding {
  readonly type: string;
  readonly direction: string;
  /** Whatever options the app gave; the library passes them through unread. */
  readonly [option: string]: unknown;
}

interface Duration {
  readonly seconds: number;
}

export interface RetryOptions {
  readonly retryStrategy: string;
  readonly maxRetryCount: number;
  readonly delayInterval?: Duration;
  readonly minimumInterval?: Duration;
  readonly maximumInterval?: Duration;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: RetryOptions;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: unknown) => unknown;

export interface CoreContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  readonly log: (level: LogLevel, category: string, message: string) => void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Record<string, string>;
}

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOKS)[number];

/** What an app has told the runtime while its entry points were loaded. */
export interface Registration {
  model: ProgrammingModel | undefined;
  readonly functions: Map<
    string,
    { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback }
  >;
  readonly hooks: Readonly<Record<HookName, HookCallback[]>>;
}

export interface CoreModule {
  readonly registration: Registration;
  /** Stops answering `require`. The library keeps what it already has. */
  readonly uninstall: () => void;
}

/**
 * Must be called before the app's first `app.*`: the library asks once for the module, and remembers a failure too.
 * `log` receives the library's own messages.
 */
export function installCoreModule(log: CoreContext['log']): CoreModule {
  const registration = emptyRegistration();
  const core = coreApi(registration, log);
  const original = Reflect.get(Module.prototype, 'require');
  Module.prototype.require = new Proxy(original, {
    apply: (target, thisArgument, args: [string]): unknown =>
      args[0] === CORE_MODULE ? core : Reflect.apply(target, thisArgument, args),
  });
  return {
    registration,
    uninstall: () => {
      Module.prototype.require = original;
    },
  };
}

function emptyRegistration(): Registration {
  return {
    model: undefined,
    functions: new Map(),
    hooks: { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] },
  };
}

function coreApi(registration: Registration, log: CoreContext['log']): object {
  return {
    version: 'local',
    hostVersion: 'local',
    log,
    Disposable: { from: disposable },
    setProgrammingModel: (model: ProgrammingModel) => {
      registration.model = model;
    },
    getProgrammingModel: () => registration.model,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      if (registration.functions.has(metadata.name)) {
        throw new Error(`Two functions are named "${metadata.name}".`);
      }
      registration.functions.set(metadata.name, { metadata, callback });
      return disposable(() => registration.functions.delete(metadata.name));
    },
    registerHook: (name: string, callback: HookCallback) => {
      const hooks = registration.hooks[hookName(name)];
      hooks.push(callback);
      return disposable(() => hooks.splice(hooks.indexOf(callback), 1));
    },
  };
}

/** The library recognises an unknown hook by this RangeError and explains it to the app's author. */
function hookName(name: string): HookName {
  const known = HOOKS.find((hook) => hook === name);
  if (known !== undefined) return known;
  throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
}

function disposable(dispose: () => unknown): { dispose: () => unknown } {
  return { dispose };
}
