/** A text that left, and by which way. */
export interface Left {
  readonly by: string;
  readonly text: string;
}

/** A secret that was found where it has no business. Says nothing of its value. */
export interface Sighted {
  readonly by: string;
  readonly secret: string;
  readonly form: string;
}

/** So much of a secret is enough to know it by, and to be worth something to whoever guesses the rest. */
const TELLING = 16;

/** The forms that a text takes on its way through programs. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  raw: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'URL-encoded': (secret) => encodeURIComponent(secret),
  'JSON-escaped': (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON-escaped twice': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'HTML-escaped': (secret) => secret.replaceAll('+', '&#43;').replaceAll('=', '&#61;').replaceAll('/', '&#x2F;'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'decoded hex': (secret) => Buffer.from(secret, 'base64').toString('hex'),
};

/** A token of any kind: none has any business outside, whosever it is. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/;

/** Where each secret is found, whole or in half, as it is or in another form, also inside of base64. */
export function sightings(left: readonly Left[], secrets: Readonly<Record<string, string>>): readonly Sighted[] {
  const wanted = Object.entries(secrets).flatMap(([secret, text]) => partsOf(secret, text));
  return left.flatMap(({ by, text }) => {
    const searched = [text, ...unpacked(text)].map((each) => ({ each, lower: each.toLowerCase() }));
    const found = wanted.filter(({ part, isHex }) =>
      searched.some(({ each, lower }) => (isHex ? lower : each).includes(part)),
    );
    const tokens = searched.some(({ each }) => TOKEN.test(each)) ? [{ by, secret: 'a token', form: 'raw' }] : [];
    return [...found.map(({ secret, form }) => ({ by, secret, form })), ...tokens];
  });
}

interface Part {
  readonly secret: string;
  readonly form: string;
  readonly part: string;
  readonly isHex: boolean;
}

function partsOf(secret: string, text: string): readonly Part[] {
  if (text.length < TELLING) throw new Error(`${secret} is too short to be told from other texts.`);
  return Object.entries(FORMS).flatMap(([form, shape]) => {
    const whole = shape(text);
    const isHex = form.includes('hex');
    const ends = [whole.slice(0, TELLING), whole.slice(-TELLING)];
    return [...new Set(ends)].map((part) => ({ secret, form, part, isHex }));
  });
}

/** What stands in base64 within a text: messages of a queue are nothing else. */
function unpacked(text: string): readonly string[] {
  return (text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []).map((run) => Buffer.from(run, 'base64').toString('utf8'));
}
