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

/** Names of one claim: as the token has it, and as the platform may rewrite it. */
const TENANT = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];
const OBJECT = ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'];
const ROLE = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

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
  const { tenantId } = authentication;
  // Nobody is of the right tenant where none is configured, not even whoever claims to be of none.
  if (tenantId === '' || theOnly(TENANT, principal) !== tenantId) {
    throw new Problem('Forbidden', 'The token is of another tenant.');
  }
  const principalId = theOnly(OBJECT, principal);
  if (principalId === null || !z.guid().safeParse(principalId).success) {
    throw new Problem('Unauthenticated', 'The token does not say who it was issued to.');
  }
  return { roles: rolesOf(valuesOf(ROLE, principal)), principalId, name: principalId };
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
  // Another identity provider may put what it likes into claims of the same names.
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

type Principal = z.infer<typeof principalSchema>;

/** More than any host lets through. */
const headerSchema = z
  .base64()
  .min(1)
  .max(64 * 1024);

/** Strictly: Node's own reading of base64 skips what is none, so that two headers would make one principal. */
function readPrincipal(header: string | null): Principal | null {
  const encoded = headerSchema.safeParse(header);
  if (!encoded.success) return null;
  try {
    const parsed = principalSchema.safeParse(JSON.parse(Buffer.from(encoded.data, 'base64').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const valuesOf = (types: readonly string[], { claims }: Principal): readonly string[] =>
  claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);

/** Lower case; null where there is none, and where there are several that differ. */
function theOnly(types: readonly string[], principal: Principal): string | null {
  const values = new Set(valuesOf(types, principal).map((value) => value.toLowerCase()));
  const [value = null, ...others] = values;
  return others.length === 0 ? value : null;
}
