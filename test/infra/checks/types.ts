import { bodyOf, propertyOf, type Resource, type Template } from '../bicep/ast.ts';
import { ARM_TYPES, hold, type Node, REFERRED_TO } from './arm-types.ts';
import type { Check, Problem } from './problem.ts';
import { type Names, namesOf, shapeOf, withItem } from './shape.ts';

const LANGUAGE = ['parent', 'scope', 'dependsOn'];

/** Type, version, place, names of properties, their types, what is required and what is read-only, of each resource. */
export const types: Check = ({ templates }) =>
  [...templates.values()].flatMap((template) =>
    template.resources.flatMap((resource) => problemsOf(resource, template)),
  );

function problemsOf(resource: Resource, template: Template): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (text: string): void => {
    problems.push({ path: template.path, line: resource.line, text: `${resource.name}: ${text}` });
  };
  const { type, version, existing } = resource;
  const known = ARM_TYPES[type];
  if (known === undefined) {
    if (existing && REFERRED_TO[type] === version) return [];
    say(`the type ${type}@${version} is not known`);
    return problems;
  }
  const wanted = known.safe ?? known.apiVersion;
  if (version !== wanted) say(`the version ${version} has to be ${wanted}`);
  const body = bodyOf(resource.value);
  const hasScope = propertyOf(body, 'scope') !== null;
  const place = hasScope && known.scope.includes('extension') ? 'extension' : template.scope;
  if (!existing && !known.scope.includes(place)) say(`${type} cannot be deployed to a ${place}`);
  if (!existing && hasScope && place !== 'extension') say('only what extends another resource has a scope');
  const written = {
    ...body,
    properties: body.properties.filter(({ key }) => !LANGUAGE.includes(String(key.parts[0]))),
  };
  const shape = shapeOf(written, namesIn(resource, template));
  hold(shape, existing ? onlyName(known.body) : known.body, '', (at, text) => say(`${at.slice(1)} ${text}`));
  return problems;
}

function namesIn({ value }: Resource, template: Template): Names {
  const names = namesOf(template);
  return value.kind === 'for' ? withItem(value, names) : names;
}

/** Of what is there already only the name is said. */
const onlyName = ({ props, variants }: Node): Node => ({
  t: 'object',
  props: { name: props?.name ?? Object.values(variants ?? {})[0]?.props?.name ?? { t: 'string', req: true } },
});
