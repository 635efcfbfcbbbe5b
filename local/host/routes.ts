/*
 * The route templates of ASP.NET Core as far as a function app uses them: literals, `{x}`, `{x?}`, `{*rest}`, and the
 * constraints below. What is not understood is refused when the host starts, never matched in some other way than Azure
 * would.
 */

export interface Route {
  /** Where two routes match, the smaller one is taken: literals before parameters, constrained before free. */
  readonly rank: string;
  match(segments: readonly string[]): Record<string, string> | null;
}

const constraints: Record<string, RegExp> = {
  int: /^[+-]?\d{1,10}$/,
  long: /^[+-]?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
};

type Part = { rank: 1; literal: string } | { rank: 2 | 3 | 5; name: string; optional: boolean; allows: RegExp[] };

export function route(template: string): Route {
  const parts = template
    .split('/')
    .filter(Boolean)
    .map((text) => part(text, template));
  for (const [i, one] of parts.entries()) {
    const last = i === parts.length - 1;
    if (!last && one.rank !== 1 && (one.optional || one.rank === 5))
      throw new Error(`Route "${template}": only the last part may be left out or take the rest.`);
  }
  return { rank: parts.map(({ rank }) => rank).join(''), match: (segments) => match(parts, segments) };
}

function part(text: string, template: string): Part {
  if (!/[{}]/.test(text)) return { rank: 1, literal: text.toLowerCase() };
  const found = /^\{(\*{0,2})(\w+)((?::[a-z]+)*)(\??)\}$/i.exec(text);
  if (!found) throw new Error(`Route "${template}": the local host does not understand "${text}".`);
  const [, rest, name = '', constrained = '', optional] = found;
  const allows = constrained
    .split(':')
    .filter(Boolean)
    .map((kind) => {
      const allowed = constraints[kind.toLowerCase()];
      if (!allowed) throw new Error(`Route "${template}": the local host does not know the constraint ":${kind}".`);
      return allowed;
    });
  return { rank: rest ? 5 : allows.length > 0 ? 2 : 3, name, optional: Boolean(optional || rest), allows };
}

function match(parts: readonly Part[], segments: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [i, one] of parts.entries()) {
    const here = one.rank === 5 ? segments.slice(i).join('/') : segments[i];
    if (one.rank === 1) {
      if (here?.toLowerCase() !== one.literal) return null;
    } else if (here) {
      if (!one.allows.every((allowed) => allowed.test(here))) return null;
      params[one.name] = here;
    } else if (!one.optional) return null;
  }
  return segments.length <= parts.length || parts.at(-1)?.rank === 5 ? params : null;
}

/** An escaped slash stays escaped, as Kestrel leaves it: it is part of a name, not a border. */
export function segmentsOf(pathname: string): string[] | null {
  const path = pathname.replace(/^\//, '').replace(/\/$/, '');
  try {
    return path === '' ? [] : path.split('/').map((segment) => decodeURIComponent(segment.replace(/%2f/gi, '%252F')));
  } catch {
    return null;
  }
}
