import type { Expr, Template } from '../bicep/ast.ts';
import type { ReadInfra } from '../bicep/sources.ts';
import type { Deployment } from './deploy.ts';

/**
 * How large ARM's JSON of a template is, a little too large rather than too small: no compiler is at hand. Measured by
 * what Bicep writes for each thing: parameters('x'), variables('x'), format('…'), resourceId('…').
 */
export function templateSize(template: Template, infra: ReadInfra): number {
  const known = sizes.get(infra) ?? new Map<string, number>();
  sizes.set(infra, known);
  const size = known.get(template.path) ?? ownSize(template, infra) + modulesSize(template, infra);
  known.set(template.path, size);
  return size;
}

const sizes = new WeakMap<ReadInfra, Map<string, number>>();

function modulesSize(template: Template, infra: ReadInfra): number {
  return template.modules.reduce((sum, { path, value }) => {
    const child = infra.templates.get(path);
    return sum + MODULE + sizeOf(value, template, infra) + (child === undefined ? 0 : templateSize(child, infra));
  }, 0);
}

/** As ARM counts it: loops unrolled, and with the values of parameters and variables. */
export function expandedSize(deployment: Deployment, infra: ReadInfra): number {
  return (
    ownSize({ ...deployment.template, resources: [] }, infra) +
    jsonSize(deployment.params) +
    jsonSize(deployment.variables) +
    deployment.resources.reduce((sum, { body }) => sum + RESOURCE + jsonSize(body), 0) +
    deployment.children.reduce((sum, child) => sum + nestedSize(child, infra), 0)
  );
}

/** Of a deployment as a resource of the one around it: its template, and what it is given. */
export const nestedSize = (deployment: Deployment, infra: ReadInfra): number =>
  MODULE + templateSize(deployment.template, infra) + jsonSize(deployment.params);

const HEADER = 600;
const RESOURCE = 250;
const MODULE = 400;
const DECLARATION = 80;

const jsonSize = (value: unknown): number => JSON.stringify(value).length;

function ownSize(template: Template, infra: ReadInfra): number {
  const { params, variables, resources, outputs } = template;
  const size = (expr: Expr): number => sizeOf(expr, template, infra);
  return (
    HEADER +
    params.reduce((sum, { name, initial, decorators }) => {
      const about = decorators.flatMap(({ args }) => args).reduce((all, arg) => all + size(arg), 0);
      return sum + DECLARATION + name.length + about + (initial === null ? 0 : size(initial));
    }, 0) +
    variables.reduce((sum, { name, value }) => sum + DECLARATION + name.length + size(value), 0) +
    resources.reduce(
      (sum, { existing, value, type }) => sum + (existing ? 0 : RESOURCE + type.length + size(value)),
      0,
    ) +
    outputs.reduce((sum, { name, value }) => sum + DECLARATION + name.length + size(value), 0)
  );
}

function sizeOf(expr: Expr, template: Template, infra: ReadInfra): number {
  const size = (inner: Expr): number => sizeOf(inner, template, infra);
  const all = (inner: readonly Expr[]): number => inner.reduce((sum, each) => sum + size(each) + 2, 0);
  switch (expr.kind) {
    case 'string':
      return expr.parts.reduce<number>(
        (sum, part) => sum + (typeof part === 'string' ? jsonSize(part) : size(part) + 5),
        12,
      );
    case 'number':
    case 'bool':
    case 'null':
      return 8;
    case 'object':
      return expr.properties.reduce((sum, { key, value }) => sum + size(key) + size(value), 20);
    case 'array':
      return 20 + all(expr.items);
    case 'for':
      return 120 + size(expr.over) * 2 + size(expr.body);
    case 'if':
      return 15 + size(expr.condition) + size(expr.body);
    case 'name':
      return nameSize(expr.name, template);
    case 'member':
      return size(expr.of) + expr.name.length + 10;
    case 'index':
      return size(expr.of) + size(expr.index) + 2;
    case 'call':
      return expr.name.startsWith('load') ? loadedSize(expr, template, infra) : expr.name.length + 4 + all(expr.args);
    case 'unary':
    case 'assert':
      return 6 + size(expr.of);
    case 'binary':
      return 18 + size(expr.left) + size(expr.right);
    case 'ternary':
      return 8 + size(expr.condition) + size(expr.then) + size(expr.otherwise);
    case 'lambda':
      return 20 + expr.params.join().length + size(expr.body);
  }
}

/** A resource is written out as its id wherever it is named. */
function nameSize(name: string, { resources, modules }: Template): number {
  const resource = resources.find((each) => each.name === name);
  if (resource) return 130 + resource.type.length;
  return modules.some((each) => each.name === name) ? 220 : name.length + 20;
}

function loadedSize(
  { name, args: [path] }: Extract<Expr, { kind: 'call' }>,
  { path: from }: Template,
  { sources }: ReadInfra,
): number {
  const file = path?.kind === 'string' ? path.parts.join('').split('/').at(-1) : undefined;
  const text = [...sources].find(([at]) => at.split('/').at(-1) === file)?.[1];
  if (text === undefined) throw new Error(`${from} loads what is not there.`);
  return name === 'loadJsonContent' ? jsonSize(JSON.parse(text)) : jsonSize(text);
}
