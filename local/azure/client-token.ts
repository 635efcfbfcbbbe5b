import { createHmac, timingSafeEqual } from 'node:crypto';

type Algorithm = 'HS256' | 'HS512';
type TokenVerdict = 'valid' | 'malformed' | 'wrong-signature' | 'wrong-audience' | 'expired';

/** Validators grant some; five minutes is their usual default, which would swallow the scaled-down lifetimes of a scenario. */
const leewaySeconds = 5;

const hashes: Readonly<Record<string, string>> = { HS256: 'sha256', HS512: 'sha512' };

/** A token as the SDKs sign them: with the key's own UTF-8 bytes, although it looks like base64. */
export function signToken(
  key: string,
  claims: { readonly aud: string; readonly iat: number; readonly exp: number; readonly nameid?: string },
  alg: Algorithm = 'HS256',
): string {
  const signed = `${encoded({ alg, typ: 'JWT' })}.${encoded({ ...claims, nbf: claims.iat, iss: 'azure-signalr' })}`;
  return `${signed}.${hmac(alg, key, signed).toString('base64url')}`;
}

/** `kid` is not looked at: in the SDK's tokens it is a hash of its own process, so every key that is alive is tried. */
export function verifyToken(
  token: string,
  keys: readonly string[],
  now: number,
  audienceFits: (audience: string) => boolean,
): TokenVerdict {
  const [head, payload, signature, ...rest] = token.split('.');
  const alg = parsed(head)?.alg;
  const claims = parsed(payload);
  if (typeof alg !== 'string' || !(alg in hashes) || !claims || !signature || rest.length > 0) return 'malformed';
  if (typeof claims.exp !== 'number') return 'malformed';
  const given = Buffer.from(signature, 'base64url');
  const signedBy = (key: string) => {
    const expected = hmac(alg, key, `${head}.${payload}`);
    return expected.length === given.length && timingSafeEqual(expected, given);
  };
  if (!keys.some(signedBy)) return 'wrong-signature';
  const seconds = now / 1000;
  if (seconds >= claims.exp + leewaySeconds) return 'expired';
  if (typeof claims.nbf === 'number' && seconds < claims.nbf - leewaySeconds) return 'expired';
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return audiences.some((aud) => typeof aud === 'string' && audienceFits(aud)) ? 'valid' : 'wrong-audience';
}

function hmac(alg: string, key: string, text: string): Buffer {
  return createHmac(hashes[alg] ?? '', Buffer.from(key, 'utf8'))
    .update(text)
    .digest();
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function parsed(part: string | undefined): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
