/** What an application takes out of its secret. Read here once more, and not by the app's own library: these are somebody else's applications. */
export interface Connection {
  readonly key: string;
  /** The origin that tokens are made out to, whatever the way there. */
  readonly audience: string;
  readonly server: string;
  readonly client: string;
}

/** `null` for a secret without a key: its application uses Entra and signs nothing. */
export function connectionIn(secret: string, endpointOfBareKey?: string): Connection | null {
  if (endpointOfBareKey !== undefined) return connection(secret, originOf(endpointOfBareKey));
  const parts = new Map<string, string>();
  for (const part of secret.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parts.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  const [key, endpoint] = [parts.get('accesskey'), parts.get('endpoint')];
  if (!key || !endpoint) return null;
  return connection(key, originOf(endpoint), parts.get('serverendpoint'), parts.get('clientendpoint'));
}

function connection(key: string, audience: string, server = audience, client = audience): Connection {
  return { key, audience, server: originOf(server), client: originOf(client) };
}

function originOf(endpoint: string): string {
  return new URL(endpoint).origin;
}
