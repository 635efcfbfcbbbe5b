import { chmodSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFile, BARE, cli } from './a-command-line.ts';
import { aServer, problem } from './a-server.ts';

const TOKEN = 'a-token-of-entra-0123456789';
const CLIENT = '11111111-2222-3333-4444-555555555555';

/** An Azure CLI whose user is signed in, or not. */
function azureCli(script: string): NodeJS.ProcessEnv {
  const az = aFile('az', `#!/bin/sh\n${script}\n`);
  chmodSync(az, 0o755);
  return { PATH: [dirname(az), BARE.PATH].join(delimiter) };
}

const signedIn = azureCli(
  `[ "$1" = "--version" ] || echo "$@" > "$(dirname "$0")/asked"
printf '{"accessToken":"${TOKEN}","expiresOn":"2999-01-01 00:00:00.000000","expires_on":32472144000,"tenant":"t","tokenType":"Bearer"}'`,
);

describe.concurrent('a token of Entra', () => {
  it.each([
    ['the audience', `api://${CLIENT}`],
    ['a client id alone', CLIENT],
    ['a scope', `api://${CLIENT}/.default`],
  ])('is sent for %s, and never printed', async (_, audience) => {
    const { url, heard } = await aServer(({ headers }) =>
      problem(403, 'Forbidden', { detail: `no ${headers.authorization}` }),
    );
    const { code, said } = await cli(['report', '--url', url, '--audience', audience], { env: signedIn });
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(heard[0]?.headers['x-functions-key']).toBeUndefined();
    expect(code).toBe(1);
    expect(said).toContain('no Bearer [secret]');
    expect(said).not.toContain(TOKEN);
  });

  it('that is not accepted leads to the audience and the tenant', async () => {
    const { url } = await aServer(() => ({ status: 401 }));
    const { stderr } = await cli(['report', '--url', url, '--audience', CLIENT], { env: signedIn });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('does not accept your token: check that --audience');
  });

  it('is not there where nobody is signed in', async () => {
    const env = azureCli('echo "Please run az login to setup account." >&2; exit 1');
    const { url, heard } = await aServer(() => ({}));
    const { code, stderr } = await cli(['report', '--url', url, '--audience', CLIENT], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('Nobody is signed in to Entra on this machine.\nRun az login');
    expect(heard).toEqual([]);
  });

  it('is refused by its code where Entra does not know the audience', async () => {
    const env = azureCli('echo "AADSTS500011: The resource principal named api://x was not found." >&2; exit 1');
    const { stderr } = await cli(['report', '--url', 'http://127.0.0.1:65533', '--audience', CLIENT], { env });
    expect(stderr).toContain('AADSTS500011');
  });
});
