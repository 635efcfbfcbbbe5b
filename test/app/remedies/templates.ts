import { expect } from 'vitest';
import { ARM, type Kind } from './arm-properties.ts';
import { type Read, readBicep } from './bicep-reader.ts';
import { stringsInHcl, unquoteHcl } from './hcl-reader.ts';

/** The language's own words, which are no properties of ARM. */
const OF_BICEP = ['parent', 'scope'];

/** That a template names types, versions, properties and values that ARM knows. */
export function expectArmKnows(template: string): void {
  for (const { type, apiVersion, body } of readBicep(template)) {
    const known = ARM[type];
    expect(known, type).toBeDefined();
    expect(apiVersion).toBe(known?.apiVersion);
    for (const [path, value] of leavesOf(body)) {
      if (OF_BICEP.includes(path)) continue;
      const kind = known?.properties[path] ?? known?.properties[path.replace(/\.[^.]+$/, '.*')];
      expect(kind, `${type} ${path}`).toBeDefined();
      if (value !== null) expectFits(value, kind, path);
    }
  }
}

function* leavesOf(value: Read, path = ''): Generator<[path: string, value: string | null]> {
  if (typeof value === 'string') yield [path, value];
  else if ('expression' in value) yield [path, literalOf(value.expression as string)];
  else if (Array.isArray(value)) for (const each of value) yield* leavesOf(each, `${path}[]`);
  else for (const [name, each] of Object.entries(value)) yield* leavesOf(each, path === '' ? name : `${path}.${name}`);
}

/** null for what is to be computed. */
const literalOf = (text: string): string | null => (/^(?:true|false|\d+)$/.test(text) ? `=${text}` : null);

function expectFits(value: string, kind: Kind | undefined, path: string): void {
  if (kind === 'int') expect(value, path).toMatch(/^=\d+$/);
  else if (kind === 'bool') expect(value, path).toMatch(/^=(?:true|false)$/);
  else if (kind === 'string') expect(value, path).not.toMatch(/^=/);
  else if (typeof kind === 'object') expect(kind, path).toContain(value);
}

/** That every string of a configuration ends, and that templates begin only where the configuration itself has them. */
export function expectSoundHcl(configuration: string): readonly string[] {
  const own = stringsInHcl(configuration).filter((string) => !string.startsWith('"${data.'));
  return own.map(unquoteHcl);
}
