import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { Problem } from '../../app/problems.ts';

export type AppRole = 'Reader' | 'Operator' | 'Consumer';

export type Authentication = { readonly mode: 'entra'; readonly tenantId: string } | { readonly mode: 'host-key' };

/** Who asks, as far as the platform vouches for it. */
export interface Caller {
  readonly roles: ReadonlySet<AppRole>;
  /** Object id in Entra, lower case; null for whoever holds a host key: the host does not say which. */
  readonly principalId: string | null;
  /** For receipts. */
  readonly name: string;
}

const OPERATOR_INCLUDES: readonly AppRole[] = ['Operator', 'Reader', 'Consumer'];

/** The host has checked a key and does not say which, so whoever gets through is Operator. */
const KEY_HOLDER: Caller = { roles: new Set(OPERATOR_INCLUDES), principalId: null, name: 'key' };

/**
 * @throws Problem `Unauthenticated` where App Service Authentication is on and vouches for nobody, `Forbidden` for
 *   somebody of another tenant
 */
export function callerOf(request: HttpRequest, authentication: Authentication): Caller {
  // Without App Service Authentication anybody could send the identity header, so it is not even looked at.
  if (authentication.mode === 'host-key') return KEY_HOLDER;
  const principal = readPrincipal(request.headers.get('x-ms-client-principal'));
  if (principal === null)
    throw new Problem('Unauthenticated', 'Send a token of the tenant that this app is registered in.');
  const claim = (...types: readonly string[]): string | null =>
    principal.claims.find(({ typ }) => types.includes(typ))?.val.toLowerCase() ?? null;
  if (claim('tid', 'http://schemas.microsoft.com/identity/claims/tenantid') !== authentication.tenantId) {
    throw new Problem('Forbidden', 'The token is of another tenant.');
  }
  const principalId = claim('oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier');
  if (principalId === null) throw new Problem('Unauthenticated', 'The token does not say who it was issued to.');
  const roleTypes = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role', principal.role_typ];
  const roles = principal.claims.filter(({ typ }) => roleTypes.includes(typ)).map(({ val }) => val);
  return { roles: rolesOf(roles), principalId, name: principalId };
}

/** @throws Problem `Forbidden` where the caller has none of the roles; denied by default */
export function allow(caller: Caller, ...roles: readonly AppRole[]): void {
  if (roles.some((role) => caller.roles.has(role))) return;
  throw new Problem('Forbidden', `This needs the role ${roles.join(' or ')}.`);
}

function rolesOf(names: readonly string[]): ReadonlySet<AppRole> {
  if (names.includes('Operator')) return new Set(OPERATOR_INCLUDES);
  return new Set((['Reader', 'Consumer'] as const).filter((role) => names.includes(role)));
}

const principalSchema = z.object({
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

function readPrincipal(header: string | null): z.infer<typeof principalSchema> | null {
  if (header === null) return null;
  try {
    const parsed = principalSchema.safeParse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
