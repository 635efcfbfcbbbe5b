import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import { startLocalAzure } from '../local/azure/server.ts';
import { transportFor } from '../src/azure/transport.ts';
import { type Accepted, type Found, judge, type Outcome, type Part } from './part.ts';
import { CACHE, lastLineOf, Missing, run } from './programs.ts';
import { QUESTIONS } from './vault-questions.ts';

const VERSION = '2.4.141';
const ARTIFACT = `com.github.nagyesta.lowkey-vault:lowkey-vault-app:${VERSION}`;
const STARTS_WITHIN_MS = 90_000;

/** The same questions to our Key Vault and to Lowkey Vault, through the SDK's own client: both have to say the same. */
export const vault: Part = {
  name: 'vault',
  peer: `Lowkey Vault ${VERSION}`,
  async run(): Promise<Outcome> {
    const lowkey = await startLowkeyVault(await lowkeyJar());
    const azure = await startLocalAzure({ authorisation: { by: 'everything' } });
    try {
      const ours = clientOf(`https://${azure.addVault('kv-a').host}`, azure.credential(), transportFor(azure.origin));
      const found = await differencesBetween(ours, lowkey.client);
      const accepted = JSON.parse(readFileSync('interop/vault.json', 'utf8')) as Accepted[];
      return judge(found, accepted, `${QUESTIONS.length} questions`);
    } finally {
      lowkey.stop();
      await azure.close();
    }
  },
};

/** What two vaults say differently. */
export async function differencesBetween(ours: SecretClient, theirs: SecretClient): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const [number, { about, ask }] of QUESTIONS.entries()) {
    const [own, peer] = await Promise.all([ours, theirs].map((each) => answered(ask(each, `question-${number}`))));
    if (own !== peer) found.push({ check: about, of: 'secrets', detail: `ours ${own}, the peer ${peer}` });
  }
  return found;
}

/** An answer that could not be given is one, too. */
const answered = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    (answer) => JSON.stringify(answer),
    (error: unknown) => `failed: ${error instanceof Error ? error.name : 'unknown'}`,
  );

export const clientOf = (url: string, credential: TokenCredential, httpClient: HttpClient): SecretClient =>
  new SecretClient(url, credential, {
    httpClient,
    retryOptions: { maxRetries: 0 },
    // A peer on loopback is no host of Azure's.
    disableChallengeResourceVerification: true,
  });

/** @throws Missing */
async function lowkeyJar(): Promise<string> {
  const given = process.env.LOWKEY_VAULT_JAR;
  if (given) {
    if (existsSync(given)) return given;
    throw new Missing('LOWKEY_VAULT_JAR names no file');
  }
  const found = join(CACHE, `lowkey-vault-app-${VERSION}.jar`);
  if (existsSync(found)) return found;
  mkdirSync(CACHE, { recursive: true });
  const copy = ['-B', '-q', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${CACHE}`];
  const fetched = await run('mvn', copy);
  if (fetched.code === null) throw new Missing('there is no mvn on the PATH, and LOWKEY_VAULT_JAR names no jar');
  if (existsSync(found)) return found;
  throw new Missing(`Maven Central does not give out ${ARTIFACT} here, and LOWKEY_VAULT_JAR names no jar`);
}

async function startLowkeyVault(jar: string): Promise<{ readonly client: SecretClient; stop(): void }> {
  const java = await run('java', ['-version']);
  if (java.code === null) throw new Missing('there is no java on the PATH');
  const port = await freePort();
  const child = spawn('java', ['-jar', jar, `--server.port=${port}`, '--LOWKEY_VAULT_NAMES=-'], { stdio: 'pipe' });
  const wire = createDefaultHttpClient();
  // Its certificate is its own: on loopback nobody stands between.
  const trusting: HttpClient = {
    sendRequest: (request) =>
      wire.sendRequest({ ...request, tlsSettings: { ...request.tlsSettings, rejectUnauthorized: false } as object }),
  };
  const anyToken: TokenCredential = {
    getToken: async () => ({ token: 'anybody', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const client = clientOf(`https://localhost:${port}`, anyToken, trusting);
  await untilItAnswers(client, child);
  return { client, stop: () => void child.kill() };
}

async function untilItAnswers(client: SecretClient, child: ChildProcess): Promise<void> {
  const gaveUpAt = Date.now() + STARTS_WITHIN_MS;
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  while (Date.now() < gaveUpAt && child.exitCode === null) {
    const isThere = await client.setSecret('is-there', 'yes').then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  child.kill();
  throw new Error(`Lowkey Vault did not start: ${lastLineOf(said)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
