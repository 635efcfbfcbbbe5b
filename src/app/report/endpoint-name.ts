/** What an application gives one of several endpoints in its configuration. */
export interface EndpointName {
  readonly name: string;
  readonly type: 'primary' | 'secondary';
}

/** `Azure:SignalR:ConnectionString:name[:primary|secondary]`, or an endpoint of Functions, with Key Vault's `--` for `:`. */
const NAMED = /(?:connectionstring|azure--signalr--endpoints)--(?<name>.+?)(?:--(?<type>primary|secondary))?$/;

/**
 * Endpoint name and type, where the name of a secret carries them. A name without a type is primary, and a type without
 * a name is a name, as the .NET SDK has it.
 *
 * @param secret address of a secret, lower case
 * @returns null where it does not
 */
export function endpointNameOf(secret: string): EndpointName | null {
  const { name, type } = NAMED.exec(secret.slice(secret.lastIndexOf('/') + 1))?.groups ?? {};
  return name === undefined ? null : { name, type: type === 'secondary' ? 'secondary' : 'primary' };
}
