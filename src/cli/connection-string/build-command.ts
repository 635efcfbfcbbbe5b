import { Option } from 'commander';
import { build, type CredentialParts } from '../../connection-string/build.ts';
import type { Cloud } from '../../core/clouds.ts';
import type { Cli } from '../cli.ts';
import { cloudIn } from '../cloud.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { checkedName, ENDPOINT_TYPES, type EndpointType } from './endpoint.ts';
import { offlineCommand } from './offline-command.ts';
import { refuseOnTerminal, type ShowOptions, showEndpoints } from './show.ts';
import { SPELLING_NAMES } from './spelling.ts';

interface Options extends ShowOptions {
  readonly endpoint?: string;
  readonly resource?: string;
  readonly auth: 'access-key' | 'azure' | 'azure.msi' | 'azure.app';
  readonly clientId?: string;
  readonly tenantId?: string;
  readonly certificate?: string;
  readonly clientEndpoint?: string;
  readonly serverEndpoint?: string;
  readonly port?: string;
  readonly stringVersion?: string;
  readonly name?: string;
  readonly type?: EndpointType;
}

/** What the connection string generator of the portal does, for every kind of sign-in. */
export const buildCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<Options>(
    cli,
    {
      name: 'build',
      summary: 'Builds a connection string for any kind of sign-in, in the spelling of the place where it is kept.',
      about: 'An access key, or the secret of an application, comes in on standard input or is typed when asked for.',
    },
    async (options) => {
      refuseOnTerminal(options, cli);
      const name = checkedName(options.name ?? '', options.type ?? null);
      const endpoint = endpointOf(options, cloudIn(cli.env));
      const port = portOf(options.port);
      const credential = credentialOf(options);
      const connectionString = build({
        endpoint,
        credential: await credential((what) => cli.input.secret(what)),
        clientEndpoint: options.clientEndpoint ?? null,
        serverEndpoint: options.serverEndpoint ?? null,
        port,
        ...(options.stringVersion !== undefined && { version: options.stringVersion }),
      });
      showEndpoints([{ name, type: options.type ?? null, connectionString }], options, cli);
    },
  )
    .option('--endpoint <url>', 'of the resource: https://chat.service.signalr.net')
    .option('--resource <name>', 'the same by its name, in the cloud that AZURE_CLOUD names')
    .addOption(
      new Option(
        '--auth <kind>',
        'access-key; azure: whatever identity the environment gives; azure.msi: a managed identity; azure.app: an application of Entra',
      )
        .choices(['access-key', 'azure', 'azure.msi', 'azure.app'])
        .makeOptionMandatory(),
    )
    .option('--client-id <guid>', 'of the managed identity that the user assigned, or of the application')
    .option('--tenant-id <guid>', 'of the application')
    .option('--certificate <path>', 'of the application, in place of a secret: where its certificate lies')
    .option('--client-endpoint <url>', 'where clients go, if there is a gateway before the resource')
    .option('--server-endpoint <url>', 'where servers and REST calls go, if there is one for them')
    .option('--port <number>', 'default 443, or 80 for http')
    .option('--string-version <version>', 'default 1.0')
    .option('--name <name>', 'of the endpoint, where the application has several')
    .addOption(new Option('--type <type>', 'how the application uses the endpoint').choices(ENDPOINT_TYPES))
    .addOption(new Option('--to <spelling>', 'default plain; convert --help explains them').choices(SPELLING_NAMES))
    .option('--show-secret', 'show what is secret, into a file or a pipe')
    .example('connection-string build --resource chat --auth azure.msi', 'without a key: a managed identity')
    .example(
      'connection-string build --resource chat --auth access-key --show-secret < key.txt > string.txt',
      'with a key',
    )
    .example(
      'connection-string build --resource chat --auth azure.msi --name east --type secondary --to env',
      'one of several endpoints, as an environment variable',
    )
    .exitsWith(EXIT.done, 'printed');

function endpointOf({ endpoint, resource }: Options, { signalR }: Cloud): string {
  if ((endpoint === undefined) === (resource === undefined)) throw usage('Name one of --endpoint and --resource.');
  if (endpoint !== undefined) return endpoint;
  if (!/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/i.test(resource ?? ''))
    throw usage('--resource is no name of a SignalR resource.');
  return `https://${resource}.${signalR}`;
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw usage('--port is a number from 1 to 65535.');
}

type ReadSecret = (what: string) => Promise<string>;

/** What is missing or too much is said before a secret is asked for. @throws Failure */
function credentialOf(options: Options): (secret: ReadSecret) => Promise<CredentialParts> {
  const { auth, clientId, tenantId, certificate } = options;
  const given = { '--client-id': clientId, '--tenant-id': tenantId, '--certificate': certificate };
  const takes = TAKES[auth];
  const surplus = Object.entries(given).find(([name, value]) => value !== undefined && !takes.includes(name));
  if (surplus !== undefined)
    throw usage(`--auth ${auth} takes no ${surplus[0]}.`, 'Leave it out: it would be ignored.');
  switch (auth) {
    case 'access-key':
      return async (secret) => ({ kind: 'access-key', accessKey: (await secret('access key')).trim() });
    case 'azure':
      return async () => ({ kind: 'default-credential' });
    case 'azure.msi':
      return async () => ({ kind: 'managed-identity', clientId: clientId ?? null });
    case 'azure.app': {
      if (clientId === undefined || tenantId === undefined)
        throw usage('--auth azure.app needs --client-id and --tenant-id.');
      if (certificate !== undefined) {
        return async () => ({ kind: 'client-certificate', clientId, tenantId, certificatePath: certificate });
      }
      return async (secret) => ({
        kind: 'client-secret',
        clientId,
        tenantId,
        clientSecret: (await secret('client secret')).trim(),
      });
    }
    default:
      return auth satisfies never;
  }
}

const TAKES: Readonly<Record<Options['auth'], readonly string[]>> = {
  'access-key': [],
  azure: [],
  'azure.msi': ['--client-id'],
  'azure.app': ['--client-id', '--tenant-id', '--certificate'],
};
