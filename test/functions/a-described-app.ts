import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi');

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);

const at = (...names: string[]): string =>
  names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');

/** Where in the document the answer is described that a status and a content type make; null where it is not. */
function placeOf(operationId: string, status: number, type: string): string | null {
  const operation = operations.find((each) => each.operationId === operationId);
  if (operation === undefined) return null;
  const place = at('paths', operation.path, operation.method.toLowerCase(), 'responses', String(status));
  const response = operation.responses[status] as { $ref?: string; content?: Record<string, unknown> } | undefined;
  if (response?.$ref !== undefined) return `${response.$ref.slice('#/'.length)}/${at('content', type, 'schema')}`;
  return response?.content?.[type] === undefined ? null : `${place}/${at('content', type, 'schema')}`;
}

export interface Answered {
  readonly operation: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** What an answer has that the document does not say; null where it is as documented. */
export function contradiction({ operation, status, type, body }: Answered): unknown {
  const place = placeOf(operation, status, type);
  if (place === null) return `${operation} is not said to answer ${status} as ${type}`;
  const isValid = ajv.compile({ $ref: `openapi#/${place}` }) as ValidateFunction;
  return isValid(body) ? null : { operation, status, body, errors: isValid.errors };
}

/** Every answer that means success, as `operation status type`. */
export const successes: readonly string[] = operations.flatMap(({ operationId, responses }) =>
  Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, response]) =>
      Object.keys((response as { content: object }).content).map((type) => `${operationId} ${status} ${type}`),
    ),
);
