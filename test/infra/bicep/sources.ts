import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from './ast.ts';
import { NotUnderstood } from './expression.ts';
import { parse, type SyntaxFault } from './grammar.ts';
import { readTemplate } from './read.ts';

/** Files by their path from the root of the repository. A test plants its mistakes here. */
export type Sources = ReadonlyMap<string, string>;

export function infraSources(): Sources {
  const paths = readdirSync('infra', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(bicep|json)$/.test(path))
    .map((path) => join('infra', path));
  return new Map([...paths, 'rotation.json'].sort().map((path) => [path, readFileSync(path, 'utf8')]));
}

/** @throws Error where the text is not there: a mistake that was not planted proves nothing */
export function planted(sources: Sources, path: string, text: string, instead: string): Sources {
  const before = sources.get(path);
  if (before === undefined || !before.includes(text)) throw new Error(`${path} does not hold: ${text}`);
  return new Map(sources).set(
    path,
    before.replace(text, () => instead),
  );
}

export interface ReadInfra {
  readonly sources: Sources;
  readonly templates: ReadonlyMap<string, Template>;
  readonly faults: readonly (SyntaxFault & { readonly path: string })[];
}

const cache = new Map<string, { template: Template; faults: readonly SyntaxFault[] }>();

export function readInfra(sources: Sources): ReadInfra {
  const templates = new Map<string, Template>();
  const faults: (SyntaxFault & { path: string })[] = [];
  for (const [path, text] of sources) {
    if (!path.endsWith('.bicep')) continue;
    const key = `${path}\n${text}`;
    const parsed = cache.get(key) ?? readOne(path, text);
    cache.set(key, parsed);
    faults.push(...parsed.faults.map((fault) => ({ ...fault, path })));
    templates.set(path, parsed.template);
  }
  return { sources, templates, faults };
}

function readOne(path: string, text: string): { template: Template; faults: readonly SyntaxFault[] } {
  const { root, faults } = parse(text);
  const empty: Template = {
    ...{ path, scope: 'resourceGroup', description: null, params: [], variables: [] },
    ...{ resources: [], modules: [], outputs: [] },
  };
  if (faults.length > 0) return { template: empty, faults };
  try {
    return { template: readTemplate(path, root), faults };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { template: empty, faults: [{ line: 1, text: error.message }] };
  }
}
