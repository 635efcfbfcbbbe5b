import type { Expr } from '../bicep/ast.ts';
import { bound, Closure, type Env, isObject, listOf, Symbolic, textOf, type Value } from './value.ts';

export interface Machine {
  readonly env: Env;
  /** undefined: there is no such function. */
  call(name: string, args: readonly Value[]): Value | undefined;
}

/** @throws Error for what ARM would refuse */
export function evaluate(expr: Expr, machine: Machine): Value {
  const at = (inner: Expr, env = machine.env): Value => evaluate(inner, { ...machine, env });
  switch (expr.kind) {
    case 'string':
      return expr.parts
        .map((part) => (typeof part === 'string' ? part : textOf(at(part), `Line ${part.line}`)))
        .join('');
    case 'number':
    case 'bool':
      return expr.value;
    case 'null':
      return null;
    case 'object':
      return Object.fromEntries(
        expr.properties.map(({ key, value }) => [textOf(at(key), `Line ${key.line}`), at(value)]),
      );
    case 'array':
      return expr.items.map((item) => at(item));
    case 'for':
      return listOf(at(expr.over), `Line ${expr.line}`).map((item, i) =>
        at(expr.body, bound(machine.env, { [expr.item]: item, ...(expr.index !== null && { [expr.index]: i }) })),
      );
    case 'if':
      return at(expr.condition) === true ? at(expr.body) : null;
    case 'name': {
      const value = machine.env.lookUp(expr.name);
      if (value === undefined) throw new Error(`Line ${expr.line}: ${expr.name} is not declared.`);
      return value;
    }
    case 'member':
      return memberOf(at(expr.of), expr.name, expr);
    case 'index':
      return elementOf(at(expr.of), at(expr.index), expr);
    case 'call': {
      const value = machine.call(
        expr.name,
        expr.args.map((arg) => at(arg)),
      );
      if (value === undefined) throw new Error(`Line ${expr.line}: the function ${expr.name} is unknown.`);
      return value;
    }
    case 'unary': {
      const of = at(expr.of);
      return expr.operator === '!' ? of !== true : -Number(of);
    }
    case 'binary':
      return operate(expr.operator, at(expr.left), () => at(expr.right));
    case 'ternary':
      return at(expr.condition) === true ? at(expr.then) : at(expr.otherwise);
    case 'lambda':
      return new Closure(expr.params, expr.body, machine.env);
    case 'assert':
      return at(expr.of);
  }
}

export function memberOf(of: Value, name: string, { line, safe }: { line: number; safe: boolean }): Value {
  if (of instanceof Symbolic) return of.member(name);
  if (of === null && safe) return null;
  if (!isObject(of)) throw new Error(`Line ${line}: there is no ${name} in ${JSON.stringify(of)}.`);
  // ARM finds properties without case.
  const key = Object.keys(of).find((each) => each.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : of[key];
  if (value === undefined && !safe) throw new Error(`Line ${line}: the property ${name} is not there.`);
  return value ?? null;
}

function elementOf(of: Value, index: Value, expr: { line: number; safe: boolean }): Value {
  if (typeof index === 'string') return memberOf(of, index, expr);
  if (of instanceof Symbolic) return of.index(Number(index));
  const value = listOf(of, `Line ${expr.line}`)[Number(index)];
  if (value === undefined && !expr.safe) throw new Error(`Line ${expr.line}: there is no element ${index}.`);
  return value ?? null;
}

function operate(operator: string, left: Value, right: () => Value): Value {
  switch (operator) {
    case '==':
      return same(left, right());
    case '!=':
      return !same(left, right());
    case '&&':
      return left === true && right() === true;
    case '||':
      return left === true || right() === true;
    case '??':
      return left === null ? right() : left;
    case '<':
      return Number(left) < Number(right());
    case '<=':
      return Number(left) <= Number(right());
    case '>':
      return Number(left) > Number(right());
    case '>=':
      return Number(left) >= Number(right());
    case '+':
      return Number(left) + Number(right());
    case '*':
      return Number(left) * Number(right());
    // Whole numbers are all there are.
    case '/':
      return Math.trunc(Number(left) / Number(right()));
    default:
      throw new Error(`The operator ${operator} is unknown.`);
  }
}

const same = (a: Value, b: Value): boolean => JSON.stringify(a) === JSON.stringify(b);
