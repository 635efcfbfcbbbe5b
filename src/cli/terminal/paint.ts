const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof CODES;
export type Paint = (style: Style, text: string) => string;

export const painter =
  (isColoured: boolean): Paint =>
  (style, text) =>
    isColoured && text !== '' ? `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m` : text;

/** NO_COLOR and FORCE_COLOR as https://no-color.org and Node have them; NO_COLOR wins, as it does in the help. */
export function isColoured(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR || FORCE_COLOR === '0' || FORCE_COLOR === 'false') return false;
  if (FORCE_COLOR !== undefined) return true;
  return stream.isTTY === true && TERM !== 'dumb';
}

const COLOUR = '\\u001b\\[\\d+m';
const COLOURS = new RegExp(COLOUR, 'gu');
/** Bidirectional controls too: they can make a line read as another one. */
const CONTROLS = new RegExp(`${COLOUR}|[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]`, 'gu');

/** Without what would move the cursor or rename the window: texts come from the app, and some of them from its callers. */
export const harmless = (text: string, keepsColours: boolean): string =>
  text.replace(CONTROLS, (match) => (match === '\n' || (keepsColours && match.length > 1) ? match : ''));

export const withoutColours = (text: string): string => text.replace(COLOURS, '');

/** Columns that a text takes; what is printed here is one column a character. */
export const widthOf = (text: string): number => withoutColours(text).length;
