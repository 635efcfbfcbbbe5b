import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, differencesBetween } from '../../interop/vault.ts';
import { QUESTIONS } from '../../interop/vault-questions.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/server.ts';
import { transportFor } from '../../src/azure/transport.ts';

let azure: LocalAzure;
beforeEach(async () => {
  azure = await startLocalAzure({ authorisation: { by: 'everything' } });
});
afterEach(() => azure.close());

const clientTo = (name: string) =>
  clientOf(`https://${azure.addVault(name).host}`, azure.credential(), transportFor(azure.origin));

describe('the questions to a peer of our Key Vault', { timeout: 60_000 }, () => {
  it('are answered alike by two vaults of the same making, and none of them by a failure', async () => {
    const vault = clientTo('kv-c');
    for (const [number, { about, ask }] of QUESTIONS.entries()) {
      expect(await ask(vault, `question-${number}`), about).toBeTypeOf('object');
    }
    expect(await differencesBetween(clientTo('kv-a'), clientTo('kv-b'))).toEqual([]);
  });

  it('tell a vault that lets disabled versions be read', async () => {
    const [ours, theirs] = [clientTo('kv-a'), clientTo('kv-b')];
    theirs.updateSecretProperties = async () => ({ name: 'chat', vaultUrl: '' });
    const differing = (await differencesBetween(ours, theirs)).map(({ check }) => check);
    expect(differing).toContain('a version that is disabled cannot be read, and the current one can');
    expect(differing).not.toContain('what is written in one call is read');
  });
});
