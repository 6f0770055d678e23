import { readFileSync } from 'node:fs';

import { GENERATED } from './generated.ts';

/** Where something lies in a module's memory. */
export type Address = number;

/** What a module exports that does not change. */
export interface Constant {
  readonly value: number;
}

/** Of Node; TypeScript knows it of browsers only. */
declare const WebAssembly: {
  readonly Global: new () => Constant;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: unknown };
};

const compiled = new Map<string, object>();

/** The module that the build made of `assembly/NAME/`, with a memory of its own. What it exports is for the caller to know. */
export function openModule(name: string): unknown {
  const module = compiled.get(name) ?? compile(name);
  return new WebAssembly.Instance(module, { env: { abort } }).exports;
}

interface WithMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** A module, its memory as bytes, and its constants. */
export interface Opened<Module> {
  readonly module: Module;
  readonly memory: Buffer;
  readonly constants: ConstantsOf<Module>;
}

export type ConstantsOf<Module> = {
  readonly [Name in keyof Module as Module[Name] extends Constant ? Name : never]: number;
};

/** Opens a module whose memory never grows, once, when it is asked for. */
export function whenAsked<Module extends WithMemory>(name: string): () => Opened<Module> {
  let opened: Opened<Module> | undefined;
  return () => {
    if (opened) return opened;
    const module = openModule(name) as Module;
    opened = { module, memory: Buffer.from(module.memory.buffer), constants: constantsOf(module) };
    return opened;
  };
}

/** What a module exports that does not change, since to ask it for one takes longer than much of what it does. */
export function constantsOf<Module extends object>(module: Module): ConstantsOf<Module> {
  const constants = Object.entries(module).filter(([, exported]) => isConstant(exported));
  return Object.fromEntries(constants.map(([name, { value }]) => [name, value])) as ConstantsOf<Module>;
}

function isConstant(exported: unknown): exported is Constant {
  return exported instanceof WebAssembly.Global;
}

function compile(name: string): object {
  const module = new WebAssembly.Module(readFileSync(new URL(`${name}.wasm`, GENERATED)));
  compiled.set(name, module);
  return module;
}

/** Called where the memory cannot grow. */
function abort(): never {
  throw new Error('WebAssembly has no memory left.');
}
