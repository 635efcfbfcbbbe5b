import { posix } from 'node:path';
import { bodyOf, type Module, propertyOf, type Scope, type Template } from '../bicep/ast.ts';
import type { ReadInfra } from '../bicep/sources.ts';
import { pathOf, walk } from '../bicep/walk.ts';
import { hold, type Node } from './arm-types.ts';
import type { Check, Problem } from './problem.ts';
import { namesOf, type Shape, shapeOf, shapeOfParam, withItem } from './shape.ts';

/** Modules are there, fit the place where they are put, get what they need and nothing else, and give what is asked of them. */
export const modules: Check = (infra) =>
  [...infra.templates.values()].flatMap((template) => [
    ...template.modules.flatMap((module) => problemsOf(module, template, infra)),
    ...outputsAskedOf(template, infra),
    ...filesOf(template, infra),
  ]);

function problemsOf(module: Module, template: Template, infra: ReadInfra): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (text: string): void => {
    problems.push({ path: template.path, line: module.line, text: `${module.name}: ${text}` });
  };
  const child = infra.templates.get(module.path);
  if (child === undefined) return [{ path: template.path, line: module.line, text: `there is no ${module.path}` }];
  const body = bodyOf(module.value);
  const place = placeOf(module, template);
  if (place !== null && place !== child.scope) say(`is put into a ${place} and is for a ${child.scope}`);
  const params = propertyOf(body, 'params');
  const given = params?.kind === 'object' ? params.properties : [];
  const names = module.value.kind === 'for' ? withItem(module.value, namesOf(template)) : namesOf(template);
  for (const { key, value } of given) {
    const param = child.params.find(({ name }) => name === key.parts[0]);
    if (param === undefined) say(`the parameter ${key.parts[0]} is not known`);
    else
      hold(shapeOf(value, names), nodeOf(shapeOfParam(param)), String(key.parts[0]), (at, text) =>
        say(`${at} ${text}`),
      );
  }
  for (const { name, type, initial } of child.params) {
    const isNeeded = initial === null && !type.endsWith('?');
    if (isNeeded && !given.some(({ key }) => key.parts[0] === name)) say(`the parameter ${name} is missing`);
  }
  return problems;
}

/** null: it cannot be told. */
function placeOf(module: Module, template: Template): Scope | null {
  const scope = propertyOf(bodyOf(module.value), 'scope');
  if (scope === null) return template.scope;
  if (scope.kind === 'call')
    return scope.name === 'resourceGroup' ? 'resourceGroup' : scope.name === 'subscription' ? 'subscription' : null;
  const resource = scope.kind === 'name' ? template.resources.find(({ name }) => name === scope.name) : undefined;
  return resource?.type === 'Microsoft.Resources/resourceGroups' ? 'resourceGroup' : null;
}

function nodeOf(shape: Shape): Node {
  switch (shape.is) {
    case 'array':
      return { t: 'array', of: nodeOf(shape.of) };
    case 'object':
      return { t: 'object', extra: true };
    case 'one of': {
      const [first] = shape.shapes;
      const texts = shape.shapes.flatMap((each) =>
        each.is === 'string' && each.text !== undefined ? [each.text] : [],
      );
      if (texts.length > 0) return { t: 'string', enum: texts };
      return first ? nodeOf(first) : { t: 'any' };
    }
    case 'null':
      return { t: 'any' };
    default:
      return { t: shape.is };
  }
}

function outputsAskedOf(template: Template, infra: ReadInfra): readonly Problem[] {
  const problems: Problem[] = [];
  walk(template, (expr) => {
    const path = expr.kind === 'member' ? pathOf(expr) : null;
    const module = template.modules.find(({ name }) => name === path?.root);
    const [outputs, output] = path?.members ?? [];
    if (module === undefined || output === undefined) return;
    const child = infra.templates.get(module.path);
    if (outputs !== 'outputs' || !child?.outputs.some(({ name }) => name === output)) {
      problems.push({ path: template.path, line: expr.line, text: `${module.name} gives no ${outputs}.${output}` });
    }
  });
  return problems;
}

/** What is loaded while compiling. Bicep takes no more than 1,048,576 characters of a file. */
function filesOf(template: Template, { sources }: ReadInfra): readonly Problem[] {
  const problems: Problem[] = [];
  walk(template, (expr) => {
    if (expr.kind !== 'call' || !expr.name.startsWith('load')) return;
    const [path] = expr.args;
    const text =
      path?.kind === 'string' ? sources.get(posix.join(posix.dirname(template.path), path.parts.join(''))) : undefined;
    const say = (fault: string): void => {
      problems.push({ path: template.path, line: expr.line, text: fault });
    };
    if (text === undefined) return say(`${expr.name} finds no such file`);
    if (text.length > 1_048_576) say(`${expr.name} takes no file as long as this`);
  });
  return problems;
}
