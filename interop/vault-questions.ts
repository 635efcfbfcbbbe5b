import { isRestError } from '@azure/core-rest-pipeline';
import type { SecretClient } from '@azure/keyvault-secrets';

/** What the rotator relies on, asked of a vault through the SDK's own client. The answer names no time and no version: two vaults never share those. */
export interface Question {
  readonly about: string;
  /** @param name of a secret that nobody has used yet */
  ask(vault: SecretClient, name: string): Promise<unknown>;
}

const EXPIRES = new Date('2031-05-06T07:08:09.000Z');

export const QUESTIONS: readonly Question[] = [
  {
    about: 'what is written in one call is read',
    async ask(vault, name) {
      await vault.setSecret(name, 'first', { contentType: 'text/plain', tags: { team: 'chat' }, expiresOn: EXPIRES });
      const { value, properties } = await vault.getSecret(name);
      const { contentType, tags, expiresOn, enabled } = properties;
      return { value, contentType, tags, expiresOn: expiresOn?.toISOString(), enabled };
    },
  },
  {
    about: 'the second version is current, and the first can be read by name',
    async ask(vault, name) {
      const [first = '', second = ''] = await two(vault, name);
      const current = await vault.getSecret(name);
      const before = await vault.getSecret(name, { version: first });
      return { isSecond: current.properties.version === second, value: current.value, before: before.value };
    },
  },
  {
    about: 'versions are listed with what they carry and without values',
    async ask(vault, name) {
      await vault.setSecret(name, 'first', { tags: { n: '1' } });
      await vault.setSecret(name, 'second', { tags: { n: '2' } });
      const listed = [];
      for await (const { enabled, tags, ...rest } of vault.listPropertiesOfSecretVersions(name)) {
        listed.push({
          enabled,
          tags,
          hasValue: 'value' in rest,
          hasVersion: /^[0-9a-f]{32}$/.test(rest.version ?? ''),
        });
      }
      return listed.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    },
  },
  {
    about: 'a version that is disabled cannot be read, and the current one can',
    async ask(vault, name) {
      const [first = ''] = await two(vault, name);
      await vault.updateSecretProperties(name, first, { enabled: false });
      const current = await vault.getSecret(name);
      return { current: current.value, disabled: await refusal(vault.getSecret(name, { version: first })) };
    },
  },
  {
    about: 'a current version that is disabled hides the secret, and keeps the others',
    async ask(vault, name) {
      const [first = '', second = ''] = await two(vault, name);
      await vault.updateSecretProperties(name, second, { enabled: false });
      const before = await vault.getSecret(name, { version: first });
      return { current: await refusal(vault.getSecret(name)), before: before.value };
    },
  },
  {
    about: 'an update of one version leaves its other properties and the value alone',
    async ask(vault, name) {
      const { properties } = await vault.setSecret(name, 'first', {
        contentType: 'text/plain',
        tags: { team: 'chat' },
      });
      await vault.updateSecretProperties(name, properties.version ?? '', { expiresOn: EXPIRES });
      const after = await vault.getSecret(name);
      const { contentType, tags, expiresOn, enabled } = after.properties;
      return { value: after.value, contentType, tags, expiresOn: expiresOn?.toISOString(), enabled };
    },
  },
  {
    about: 'a secret that is not there, and a version that is not there',
    async ask(vault, name) {
      const nothing = await refusal(vault.getSecret(name));
      await vault.setSecret(name, 'first');
      return { nothing, noVersion: await refusal(vault.getSecret(name, { version: '0'.repeat(32) })) };
    },
  },
  {
    about: 'a deleted secret keeps its name until it is recovered, with every version',
    async ask(vault, name) {
      const [first = ''] = await two(vault, name);
      await (await vault.beginDeleteSecret(name, { intervalInMs: 10 })).pollUntilDone();
      const read = await refusal(vault.getSecret(name));
      const written = await refusal(vault.setSecret(name, 'third'));
      await (await vault.beginRecoverDeletedSecret(name, { intervalInMs: 10 })).pollUntilDone();
      const before = await vault.getSecret(name, { version: first });
      return { read, written, current: (await vault.getSecret(name)).value, before: before.value };
    },
  },
  {
    about: 'a value of 25 KB is the largest',
    async ask(vault, name) {
      const largest = 'x'.repeat(25_600);
      await vault.setSecret(name, largest);
      const isWhole = (await vault.getSecret(name)).value === largest;
      return { isWhole, larger: await refusal(vault.setSecret(name, `${largest}x`)) };
    },
  },
];

async function two(vault: SecretClient, name: string): Promise<readonly (string | undefined)[]> {
  const first = await vault.setSecret(name, 'first');
  const second = await vault.setSecret(name, 'second');
  return [first.properties.version, second.properties.version];
}

/** The status and the service's code: its words are nobody's contract. */
async function refusal(asked: Promise<unknown>): Promise<unknown> {
  try {
    await asked;
    return 'not refused';
  } catch (error) {
    if (!isRestError(error)) throw error;
    return { status: error.statusCode, code: error.code };
  }
}
