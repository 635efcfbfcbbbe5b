import { spawnSync } from 'node:child_process';

/** What a shell says of a script without running it; '' where it is well formed. */
export const complaintsOf = (script: string): string =>
  spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr;

/**
 * The commands of the Azure CLI that a script would run, each as its words. A stand-in for `az` answers one word, so that
 * loops go round; the rest of what the scripts call (tr, sed, grep) changes nothing.
 */
export function azCallsIn(script: string): readonly (readonly string[])[] {
  // One printf is one write, so that the commands of a pipe do not mix.
  const stub = `az() { printf '%s\\0' "$@" $'\\1' >&3; echo answer; }`;
  const { output, status, stderr } = spawnSync('bash', ['-c', `${stub}\n${script}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(`${status}: ${stderr}`);
  const calls = (output[3] ?? '').split('\u0001\0').filter((call) => call !== '');
  return calls.map((call) => call.split('\0').slice(0, -1));
}
