import type { z } from 'zod';

/** Ends an attribute, an element, a style sheet and a title, and tries to run in each way that a page has. */
export const PAYLOAD = `"'></title></style><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>`;

/** Where a string of a model stands, and what was put there. */
export interface Attack {
  readonly path: string;
  readonly text: string;
}

/**
 * The model with an attack in each string that its schema lets be anything, one after the other, so that no string is
 * forgotten. Each attack is numbered, to be found again in the page.
 */
export function attacked<Model>(
  model: Model,
  schema: z.ZodType<Model>,
): { readonly model: Model; readonly attacks: Attack[] } {
  // By way of JSON, so that no object stands in two places: a second attack would hide the first.
  const hostile = JSON.parse(JSON.stringify(model)) as Model;
  const attacks: Attack[] = [];
  for (const { holder, key, path } of strings(hostile, '')) {
    const before = holder[key];
    // An address has to stay one.
    const text = path.endsWith('.url') ? `javascript:alert(4)//${attacks.length}` : `${PAYLOAD}#${attacks.length}#`;
    holder[key] = text;
    if (schema.safeParse(hostile).success) attacks.push({ path, text });
    else holder[key] = before;
  }
  return { model: hostile, attacks };
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

function strings(value: unknown, path: string): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => {
    const at = Array.isArray(value) ? `${path}[]` : path === '' ? key : `${path}.${key}`;
    return typeof holder[key] === 'string' ? [{ holder, key, path: at }] : strings(holder[key], at);
  });
}
