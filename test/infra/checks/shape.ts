import type { Expr, Param, Template } from '../bicep/ast.ts';
import { literalOf } from '../bicep/ast.ts';

/** What can be told of a value before anything is deployed. `any` is not an answer but the lack of one. */
export type Shape =
  | { readonly is: 'any' }
  | { readonly is: 'null' }
  | { readonly is: 'string'; readonly text?: string }
  | { readonly is: 'int'; readonly value?: number }
  | { readonly is: 'bool' }
  | { readonly is: 'array'; readonly of: Shape }
  | { readonly is: 'object'; readonly properties: ReadonlyMap<string, Shape>; readonly open: boolean }
  | { readonly is: 'one of'; readonly shapes: readonly Shape[] };

export const ANY: Shape = { is: 'any' };

export const oneOf = (shapes: readonly Shape[]): Shape =>
  shapes.length === 1 && shapes[0] ? shapes[0] : { is: 'one of', shapes };

/** Declared names and their shapes, with those of loops and lambdas within. */
export type Names = (name: string) => Shape;

export function namesOf(template: Template): Names {
  const known = new Map<string, Shape>();
  const names: Names = (name) => {
    const found = known.get(name) ?? shapeOfName(name);
    known.set(name, found);
    return found;
  };
  const shapeOfName = (name: string): Shape => {
    const param = template.params.find((each) => each.name === name);
    if (param) return shapeOfParam(param);
    const variable = template.variables.find((each) => each.name === name);
    return variable ? shapeOf(variable.value, names) : ANY;
  };
  return names;
}

export function shapeOfParam({ type, decorators }: Param): Shape {
  const allowed = decorators.find(({ name }) => name === 'allowed')?.args[0];
  if (allowed?.kind === 'array') return oneOf(allowed.items.map((item) => shapeOf(item, () => ANY)));
  return shapeOfType(type);
}

export function shapeOfType(type: string): Shape {
  if (type.endsWith('?')) return oneOf([shapeOfType(type.slice(0, -1)), { is: 'null' }]);
  if (type.endsWith('[]')) return { is: 'array', of: shapeOfType(type.slice(0, -2)) };
  switch (type) {
    case 'string':
    case 'int':
    case 'bool':
      return { is: type };
    case 'array':
      return { is: 'array', of: ANY };
    case 'object':
      return { is: 'object', properties: new Map(), open: true };
    default:
      throw new Error(`The type ${type} is unknown.`);
  }
}

const TEXTS = [
  ...['guid', 'join', 'loadTextContent', 'replace', 'resourceId', 'subscriptionResourceId', 'toLower', 'uniqueString'],
];
const TRUTHS = ['contains', 'empty', 'endsWith', 'startsWith'];

export function shapeOf(expr: Expr, names: Names): Shape {
  const of = (inner: Expr): Shape => shapeOf(inner, names);
  switch (expr.kind) {
    case 'string': {
      const text = literalOf(expr);
      return text === null ? { is: 'string' } : { is: 'string', text };
    }
    case 'number':
      return { is: 'int', value: expr.value };
    case 'bool':
      return { is: 'bool' };
    case 'null':
      return { is: 'null' };
    case 'object': {
      const named = expr.properties.flatMap(({ key, value }) => {
        const name = literalOf(key);
        return name === null ? [] : [[name, of(value)] as const];
      });
      return { is: 'object', properties: new Map(named), open: named.length < expr.properties.length };
    }
    case 'array':
      return { is: 'array', of: expr.items.length === 0 ? ANY : oneOf(expr.items.map(of)) };
    case 'for':
      return { is: 'array', of: shapeOf(expr.body, withItem(expr, names)) };
    case 'if':
      return of(expr.body);
    case 'name':
      return names(expr.name);
    case 'member':
      return memberOf(of(expr.of), expr.name);
    case 'index': {
      const whole = of(expr.of);
      return whole.is === 'array' ? whole.of : whole.is === 'object' ? anyOf(whole) : ANY;
    }
    case 'call':
      return shapeOfCall(expr.name, expr.args, names);
    case 'unary':
      return expr.operator === '!' ? { is: 'bool' } : { is: 'int' };
    case 'binary':
      if (expr.operator === '??') return oneOf([of(expr.left), of(expr.right)]);
      return ['+', '-', '*', '/', '%'].includes(expr.operator) ? { is: 'int' } : { is: 'bool' };
    case 'ternary':
      return oneOf([of(expr.then), of(expr.otherwise)]);
    case 'assert':
      return of(expr.of);
    case 'lambda':
      return ANY;
  }
}

export function withItem({ item, index, over }: Extract<Expr, { kind: 'for' }>, names: Names): Names {
  const list = shapeOf(over, names);
  const shape = list.is === 'array' ? list.of : ANY;
  return (name) => (name === item ? shape : name === index ? { is: 'int' } : names(name));
}

function memberOf(whole: Shape, name: string): Shape {
  if (whole.is === 'one of') return oneOf(whole.shapes.map((each) => memberOf(each, name)));
  return whole.is === 'object' ? (whole.properties.get(name) ?? ANY) : ANY;
}

const anyOf = (whole: Extract<Shape, { is: 'object' }>): Shape =>
  whole.properties.size === 0 || whole.open ? ANY : oneOf([...whole.properties.values()]);

function shapeOfCall(name: string, args: readonly Expr[], names: Names): Shape {
  const [first, second] = args;
  if (TEXTS.includes(name)) return { is: 'string' };
  if (TRUTHS.includes(name)) return { is: 'bool' };
  if (name === 'length') return { is: 'int' };
  if (name === 'concat') return { is: 'array', of: oneOf(args.flatMap((arg) => itemOf(shapeOf(arg, names)))) };
  if (name === 'filter' && first) return shapeOf(first, names);
  if (name === 'map' && first && second?.kind === 'lambda') {
    const [param] = second.params;
    const item = oneOf(itemOf(shapeOf(first, names)));
    return { is: 'array', of: shapeOf(second.body, (each) => (each === param ? item : names(each))) };
  }
  if (['items', 'split', 'flatten', 'map', 'range'].includes(name)) return { is: 'array', of: ANY };
  return ANY;
}

function itemOf(list: Shape): readonly Shape[] {
  if (list.is === 'one of') return list.shapes.flatMap(itemOf);
  return [list.is === 'array' ? list.of : ANY];
}
