/** Bicep as far as infra/ uses it. What is not here is refused by read.ts, so that nothing stays unchecked. */

interface At {
  /** From 1. */
  readonly line: number;
}

export type Expr = At &
  (
    | { readonly kind: 'string'; readonly parts: readonly (string | Expr)[] }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'null' }
    | { readonly kind: 'object'; readonly properties: readonly Property[] }
    | { readonly kind: 'array'; readonly items: readonly Expr[] }
    | {
        readonly kind: 'for';
        readonly item: string;
        readonly index: string | null;
        readonly over: Expr;
        readonly body: Expr;
      }
    | { readonly kind: 'if'; readonly condition: Expr; readonly body: Expr }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'member'; readonly of: Expr; readonly name: string; readonly safe: boolean }
    | { readonly kind: 'index'; readonly of: Expr; readonly index: Expr; readonly safe: boolean }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly of: Expr }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'ternary'; readonly condition: Expr; readonly then: Expr; readonly otherwise: Expr }
    | { readonly kind: 'lambda'; readonly params: readonly string[]; readonly body: Expr }
    | { readonly kind: 'assert'; readonly of: Expr }
  );

export type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

export interface Property extends At {
  readonly key: Of<'string'>;
  readonly value: Expr;
}

export interface Decorator {
  readonly name: string;
  readonly args: readonly Expr[];
}

interface Declaration extends At {
  readonly name: string;
  readonly decorators: readonly Decorator[];
}

export interface Param extends Declaration {
  /** As it is written: string, int, bool, object, array, string[], object?. */
  readonly type: string;
  readonly initial: Expr | null;
}
export interface Variable extends Declaration {
  readonly value: Expr;
}
export interface Output extends Declaration {
  readonly type: string;
  readonly value: Expr;
}
export interface Resource extends Declaration {
  readonly type: string;
  readonly version: string;
  readonly existing: boolean;
  /** An object, or one within `if`, within `for`, or within both. */
  readonly value: Expr;
}
export interface Module extends Declaration {
  /** From the root of the repository. */
  readonly path: string;
  readonly value: Expr;
}

export type Scope = 'resourceGroup' | 'subscription';

export interface Template {
  readonly path: string;
  readonly scope: Scope;
  readonly description: string | null;
  readonly params: readonly Param[];
  readonly variables: readonly Variable[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  readonly outputs: readonly Output[];
}

/** The object within `for` and `if`. */
export function bodyOf(value: Expr): Of<'object'> {
  if (value.kind === 'for' || value.kind === 'if') return bodyOf(value.body);
  if (value.kind !== 'object') throw new Error(`Line ${value.line}: expected an object.`);
  return value;
}

export const propertyOf = (object: Of<'object'>, name: string): Expr | null =>
  object.properties.find(({ key }) => literalOf(key) === name)?.value ?? null;

/** null for what is not a text without holes. */
export const literalOf = (expr: Expr): string | null =>
  expr.kind === 'string' && expr.parts.every((part) => typeof part === 'string') ? expr.parts.join('') : null;
