import type { HttpResponseInit } from '@azure/functions';
import { LedgerCorrupted, LedgerUnavailable } from '../../app/errors.ts';
import { PROBLEMS, Problem } from '../../app/problems.ts';
import type { Page } from '../../views/document.ts';

/**
 * What every answer carries: nothing here may be kept by a cache, shown in a frame, read or told to another site, and nothing in it may run,
 * whatever a browser takes it for.
 */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
} as const;

export const json = (status: number, body: unknown): HttpResponseInit => ({
  status,
  headers: { ...HEADERS, 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

/** A text of another type; with a name, a browser saves it under that name. */
export const text = (body: string, type: string, saveAs?: string): HttpResponseInit => ({
  status: 200,
  headers: {
    ...HEADERS,
    'Content-Type': type,
    ...(saveAs !== undefined && { 'Content-Disposition': `attachment; filename="${saveAs}"` }),
  },
  body,
});

export const page = ({ html, contentSecurityPolicy }: Page): HttpResponseInit => ({
  status: 200,
  headers: {
    ...HEADERS,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    // By the same address a program gets JSON.
    Vary: 'Accept',
  },
  body: html,
});

/** An error as a problem document (RFC 9457); null for what is none of ours, which the host answers with a bare 500. */
export function problem(error: unknown): HttpResponseInit | null {
  if (error instanceof LedgerUnavailable || error instanceof LedgerCorrupted) {
    return problem(new Problem('LedgerUnavailable', error.message));
  }
  if (!(error instanceof Problem)) return null;
  const { code, message, errors, more } = error;
  const { status, title } = PROBLEMS[code];
  const document = {
    type: `urn:signalr-key-rotation:${code}`,
    title,
    status,
    detail: message,
    code,
    ...(errors.length > 0 ? { errors } : {}),
    ...more,
  };
  return {
    status,
    headers: { ...HEADERS, 'Content-Type': 'application/problem+json' },
    body: JSON.stringify(document),
  };
}
