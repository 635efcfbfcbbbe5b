const MASK = '[secret]';
/** A shorter text would be found in ordinary words. */
const SHORTEST = 6;
const NAMED = /(?:access\s*key|client\s*secret)"?\s*[=:]\s*"?([^;"'\s]+)/gi;

/**
 * What this process was told in confidence: keys, tokens, connection strings. No command prints any of it; this is what
 * makes sure of it where a service, a library or a stack trace repeats what it was sent.
 */
export class KnownSecrets {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (text.length >= SHORTEST) this.#texts.add(text);
  }

  /** What is secret in a text that may hold connection strings; a text without one may be a key as a whole. */
  addIn(text: string): void {
    for (const [, value = ''] of text.matchAll(NAMED)) this.add(value);
    if (/endpoint\s*=|serviceUri/i.test(text)) return;
    for (const line of text.split(/\r?\n/)) this.add(line.trim());
  }

  mask(text: string): string {
    let masked = text;
    for (const secret of this.#texts) masked = masked.replaceAll(secret, MASK);
    return masked;
  }
}
