import { parse } from '../../connection-string/parse.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { fingerprintIn } from '../key-from-input.ts';
import { type Endpoint, propertyOf } from './endpoint.ts';
import { type Setting, type Spelling, settingsOf, write } from './spelling.ts';

export interface ShowOptions {
  readonly to?: Spelling;
  readonly showSecret?: boolean;
  readonly json?: boolean;
}

/**
 * Before anything is read: a secret on a terminal stays in its scrollback, and in whatever records it.
 *
 * @throws Failure
 */
export function refuseOnTerminal({ showSecret }: ShowOptions, { out }: Cli): void {
  if (!showSecret || !out.isTerminal) return;
  throw new Failure(
    '--show-secret does not show a secret on a terminal.',
    {
      code: 'Terminal',
      remedy: 'Send the output to a file or a program: … --show-secret > file, or … --show-secret | program.',
    },
    EXIT.usage,
  );
}

/** Prints settings: what is secret in them only where that was asked for, and not on a terminal. */
export function showEndpoints(endpoints: readonly Endpoint[], options: ShowOptions, { out, err }: Cli): void {
  const { to = 'plain', showSecret = false, json = false } = options;
  const settings = settingsOf(endpoints, to);
  const text = json
    ? `${JSON.stringify(
        endpoints.map((endpoint) => described(endpoint, to, showSecret)),
        null,
        2,
      )}\n`
    : write(settings, to, showSecret);
  if (showSecret) out.secret(text);
  else out.document(text);
  const isMasked = !showSecret && settings.some(({ value, shown }: Setting) => value !== shown);
  if (isMasked) err.line('What is secret is masked. --show-secret shows it, into a file or a pipe.');
}

/** For programs. */
function described(endpoint: Endpoint, spelling: Spelling, isSecret: boolean): Readonly<Record<string, unknown>> {
  const { name, type, connectionString } = endpoint;
  const settings = settingsOf([endpoint], spelling);
  return {
    name: name === '' ? null : name,
    type: type ?? 'primary',
    fingerprint: fingerprintOf(connectionString),
    settings: settings.map((each) => ({ name: each.name, value: isSecret ? each.value : each.shown })),
  };
}

/** null for one without a key. */
export function fingerprintOf(connectionString: string): string | null {
  parse(connectionString);
  return propertyOf(connectionString, 'AccessKey') ? fingerprintIn(connectionString) : null;
}
