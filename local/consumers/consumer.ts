import { setTimeout as sleep } from 'node:timers/promises';
import { signToken } from '../azure/client-token.ts';
import type { Home } from '../azure/home.ts';
import type { Clock } from '../azure/http.ts';
import { fingerprintOf } from '../azure/keys.ts';
import { type Connection, connectionIn } from './connection.ts';
import { Outbound, type Platform, type Reply } from './outbound.ts';

export interface ConsumerOptions {
  readonly name: string;
  /** The unversioned id of the secret it reads: `https://{vault}/secrets/{name}`. */
  readonly secret: string;
  readonly platform: Platform;
  /** The site or container app it lives in, which hands it the secret whenever it starts it; left out, it reads its vault itself. */
  readonly lives?: Home;
  /** Where a secret that is a bare key belongs; left out, the secret is a connection string. */
  readonly endpoint?: string;
  readonly hub?: string;
  /** Milliseconds between two looks at the secret, 24 h as App Service; `at-start`: only then, until somebody restarts it. */
  readonly rereads?: number | 'at-start';
  /** Milliseconds; 1 h as the SDKs. */
  readonly tokenLifetime?: number;
  /** Tokens that were signed with a leaked key are part of the leak: a client that is refused for one reconnects, and that is all. */
  readonly clientsReconnect?: boolean;
  readonly clients?: number;
  /** Where it says what it switched to; left out, it says nothing. */
  readonly ack?: Ack;
  readonly clock?: Clock;
}

interface Ack {
  /** The rotation app, as `http://127.0.0.1:7071`. */
  readonly base: string;
  readonly target: string;
  readonly by?: 'version' | 'fingerprint';
  readonly headers?: Readonly<Record<string, string>>;
}

interface Held extends Connection {
  readonly version: string;
  readonly readAt: number;
  /** Of its home; 0 without one. */
  readonly starts: number;
}

/** A browser: it has no key, only the token that it was given, and comes back with it until it expires. */
interface Client {
  readonly id: string;
  token: { readonly value: string; readonly expiresAt: number } | null;
}

/** An application that uses SignalR with a key from Key Vault, and its clients. It knows nothing of rotation, except that it may say what it uses. */
export class Consumer {
  readonly name: string;
  /** Its own calls and its clients'. */
  calls = 0;
  /** Those that were answered with 401: what a rotation must never cause. */
  refused = 0;
  /** Those that nobody answered, or with something else than consent: trouble, but not about keys. */
  unanswered = 0;
  /** What it said to the rotation app, with the answer. */
  readonly acks: { readonly version: string; readonly status: number | null }[] = [];

