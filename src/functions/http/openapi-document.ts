import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { problemOf } from '../../app/answer-schemas.ts';
import { PROBLEMS, type ProblemCode } from '../../app/problems.ts';
import { reportSchema, targetSchema } from '../../app/report/schema.ts';
import type { Description } from './describe.ts';
import { ID_HEADER } from './idempotency-key.ts';
import type { OpenRoute, Route } from './route.ts';

type Any = Route | OpenRoute;

/** What has a name of its own in the document. Named here, since a name would show in docs/report.schema.json. */
const target = targetSchema.meta({ id: 'Target' });
const NAMED = new Map<z.ZodType, z.ZodType>([
  [targetSchema, target],
  [reportSchema, reportSchema.extend({ targets: z.array(target) }).meta({ id: 'Report' })],
]);

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Any[], version: string): ReturnType<typeof createDocument> {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const each of routes) {
    const path = `/api/${each.path}`;
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: operationOf(each) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'signalr-key-rotation',
      version,
      description:
        'Rotates the access keys of Azure SignalR Service. Errors are problem documents (RFC 9457) with a code.',
    },
    paths,
    components: {
      securitySchemes: {
        entra: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'With App Service Authentication: a token of Entra for this app, issued in its tenant. What is named beside it is the app role that it needs.',
        },
        functionKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-functions-key',
          description: 'Without App Service Authentication: a key of the Functions host. Whoever has one is Operator.',
        },
        githubSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Hub-Signature-256',
          description: 'sha256= and the hex digits of HMAC-SHA256 over the body, with the secret of LEAKS_SECRET.',
        },
      },
    },
  });
}

const operationOf = (route: Any): ZodOpenApiOperationObject => {
  const { summary, body, query, headers, takesId } = route.describe;
  const header = takesId ? ID_HEADER : headers;
  const params = {
    ...(hasTarget(route) && { path: z.object({ target: z.string().describe('The name in rotation.json.') }) }),
    ...(query && { query }),
    ...(header && { header }),
  };
  return {
    operationId: route.name,
    summary,
    security: securityOf(route),
    ...(Object.keys(params).length > 0 && { requestParams: params }),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: body } },
      },
    }),
    responses: { ...answersOf(route.describe), ...problemsOf(route) },
  };
};

const hasTarget = ({ path }: Any): boolean => path.includes('{target}');

/** One of them is enough. An Operator may do what a Reader and a Consumer may. */
function securityOf(route: Any): NonNullable<ZodOpenApiOperationObject['security']> {
  if ('signature' in route) return route.signature === null ? [] : [{ githubSignature: [] }];
  const roles = new Set([...route.roles, 'Operator'] as const);
  return [...[...roles].map((role) => ({ entra: [role] })), { functionKey: [] }];
}

const answersOf = ({ answers }: Description): ZodOpenApiResponsesObject =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, json, texts = [] }]) => [
      status,
      {
        description,
        content: {
          ...(json && { 'application/json': { schema: NAMED.get(json) ?? json } }),
          ...Object.fromEntries(
            texts.map((type) => [type, { schema: /json$/.test(type) ? z.looseObject({}) : z.string() }]),
          ),
        },
      },
    ]),
  );

function problemsOf(route: Any): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codesOf(route), (code) => PROBLEMS[code].status);
  const own = Object.keys(route.describe.answers).map(Number);
  return Object.fromEntries(
    [...byStatus].flatMap(([status, codes]) => (own.includes(status) ? [] : [[status, refusalOf(codes)]])),
  );
}

/** Many routes refuse alike, so that the document has each refusal once. */
const refusals = new Map<string, ZodOpenApiResponseObject>();

function refusalOf(codes: readonly ProblemCode[]): ZodOpenApiResponseObject {
  const id = codes.join('Or');
  const known = refusals.get(id);
  if (known !== undefined) return known;
  const description = codes.map((code) => PROBLEMS[code].title).join(' Or: ');
  const refusal = { id, description, content: { 'application/problem+json': { schema: problemOf(codes) } } };
  refusals.set(id, refusal);
  return refusal;
}

/** What a route may refuse, by what it takes, and what it says itself. */
function codesOf(route: Any): readonly ProblemCode[] {
  const { body, query, takesId, problems = [] } = route.describe;
  const codes: readonly (ProblemCode | false)[] = [
    ...(body || query || takesId ? (['InvalidRequest'] as const) : []),
    ...('roles' in route
      ? (['Unauthenticated', 'Forbidden', 'ConfigurationInvalid', 'LedgerUnavailable'] as const)
      : []),
    hasTarget(route) && 'TargetNotFound',
    ...(body ? (['TooLarge', 'UnsupportedMediaType'] as const) : []),
    ...((body || takesId) && 'roles' in route ? (['ContainsKey'] as const) : []),
    ...problems,
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}
