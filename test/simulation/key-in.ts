import { isKeyed, parse } from '../../src/connection-string/parse.ts';

/** The access key in what a publication holds: a connection string, or a bare key. null where there is none. */
export function keyIn(text: string): string | null {
  if (!text.includes('=') || !text.includes(';')) return text;
  try {
    const parsed = parse(text);
    return isKeyed(parsed) ? parsed.credential.accessKey : null;
  } catch {
    return null;
  }
}
