import type { Expr } from '../bicep/ast.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an expression comes to. Resources and modules are symbols until something of theirs is asked for. */
export type Value = Json | Closure | Symbolic | readonly Value[] | { readonly [key: string]: Value };

export class Closure {
  readonly params: readonly string[];
  readonly body: Expr;
  readonly env: Env;
  constructor(params: readonly string[], body: Expr, env: Env) {
    this.params = params;
    this.body = body;
    this.env = env;
  }
}

/** A resource or module, or a list of them. */
export abstract class Symbolic {
  abstract member(name: string): Value;
  abstract index(i: number): Symbolic;
}

export interface Env {
  lookUp(name: string): Value | undefined;
}

export const bound = (outer: Env, names: Readonly<Record<string, Value>>): Env => ({
  lookUp: (name) => (Object.hasOwn(names, name) ? names[name] : outer.lookUp(name)),
});

export function textOf(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${what} is no text: ${show(value)}`);
}

export function listOf(value: Value, what: string): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${what} is no list: ${show(value)}`);
}

export function objectOf(value: Value, what: string): { readonly [key: string]: Value } {
  if (isObject(value)) return value;
  throw new Error(`${what} is no object: ${show(value)}`);
}

export const isObject = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Closure) &&
  !(value instanceof Symbolic);

const show = (value: Value): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
