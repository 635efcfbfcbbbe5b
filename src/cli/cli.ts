import { EXIT, type ExitCode } from './exit-code.ts';
import { KnownSecrets } from './known-secrets.ts';
import { Input } from './terminal/input.ts';
import { Output } from './terminal/output.ts';

/** What every command is given: where it prints, where it reads, and the environment. */
export interface Cli {
  /** Results. */
  readonly out: Output;
  /** Progress, warnings and failures. */
  readonly err: Output;
  readonly input: Input;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: KnownSecrets;
  /** The parser gives back nothing of a command, so its end is kept here. */
  readonly ended: { with: ExitCode };
}

export function cliOf({ stdin, stdout, stderr, env }: NodeJS.Process): Cli {
  const secrets = new KnownSecrets();
  const out = new Output(stdout, env, secrets);
  const err = new Output(stderr, env, secrets);
  return { out, err, input: new Input(stdin, err, secrets), env, secrets, ended: { with: EXIT.done } };
}
