import { z } from 'zod';
import { acknowledge } from '../app/acks.ts';
import { ackSchema } from '../app/answer-schemas.ts';
import { type Consumer, parseSecretId, type Shows } from '../core/model.ts';
import type { Caller } from './http/caller.ts';
import { fingerprint } from './http/fingerprint.ts';
import { json } from './http/respond.ts';
import { openPorts, route, targetIn } from './http/route.ts';

const base = {
  consumer: z.string().max(63),
  secret: z
    .string()
    .max(2_048)
    .meta({
      description: 'Left out: every secret that the consumer reads.',
      // For who reads docs/openapi.json, where nothing says that letter case does not count.
      pattern: '^https://[0-9a-zA-Z.-]+/secrets/[0-9a-zA-Z-]{1,127}$',
    })
    .transform((text, context) => {
      const id = parseSecretId(text);
      if (id !== null) return id;
      context.addIssue({ code: 'custom', message: 'must be https://{vault}/secrets/{name}, without a version' });
      return z.NEVER;
    })
    .optional(),
};
const version = z.string().regex(/^[0-9a-fA-F]{32}$/, 'must be the 32 hex digits of a secret version');
const body = z.union(
  [
    z.strictObject({ ...base, version }).transform(({ version, ...rest }) => ({
      ...rest,
      shows: { by: 'version', version: version.toLowerCase() } satisfies Shows,
    })),
    z.strictObject({ ...base, fingerprint }).transform(({ fingerprint, ...rest }) => ({
      ...rest,
      shows: { by: 'fingerprint', fingerprint } satisfies Shows,
    })),
    z
      .strictObject({ ...base, auth: z.literal('entra') })
      .transform(({ auth: by, ...rest }) => ({ ...rest, shows: { by } satisfies Shows })),
  ],
  'must have consumer and one of version, fingerprint or auth: "entra"',
);

/** Takes down what a consumer says that it uses now. */
export const acks = route({
  name: 'acks',
  method: 'POST',
  path: 'targets/{target}/acks',
  roles: ['Consumer', 'Operator'],
  summary: 'Takes down what a consumer says that it uses now.',
  body,
  answers: { 200: { description: 'What it is now believed to use.', json: ackSchema } },
  problems: ['ConsumerNotFound', 'AckOutdated'],
  handle: async ({ body: { consumer, secret, shows }, params }, { app, caller }) => {
    const target = targetIn({ params }, app);
    const ack = { consumer, secret: secret ?? null, shows };
    const believed = await acknowledge(target, ack, (each) => maySpeakFor(each, caller), openPorts(app));
    return json(200, { consumer, believed });
  },
});

/** A consumer speaks for itself only; a bare host key says nothing about who speaks. */
function maySpeakFor({ evidence }: Consumer, caller: Caller): boolean {
  const principalId = evidence.kind === 'ack' ? evidence.principalId : null;
  const isPerson = caller.principalId !== null && caller.roles.has('Operator');
  const isItself = caller.principalId === null ? principalId === null : caller.principalId === principalId;
  return isPerson || isItself;
}
