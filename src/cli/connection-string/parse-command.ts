import type { Credential } from '../../connection-string/credential.ts';
import { type ConnectionString, parse } from '../../connection-string/parse.ts';
import { redact } from '../../connection-string/redact.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { table } from '../terminal/table.ts';
import type { Endpoint } from './endpoint.ts';
import { offlineCommand } from './offline-command.ts';
import { readSettings } from './read-settings.ts';
import { fingerprintOf } from './show.ts';

/** What SDKs make of a connection string. */
export const parseCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<object>(
    cli,
    {
      name: 'parse',
      summary: 'Says what SDKs make of a connection string: where it leads, and what it signs in with.',
      about: 'It may stand alone, or in any of the spellings that convert knows.',
    },
    async ({ json }) => {
      const { endpoints } = readSettings(await cli.input.secret('connection string'));
      const parsed = endpoints.map((endpoint) => ({ endpoint, read: parse(endpoint.connectionString) }));
      if (json) cli.out.json(parsed.map(({ endpoint, read }) => documentOf(endpoint, read)));
      else
        for (const { endpoint, read } of parsed)
          cli.out.lines([...linesOf(endpoint, read), ...(parsed.length > 1 ? [''] : [])]);
    },
  )
    .example('connection-string parse < string.txt', 'from a file')
    .example('connection-string parse', 'typed in, without being shown')
    .exitsWith(EXIT.done, 'every SDK accepts it')
    .exitsWith(EXIT.failed, 'no SDK accepts it, and the property that is wrong is named');

function linesOf({ name, type, connectionString }: Endpoint, read: ConnectionString): readonly string[] {
  const { endpoint, server, client, audience, version, credential, olderCredential, ambiguousAuth } = read;
  const fingerprint = fingerprintOf(connectionString);
  const rows = [
    ...(name === '' ? [] : [['name', type === null ? name : `${name}, ${type}`]]),
    ['endpoint', endpoint],
    ...(new URL(server).origin === endpoint ? [] : [['servers go to', new URL(server).origin]]),
    ...(new URL(client).origin === endpoint ? [] : [['clients go to', new URL(client).origin]]),
    ['audience', audience],
    ['version', version ?? '1.0 (left out)'],
    ['signs in with', `${words(credential)}${fingerprint === null ? '' : `, ${fingerprint}`}`],
    ...(same(credential, olderCredential)
      ? []
      : [
          [
            'SDKs of 2024 and before',
            olderCredential === null ? 'refuse it: they want an AccessKey' : words(olderCredential),
          ],
        ]),
  ];
  const warning =
    'It has both an AccessKey and an AuthType: newer SDKs use the key, older ones Entra. Remove one of the two.';
  return [...table(rows), ...(ambiguousAuth ? [warning] : [])];
}

function documentOf(
  { name, type, connectionString }: Endpoint,
  read: ConnectionString,
): Readonly<Record<string, unknown>> {
  const { endpoint, server, client, audience, hostname, port, version, credential, olderCredential, ambiguousAuth } =
    read;
  return {
    name: name === '' ? null : name,
    type: type ?? 'primary',
    endpoint,
    server: new URL(server).origin,
    client: new URL(client).origin,
    audience,
    hostname,
    port,
    version,
    // A key hides behind a getter, which is not enumerable.
    credential: { ...credential },
    olderCredential: olderCredential && { ...olderCredential },
    ambiguousAuth,
    fingerprint: fingerprintOf(connectionString),
    redacted: redact(connectionString),
  };
}

const same = (a: Credential, b: Credential | null): boolean => JSON.stringify(a) === JSON.stringify(b);

function words(credential: Credential): string {
  switch (credential.kind) {
    case 'access-key':
      return 'an access key';
    case 'default-credential':
      return 'Entra: whatever identity the environment gives';
    case 'managed-identity':
      return credential.clientId === null
        ? 'Entra: the managed identity assigned by the system'
        : `Entra: the managed identity ${credential.clientId}`;
    case 'client-secret':
      return `Entra: the application ${credential.clientId} of tenant ${credential.tenantId}, with a secret`;
    case 'client-certificate':
      return `Entra: the application ${credential.clientId} of tenant ${credential.tenantId}, with a certificate`;
    default:
      return credential satisfies never;
  }
}
