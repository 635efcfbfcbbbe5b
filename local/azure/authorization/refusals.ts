import { authorizationFailed } from '../arm-access.ts';
import { type Answer, failure } from '../http.ts';

/** What is refused, to whom, and on what. */
export interface Refused {
  readonly service: 'arm' | 'vault' | 'topic';
  readonly principal: string;
  readonly action: string;
  readonly scope: string;
}

/** A 403 as each service words it. */
export function refusal({ service, principal, action, scope }: Refused): Answer {
  switch (service) {
    case 'arm':
      return authorizationFailed(principal, action, scope);
    case 'vault':
      return byVault(principal, action, scope);
    case 'topic':
      return failure(
        403,
        'Forbidden',
        `The principal associated with access token presented with the incoming request does not have permission to send data to ${scope}: '${principal}' lacks '${action}'.`,
      );
  }
}

function byVault(principal: string, action: string, scope: string): Answer {
  const [, vault = ''] = scope.match(/\/vaults\/([^/]+)/i) ?? [];
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: oid=${principal}`,
    `Action: '${action}'`,
    `Resource: '${scope}'`,
    'Assignment: (not found)',
    `Vault: ${vault}`,
  ];
  return failure(403, 'Forbidden', lines.join('\r\n'), { innererror: { code: 'ForbiddenByRbac' } });
}

/** Not Azure's: nobody has said yet which action the request needs. */
export function withoutRow(method: string, host: string, path: string): Answer {
  return failure(
    403,
    'AuthorizationFailed',
    `The local Azure does not know which action ${method} https://${host}${path} needs: local/azure/authorization/calls.ts lacks it. Add a row with its source, and the action to infra/roles.json.`,
  );
}
