import { connectionIn } from '../../local/consumers/connection.ts';

/** The access key in what a publication holds: a connection string, or a bare key. null where there is none. Read as an application reads it. */
export function keyIn(text: string): string | null {
  const isConnectionString = text.includes('=') && text.includes(';');
  return isConnectionString ? (connectionIn(text)?.key ?? null) : text;
}
