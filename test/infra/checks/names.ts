import type { Template } from '../bicep/ast.ts';
import { walk } from '../bicep/walk.ts';
import type { Check, Problem } from './problem.ts';

/** Every name is declared, once, and nothing is declared that nobody uses. */
export const names: Check = ({ templates }) => [...templates.values()].flatMap(problemsOf);

function problemsOf(template: Template): readonly Problem[] {
  const { path, params, variables, resources, modules } = template;
  const declared = [...params, ...variables, ...resources, ...modules];
  const problems: Problem[] = [];
  const say = (line: number, text: string): void => {
    problems.push({ path, line, text });
  };
  const seen = new Set<string>();
  for (const { name, line } of declared) {
    if (seen.has(name)) say(line, `${name} is declared twice`);
    seen.add(name);
  }
  const used = new Set<string>();
  walk(template, (expr, bound) => {
    if (expr.kind === 'name') {
      if (bound.includes(expr.name)) return;
      if (seen.has(expr.name)) used.add(expr.name);
      else say(expr.line, `${expr.name} is not declared`);
    }
    const own = expr.kind === 'lambda' ? expr.params : expr.kind === 'for' ? [expr.item, expr.index ?? ''] : [];
    for (const name of own) {
      if (seen.has(name) || bound.includes(name)) say(expr.line, `${name} hides another name`);
    }
  });
  const idle = [...params, ...variables, ...resources.filter(({ existing }) => existing)];
  for (const { name, line } of idle) if (!used.has(name)) say(line, `${name} is not used`);
  return problems;
}
