import type { Expr, Template } from '../bicep/ast.ts';
import { bodyOf, propertyOf } from '../bicep/ast.ts';
import type { ReadInfra } from '../bicep/sources.ts';
import { pathOf, walkExpr } from '../bicep/walk.ts';
import { ARM_TYPES, type Node } from './arm-types.ts';
import type { Check, Problem } from './problem.ts';

/** Outputs stand in the history of deployments, and so does what is handed to a parameter that is not secure. */
export const secrets: Check = (infra) =>
  [...infra.templates.values()].flatMap((template) => [
    ...template.outputs
      .filter(({ value }) => isSecret(value, template))
      .map(({ name, line }) => ({ path: template.path, line, text: `the output ${name} tells a secret` })),
    ...handedOn(template, infra),
  ]);

function handedOn(template: Template, infra: ReadInfra): readonly Problem[] {
  return template.modules.flatMap((module) => {
    const params = propertyOf(bodyOf(module.value), 'params');
    const child = infra.templates.get(module.path);
    if (params?.kind !== 'object' || child === undefined) return [];
    return params.properties
      .filter(({ key, value }) => isSecret(value, template) && !isSecure(child, String(key.parts[0])))
      .map(({ key, line }) => ({
        path: template.path,
        line,
        text: `${module.name}.${key.parts[0]} is not secure and gets a secret`,
      }));
  });
}

const isSecure = ({ params }: Template, name: string): boolean =>
  params.some((param) => param.name === name && param.decorators.some((each) => each.name === 'secure'));

function isSecret(expr: Expr, template: Template, through: readonly string[] = []): boolean {
  let found = false;
  walkExpr(expr, (each, bound) => {
    if (each.kind === 'call' && /^(list|getSecret)/.test(each.name)) found = true;
    if (each.kind === 'name' && !bound.includes(each.name) && !through.includes(each.name)) {
      const variable = template.variables.find(({ name }) => name === each.name);
      found ||= isSecure(template, each.name);
      found ||= variable !== undefined && isSecret(variable.value, template, [...through, each.name]);
    }
    const path = each.kind === 'member' ? pathOf(each) : null;
    const resource = template.resources.find(({ name }) => name === path?.root);
    if (path && resource) found ||= leadsToSecret(ARM_TYPES[resource.type]?.body, path.members);
  });
  return found;
}

function leadsToSecret(node: Node | undefined, [first, ...rest]: readonly string[]): boolean {
  if (node === undefined) return false;
  if (node.secure) return true;
  return first !== undefined && leadsToSecret(node.props?.[first], rest);
}
