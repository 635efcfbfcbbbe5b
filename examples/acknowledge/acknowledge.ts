/**
 * Tells signalr-key-rotation which key this process uses. Copy it into your application: no dependencies, Node 20.3 or
 * newer, and nothing in it but types to strip. A key is hashed here; it is never sent or logged.
 */
import { createHash } from 'node:crypto';

export interface Consumer {
  /** The rotation app, https://….azurewebsites.net. */
  readonly app: string;
  readonly target: string;
  readonly consumer: string;
  /** https://{vault}/secrets/{name}; only where the consumer reads several. */
  readonly secret?: string;
  /** What the process uses since it started. Do not read the secret again for this: it may have moved on. */
  readonly connectionString: string;
  /** A token for the app; with @azure/identity: async () => (await credential.getToken('api://…/.default')).token */
  readonly token?: () => Promise<string>;
  /** Instead of a token, where the app has no App Service Authentication. */
  readonly functionKey?: string;
}

/** retry: try again after so many ms, for the app did not answer or could not. */
export type Outcome =
  | { readonly is: 'accepted' | 'outdated' }
  | { readonly is: 'retry'; readonly after: number; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

export const fingerprintOf = (key: string): string =>
  `sha256:${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 16)}`;

/** @throws Error for what is no connection string, like a Key Vault reference that App Service could not resolve */
export function used(connectionString: string): { fingerprint: string } | { auth: 'entra' } {
  const parts = connectionString.split(';').map((part): readonly [string, string] => {
    const [name = '', ...value] = part.split('=');
    return [name.trim().toLowerCase(), value.join('=').trim()];
  });
  const fieldOf = (wanted: string): string => parts.find(([name]) => name === wanted)?.[1] ?? '';
  if (fieldOf('endpoint') === '') throw new Error('This is not a SignalR connection string: it has no Endpoint.');
  const key = fieldOf('accesskey');
  return key === '' ? { auth: 'entra' } : { fingerprint: fingerprintOf(key) };
}

/** Asks once. */
export async function acknowledge(of: Consumer, signal?: AbortSignal): Promise<Outcome> {
  const { consumer, secret } = of;
  const body = JSON.stringify({ consumer, secret, ...used(of.connectionString) });
  const timeout = AbortSignal.timeout(30_000);
  const request = {
    method: 'POST',
    body,
    redirect: 'error',
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  } as const;
  try {
    const headers = { 'content-type': 'application/json', ...(await credentialOf(of)) };
    const answer = await fetch(new URL(`/api/targets/${of.target}/acks`, of.app), { ...request, headers });
    const { code = '' } = (await answer.json().catch(() => ({}))) as { code?: string };
    const why = `${answer.status} ${code}`.trim();
    if (answer.status === 200) return { is: 'accepted' };
    if (code === 'AckOutdated') return { is: 'outdated' };
    if (answer.status !== 429 && answer.status < 500) return { is: 'refused', why };
    return { is: 'retry', after: retryAfter(answer.headers.get('retry-after')), why };
  } catch (error) {
    // Its name only: the words of an error are whoever threw it's, and nobody has promised what is in them.
    return { is: 'retry', after: SOON, why: error instanceof Error ? error.name : 'unknown' };
  }
}

/**
 * Acknowledges now and again every so often, until the signal. An instance that runs on with the old key has to be heard
 * after one that has restarted, so `every` is to be less than half of the target's tokenLifetime.
 *
 * @throws Error at once for what is no connection string
 */
export function keepAcknowledging(
  of: Consumer,
  { every = 15 * 60_000, signal, log }: { every?: number; signal?: AbortSignal; log: (line: string) => void },
): void {
  used(of.connectionString);
  const next = async (): Promise<void> => {
    const outcome = await acknowledge(of, signal);
    if (signal?.aborted) return;
    if (outcome.is === 'outdated') log(`${of.target} is past the key that this instance uses: restart it`);
    if ('why' in outcome) log(`cannot acknowledge for ${of.consumer}: ${outcome.why}`);
    // Not a reason for the process to stay.
    setTimeout(next, outcome.is === 'retry' ? Math.min(outcome.after, every) : every).unref();
  };
  void next();
}

const SOON = 30_000;

async function credentialOf({ token, functionKey }: Consumer): Promise<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${await token()}` };
  return functionKey === undefined ? {} : { 'x-functions-key': functionKey };
}

/** In seconds, or until a date. */
function retryAfter(header: string | null): number {
  if (header === null) return SOON;
  const after = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(after) ? Math.max(1_000, after) : SOON;
}
