// The WHATWG URL is far more forgiving than System.Uri: it takes `https:host` and `https:/host`, percent signs and
// punctuation in a host, empty and overlong labels, and it drops tabs and line ends wherever they are. So the authority
// is checked here, and URL only normalises what is left. Two things are ours: user information is dropped (no client
// sends it, and these values are shown), and a host outside ASCII is given as it goes over the wire, in punycode.
const URI = /^(https?:)[/\\]{2}(?:[^/\\?#@]*@)?([^/\\?#@]+)(.*)/is;
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w\u0080-\uffff-]{1,63}(?:\.[\w\u0080-\uffff-]{1,63})*\.?)(?::\d*)?$/i;

/** An absolute http or https URI as System.Uri takes it; null for anything else. */
export function parseUri(text: string): URL | null {
  const match = URI.exec(trimEnd(text, ' \t\r\n'));
  // Stryker disable next-line ArrayDeclaration,StringLiteral: what stands in for no match is no authority either way.
  const [, scheme = '', authority = '', rest = ''] = match ?? [];
  if (!AUTHORITY.test(authority)) return null;
  const uri = `${scheme}//${authority}${rest.replace(/[\t\r\n]/g, encodeURIComponent)}`;
  return URL.canParse(uri) ? new URL(uri) : null;
}

/** `text` without the trailing characters that are in `characters`. A loop, as `/x+$/` is quadratic. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  // Stryker disable next-line EqualityOperator: one step too far leaves a text of nothing but such characters, no URI either.
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
