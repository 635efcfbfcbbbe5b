import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Whether whoever knows the secret has signed this very body, as GitHub does in `X-Hub-Signature-256`. Over the bytes as they
 * came: what is parsed and written again may differ. The comparison takes as long for a near miss as for a far one.
 */
export function isSigned(body: Uint8Array, signature: string | null, secret: KeyObject): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
