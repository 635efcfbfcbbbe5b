import type { z } from 'zod';
import type { ProblemCode } from '../../app/problems.ts';

/**
 * What a route takes and answers. Requests are checked by it (route.ts) and docs/openapi.json is made of it
 * (openapi-document.ts), so that the two cannot differ.
 */
export interface Description {
  readonly summary: string;
  /** Of a JSON body. One that lets `{}` through lets the body be left out. */
  readonly body?: z.ZodType;
  /** Texts; parameters beside them are ignored. */
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** Whether a caller may name the request, so that asking twice is asking once. */
  readonly takesId?: boolean;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those that follow from what is taken. */
  readonly problems?: readonly ProblemCode[];
}

interface Answer {
  readonly description: string;
  /** Of what is answered as application/json. */
  readonly json?: z.ZodType;
  /** Media types that may be answered instead; their form is told elsewhere. */
  readonly texts?: readonly string[];
}
