import { readFileSync } from 'node:fs';
import type { Cli } from './cli.ts';
import { cloudIn } from './cloud.ts';
import { Failure, usage } from './failure.ts';
import { tokenFor } from './sign-in.ts';

/** How a command line says which app is meant and who asks. */
export interface AppOptions {
  readonly url?: string;
  readonly local?: boolean;
  readonly audience?: string;
  readonly keyFile?: string;
}

/** Where the app is, and what is shown there. */
export interface AppAccess {
  /** Its origin. */
  readonly url: string;
  readonly isLocal: boolean;
  readonly with: 'token' | 'key' | 'nothing';
  /** @throws Failure where nobody is signed in */
  credentials(): Promise<Readonly<Record<string, string>>>;
}

export const LOCAL_URL = 'http://127.0.0.1:7071';

/** @throws Failure */
export function appAccess(options: AppOptions, { env, secrets }: Cli): AppAccess {
  const url = urlOf(options, env);
  const isLocal = isLoopback(url);
  const how = credentialsOf(options, env, isLocal);
  if (how.with === 'key') secrets.add(how.key);
  return {
    url: url.origin,
    isLocal,
    with: how.with,
    async credentials() {
      if (how.with === 'nothing') return {};
      if (how.with === 'key') return { 'x-functions-key': how.key };
      const token = await tokenFor(how.scope, cloudIn(env));
      secrets.add(token);
      return { authorization: `Bearer ${token}` };
    },
  };
}

function urlOf({ url, local }: AppOptions, { SIGNALR_KEY_ROTATION_URL }: NodeJS.ProcessEnv): URL {
  const text = url ?? (local ? LOCAL_URL : SIGNALR_KEY_ROTATION_URL);
  if (!text) {
    throw usage(
      'It is not said which app is meant.',
      'Give --url https://….azurewebsites.net, set SIGNALR_KEY_ROTATION_URL, or use --local for the one that npm start runs.',
    );
  }
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw usage(
      'The address of the app is no http or https URL.',
      'Write it like https://my-rotation.azurewebsites.net.',
    );
  }
  // A key in it would stand in the shell's history, and in every message that names the app.
  if (parsed.username !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw usage(
      'The address of the app must not carry a user, a query or a fragment.',
      'A function key goes into --key-file.',
    );
  }
  if (!/^\/(api\/?)?$/.test(parsed.pathname)) {
    throw usage(
      'The address of the app is its origin, without a path.',
      'Write it like https://my-rotation.azurewebsites.net.',
    );
  }
  if (local && !isLoopback(parsed)) {
    throw usage('--local is for an app on this machine.', 'Leave it out, or give --url an address of 127.0.0.1.');
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed)) {
    throw usage('The app must be reached by https: over http anybody could read along.', 'Write https:// in --url.');
  }
  return parsed;
}

/** `URL` has turned 127.1 and the like into dotted form, so that 127.0.0.1.example.com does not pass. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

type Credentials =
  | { readonly with: 'token'; readonly scope: string }
  | { readonly with: 'key'; readonly key: string }
  | { readonly with: 'nothing' };

/** What the command line says goes before what the environment says. */
function credentialsOf({ audience, keyFile }: AppOptions, env: NodeJS.ProcessEnv, isLocal: boolean): Credentials {
  if (audience !== undefined && keyFile !== undefined) {
    throw usage('--audience and --key-file exclude each other.', 'Give the one that the app asks for.');
  }
  if (audience !== undefined) return tokenOf(audience);
  if (keyFile !== undefined) return { with: 'key', key: keyIn(keyFile) };
  // What is set for the deployed app is no business of the one on this machine.
  if (isLocal) return { with: 'nothing' };
  const { SIGNALR_KEY_ROTATION_AUDIENCE: ours, SIGNALR_KEY_ROTATION_KEY: key } = env;
  if (ours && key) {
    throw usage(
      'SIGNALR_KEY_ROTATION_AUDIENCE and SIGNALR_KEY_ROTATION_KEY are both set.',
      'Unset the one that the app does not ask for, or give --audience or --key-file.',
    );
  }
  if (ours) return tokenOf(ours);
  return key ? { with: 'key', key: keyOf(key, 'SIGNALR_KEY_ROTATION_KEY') } : { with: 'nothing' };
}

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A client id alone is what people copy from the portal. */
function tokenOf(audience: string): Credentials {
  const uri = GUID.test(audience) ? `api://${audience}` : audience.replace(/\/(\.default)?$/, '');
  if (!/^(api|https):\/\/[^\s]+$/.test(uri)) {
    throw usage('The audience is not understood.', 'Write it like api://<client id of the app registration>.');
  }
  return { with: 'token', scope: `${uri}/.default` };
}

function keyIn(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Failure(`The key file ${path} cannot be read.`, { remedy: 'Check the path and the rights on it.' });
  }
  return keyOf(text, path);
}

/** What is no header value would be refused with a message that repeats it. */
function keyOf(text: string, where: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw usage(`${where} holds no function key.`, 'It must hold the key and nothing else.');
}
