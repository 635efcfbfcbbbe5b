import { bodyOf, type Expr, type Template } from './ast.ts';

type Visit = (expr: Expr, bound: readonly string[]) => void;

/** Every expression of a template, with the names that loops and lambdas bind around it. */
export function walk({ params, variables, resources, modules, outputs }: Template, visit: Visit): void {
  for (const { initial } of params) if (initial !== null) walkExpr(initial, visit);
  for (const { value } of [...variables, ...resources, ...modules, ...outputs]) walkExpr(value, visit);
}

export function walkExpr(expr: Expr, visit: Visit, bound: readonly string[] = []): void {
  visit(expr, bound);
  for (const { inner, binds = [] } of withinOf(expr)) walkExpr(inner, visit, [...bound, ...binds]);
}

interface Within {
  readonly inner: Expr;
  readonly binds?: readonly string[];
}

function withinOf(expr: Expr): readonly Within[] {
  const plain = (...inner: readonly Expr[]): readonly Within[] => inner.map((each) => ({ inner: each }));
  switch (expr.kind) {
    case 'string':
      return plain(...expr.parts.filter((part) => typeof part !== 'string'));
    case 'object':
      return plain(...expr.properties.flatMap(({ key, value }) => [key, value]));
    case 'array':
      return plain(...expr.items);
    case 'for':
      return [
        { inner: expr.over },
        { inner: expr.body, binds: [expr.item, ...(expr.index === null ? [] : [expr.index])] },
      ];
    case 'if':
      return plain(expr.condition, expr.body);
    case 'member':
    case 'unary':
    case 'assert':
      return plain(expr.of);
    case 'index':
      return plain(expr.of, expr.index);
    case 'call':
      return plain(...expr.args);
    case 'binary':
      return plain(expr.left, expr.right);
    case 'ternary':
      return plain(expr.condition, expr.then, expr.otherwise);
    case 'lambda':
      return [{ inner: expr.body, binds: expr.params }];
    default:
      return [];
  }
}

/** `a.b[0].c` as its first name and the names after it; null for what does not begin with a name. */
export function pathOf(expr: Expr): { readonly root: string; readonly members: readonly string[] } | null {
  if (expr.kind === 'name') return { root: expr.name, members: [] };
  if (expr.kind === 'assert') return pathOf(expr.of);
  if (expr.kind !== 'member' && expr.kind !== 'index') return null;
  const outer = pathOf(expr.of);
  if (outer === null) return null;
  return expr.kind === 'index' ? outer : { ...outer, members: [...outer.members, expr.name] };
}

/** What has to be known when a deployment begins: names, places, conditions, and how often something is repeated. */
export function startTimeOf(template: Template): readonly { readonly what: string; readonly expr: Expr }[] {
  const early = ['name', 'scope', 'location', 'parent'];
  return [...template.resources, ...template.modules].flatMap(({ name, value }) => [
    ...framesOf(value).map((expr) => ({ what: `${name}, a condition or loop`, expr })),
    ...bodyOf(value)
      .properties.filter(({ key }) => early.includes(String(key.parts[0])))
      .map(({ key, value: expr }) => ({ what: `${name}.${key.parts[0]}`, expr })),
  ]);
}

function framesOf(value: Expr): readonly Expr[] {
  if (value.kind === 'for') return [value.over, ...framesOf(value.body)];
  return value.kind === 'if' ? [value.condition, ...framesOf(value.body)] : [];
}
