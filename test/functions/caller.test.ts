import type { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { type Authentication, callerOf } from '../../src/functions/http/caller.ts';
import { principal, TENANT } from './an-app.ts';

const ENTRA: Authentication = { mode: 'entra', tenantId: TENANT };
const asking = (headers: Record<string, string>) => ({ headers: new Headers(headers) }) as unknown as HttpRequest;

describe('a caller', () => {
  it('is who the platform says', () => {
    expect(callerOf(asking(principal(['Reader'])), ENTRA)).toEqual({
      roles: new Set(['Reader']),
      principalId: 'cccccccc-0000-0000-0000-000000000001',
      name: 'cccccccc-0000-0000-0000-000000000001',
    });
  });

  it('with a principal that no host would let through is nobody', () => {
    const huge = principal(['Operator', ...Array.from({ length: 5_000 }, (_, i) => `Role${i}`)]);
    expect(huge['x-ms-client-principal'].length).toBeGreaterThan(100_000);
    expect(() => callerOf(asking(huge), ENTRA)).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
  });

  it('is of the wrong tenant where none is configured, whatever the token says', () => {
    for (const tid of ['', TENANT]) {
      expect(() => callerOf(asking(principal(['Operator'], { tid })), { ...ENTRA, tenantId: '' })).toThrow(
        expect.objectContaining({ code: 'Forbidden' }),
      );
    }
  });
});
