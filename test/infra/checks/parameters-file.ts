import type { Check, Problem } from './problem.ts';

const PATH = 'infra/main.parameters.json';

interface ParametersFile {
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
}

/** What azd fills in: each is a parameter of main.bicep, from a variable of its own, and of the parameter's type when unset. */
export const parametersFile: Check = ({ sources, templates }) => {
  const { parameters } = JSON.parse(sources.get(PATH) ?? '{ "parameters": {} }') as ParametersFile;
  const params = templates.get('infra/main.bicep')?.params ?? [];
  const problems: Problem[] = [];
  const say = (text: string): void => {
    problems.push({ path: PATH, line: 1, text });
  };
  for (const [name, { value }] of Object.entries(parameters)) {
    const param = params.find((each) => each.name === name);
    const [, , initial] = /^\$\{([A-Z_]+)(?:=(.*))?\}$/.exec(String(value)) ?? [];
    if (param === undefined) say(`${name} is no parameter of main.bicep`);
    else if (!/^\$\{[A-Z_]+(=.+)?\}$/.test(String(value))) say(`${name} comes from no variable`);
    else if (param.type !== 'string' && !fits(initial, param.type)) say(`${name} is no ${param.type} when unset`);
  }
  for (const { name, initial } of params) {
    if (initial === null && !(name in parameters)) say(`${name} is asked for at every deployment`);
  }
  return problems;
};

function fits(text: string | undefined, type: string): boolean {
  if (type === 'bool') return text === 'true' || text === 'false';
  if (type === 'int') return /^\d+$/.test(text ?? '');
  return text === '[]';
}