  readonly #options: ConsumerOptions;
  readonly #outbound: Outbound;
  readonly #clients: Client[] = [];
  #held: Held | null = null;
  #acked: string | null = null;
  #loop: { readonly ended: Promise<void>; readonly stop: AbortController } | null = null;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#outbound = new Outbound(options.platform, options.name);
  }

  /** What it uses now; `null` before it has read anything that works with keys. */
  get uses(): { readonly version: string; readonly fingerprint: string } | null {
    return this.#held && { version: this.#held.version, fingerprint: fingerprintOf(this.#held.key) };
  }

  /** Its work at one moment: looks at its secret if that is due, says so if it changed, then calls, as do its clients. */
  async tick(now: number): Promise<void> {
    if (this.#isReadDue(now)) await this.#read(now);
    // Once: a restart in the middle of this tick ends the process that it speaks of.
    const held = this.#held;
    if (!held) return;
    await this.#acknowledge(held);
    // Whoever is asked may take his time, and a token made out in the past would have expired.
    await this.#call(held, this.#options.clock?.now() ?? now);
  }

  async #call(held: Held, now: number): Promise<void> {
    await this.#callAsServer(held, now);
    // One more each time: clients that all came in one second would hide what happens to tokens of different age.
    if (this.#clients.length < (this.#options.clients ?? 2))
      this.#clients.push({ id: `client-${this.#clients.length}`, token: null });
    for (const client of this.#clients) await this.#connect(client, held, now);
  }

  /** The process begins anew and reads its secret at the next tick. Its clients are other machines: they keep their tokens. */
  restart(): void {
    this.#held = null;
    this.#acked = null;
  }

  /** Ticks in real time until `stop`. */
  run(every = 250): void {
    if (this.#loop) return;
    const stop = new AbortController();
    this.#loop = { stop, ended: this.#work(every, stop.signal) };
  }

  async stop(): Promise<void> {
    const loop = this.#loop;
    this.#loop = null;
    loop?.stop.abort();
    await loop?.ended;
  }

  async #work(every: number, signal: AbortSignal): Promise<void> {
    const clock = this.#options.clock ?? { now: () => Date.now() };
    while (!signal.aborted) {
      await this.tick(clock.now());
      await sleep(every, undefined, { signal }).catch(() => {});
    }
  }

  #isReadDue(now: number): boolean {
    const { lives, rereads = 24 * 3_600_000 } = this.#options;
    if (!this.#held) return true;
    if (lives) return lives.starts !== this.#held.starts;
    return rereads !== 'at-start' && now >= this.#held.readAt + rereads;
  }

  async #read(now: number): Promise<void> {
    const { lives } = this.#options;
    const starts = lives?.starts ?? 0;
    const secret = lives ? lives.read() : await this.#outbound.readSecret(this.#options.secret);
    if (secret === null) return; // What it had before goes on working for it, as a reference that cannot be resolved again.
    const connection = connectionIn(secret.value, this.#options.endpoint);
    this.#held = connection && { ...connection, version: secret.version, readAt: now, starts };
  }

  async #acknowledge({ version, key }: Held): Promise<void> {
    const { ack, name, secret } = this.#options;
    if (!ack || this.#acked === version) return;
    const url = `${ack.base.replace(/\/$/, '')}/api/targets/${ack.target}/acks`;
    const body = {
      consumer: name,
      secret,
      ...(ack.by === 'fingerprint' ? { fingerprint: fingerprintOf(key) } : { version }),
    };
    const reply = await this.#outbound.send('POST', url, ack.headers, body);
    this.acks.push({ version, status: reply?.status ?? null });
    // 409: there is something newer. Only a look at the secret helps, and that has its own time; any other failure is tried again.
    if (reply && (reply.status < 300 || reply.status === 409)) this.#acked = version;
  }

  async #callAsServer(held: Held, now: number): Promise<void> {
    const path = `/api/hubs/${this.#hub}/:send`;
    const { value } = this.#sign(held, `${held.audience}${path}`, now);
    const url = `${held.server}${path}?api-version=2022-06-01`;
    this.#count(
      await this.#outbound.send('POST', url, { authorization: `Bearer ${value}` }, { target: 'tick', arguments: [] }),
    );
  }

  async #connect(client: Client, held: Held, now: number): Promise<void> {
    if (!client.token || now >= client.token.expiresAt) {
      client.token = this.#sign(held, `${held.audience}/client/?hub=${this.#hub}`, now, client.id);
    }
    const url = `${held.client}/client/negotiate?hub=${this.#hub}`;
    const reply = await this.#outbound.send('POST', url, { authorization: `Bearer ${client.token.value}` });
    const reconnects = reply?.status === 401 && this.#options.clientsReconnect === true;
    if (!reconnects) this.#count(reply);
    if (reply?.status === 401) client.token = null;
  }

  #sign(held: Held, aud: string, now: number, nameid?: string): { readonly value: string; readonly expiresAt: number } {
    const iat = Math.floor(now / 1000);
    const exp = iat + (this.#options.tokenLifetime ?? 3_600_000) / 1000;
    return { value: signToken(held.key, { aud, iat, exp, ...(nameid ? { nameid } : {}) }), expiresAt: exp * 1000 };
  }

  #count(reply: Reply | null): void {
    this.calls += 1;
    if (reply?.status === 401) this.refused += 1;
    else if (!reply || reply.status >= 300) this.unanswered += 1;
  }

  get #hub(): string {
    return this.#options.hub ?? 'chat';
  }
}
