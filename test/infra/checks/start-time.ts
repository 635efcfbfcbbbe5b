import type { Expr, Template } from '../bicep/ast.ts';
import { pathOf, startTimeOf, walkExpr } from '../bicep/walk.ts';
import type { Check } from './problem.ts';

/** What ARM knows of a resource before it is deployed. */
const KNOWN_EARLY = ['id', 'name', 'type', 'apiVersion'];

/** A name, place, condition or loop that hangs on what only deploying shows does not compile (BCP120, BCP177, BCP178). */
export const startTime: Check = ({ templates }) =>
  [...templates.values()].flatMap((template) =>
    startTimeOf(template).flatMap(({ what, expr }) =>
      lateIn(expr, template).map((late) => ({
        path: template.path,
        line: expr.line,
        text: `${what} is needed before ${late} is known`,
      })),
    ),
  );

function lateIn(expr: Expr, template: Template, through: readonly string[] = []): readonly string[] {
  const late: string[] = [];
  walkExpr(expr, (each, bound) => {
    if (each.kind === 'name' && !bound.includes(each.name) && !through.includes(each.name)) {
      const variable = template.variables.find(({ name }) => name === each.name);
      if (variable) late.push(...lateIn(variable.value, template, [...through, each.name]));
    }
    if (each.kind !== 'member') return;
    const path = pathOf(each);
    if (path === null || bound.includes(path.root)) return;
    const [first = ''] = path.members;
    if (template.modules.some(({ name }) => name === path.root) && first === 'outputs')
      late.push(`${path.root}.outputs`);
    const isResource = template.resources.some(({ name }) => name === path.root);
    if (isResource && !KNOWN_EARLY.includes(first)) late.push(`${path.root}.${first}`);
  });
  return [...new Set(late)];
}
