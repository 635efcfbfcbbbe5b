import type { PropertyName } from './errors.ts';
import { propertyNamed } from './properties.ts';
import { type Segment, split, trim } from './segments.ts';

const MASK = '***';

/**
 * The same text, fit to be shown; for any text, whether it parses or not. Throws nothing.
 *
 * A value is shown only where its property is one of the grammar's and the value has the shape of that property, so a
 * key pasted into the wrong place is masked too. An unknown property is masked with its name: to this grammar a bare
 * key that ends in `=`, or the rest of a secret with a `;` in it, is a name. Empty values stay empty.
 */
export function redact(text: string): string {
  return split(text).map(redactSegment).join(';');
}

function redactSegment({ raw, name, before, value, after }: Segment): string {
  if (trim(raw) === '') return raw;
  if (name === null) return MASK;
  const property = propertyNamed(name) ?? (name === 'CLIENTCERTPATH' ? 'ClientCert' : null);
  if (property === null) return `${MASK}=${value === '' ? '' : MASK}`;
  return before + (value === '' ? '' : show[property](value)) + after;
}

type Show = (value: string) => string;

const masked: Show = () => MASK;

const shapedLike =
  (shape: RegExp): Show =>
  (value) =>
    shape.test(value) ? value : MASK;

// A reverse proxy may keep a key of its own in user information, path or query: only the origin is shown.
const ORIGIN = /^https?:\/\/(?:\[[\da-f:.]+\]|(?:[a-z\d_-]{1,63}\.)*[a-z\d_-]{1,63}\.?)(?::\d{1,5})?(?=[/?#]|$)/i;

const origin: Show = (value) => {
  const shown = ORIGIN.exec(value)?.[0];
  if (shown === undefined) return MASK;
  const rest = value.slice(shown.length);
  return shown + (/^\/*$/.test(rest) ? rest : `/${MASK}`);
};

const guid = shapedLike(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i);

const show: Readonly<Record<PropertyName, Show>> = {
  Endpoint: origin,
  ClientEndpoint: origin,
  ServerEndpoint: origin,
  AccessKey: masked,
  ClientSecret: masked,
  Version: shapedLike(/^\d{1,3}(?:\.\d{1,5}){0,3}(?:-?[a-z]{1,8})?$/i),
  Port: shapedLike(/^\d{1,5}$/),
  AuthType: shapedLike(/^(?:azure(?:\.app|\.msi)?|aad|azuread|entra|accesskey)$/i),
  ClientId: guid,
  TenantId: guid,
  // A path to a certificate is not a secret; a certificate in base64, or a key, has no file extension.
  ClientCert: shapedLike(/^[^=;]*\.(?:pfx|p12|pem|cer|crt|cert|key)$/i),
};
