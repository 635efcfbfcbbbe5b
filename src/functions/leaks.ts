import { z } from 'zod';
import { leakSchema } from '../app/answer-schemas.ts';
import { alertIn, leakPayloadSchema } from '../app/leak-alert.ts';
import { type LeakAnswer, takeLeak } from '../app/leaks.ts';
import { Problem } from '../app/problems.ts';
import { parseJson } from './http/body.ts';
import { json } from './http/respond.ts';
import { type OpenRoute, openPorts } from './http/route.ts';
import { isSigned } from './http/signature.ts';

const LARGEST_BODY = 1024 * 1024;
const EVENTS = ['secret_scanning_alert', 'secret_scanning_alert_location'];
const SECRET_TYPES = ['azure_signalr_connection_string', 'azure_signalr_key'] as const;
const IGNORED: LeakAnswer = { outcome: 'ignored', targets: [] };

/** Takes GitHub's webhooks of secret scanning. Nothing of a request is looked at before its signature. */
export const leaks: OpenRoute = {
  name: 'leaks',
  method: 'POST',
  path: 'leaks',
  signature: 'github',
  describe: {
    summary: 'Takes webhooks of GitHub secret scanning; what is not about a SignalR key is ignored.',
    headers: z.object({ 'X-GitHub-Event': z.string().describe(`Heeded are ${EVENTS.join(' and ')}.`) }),
    body: leakPayloadSchema,
    answers: {
      202: { description: 'What was reported is durable.', json: leakSchema },
      200: { description: 'Nothing is suspected, or not any more.', json: leakSchema },
    },
    problems: ['Unauthenticated', 'ConfigurationInvalid', 'LedgerUnavailable'],
  },
  handle: async (request, { leaksSecret, app }, log) => {
    const body = new Uint8Array(await request.arrayBuffer());
    if (body.length > LARGEST_BODY) throw new Problem('TooLarge', `Send at most ${LARGEST_BODY} bytes.`);
    if (leaksSecret === null || !isSigned(body, request.headers.get('x-hub-signature-256'), leaksSecret)) {
      throw new Problem('Unauthenticated', 'Sign the body with the secret of the setting LEAKS_SECRET.');
    }
    const payload = parseJson(Buffer.from(body).toString('utf8'), request);
    if (!isOurs(request.headers.get('x-github-event'), payload)) return json(200, IGNORED);
    const parsed = leakPayloadSchema.safeParse(payload);
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      throw new Problem('InvalidRequest', 'The body is not a webhook of secret scanning.', { errors });
    }
    if ('faults' in app) {
      const remedy = 'Correct the configuration, then have GitHub deliver the webhook again: it does not by itself.';
      log({ level: 'error', event: 'LeakNotTaken', code: 'ConfigurationInvalid', remedy });
      // What is wrong is for the operators alone.
      throw new Problem('ConfigurationInvalid', remedy);
    }
    const answer = await takeLeak(alertIn(parsed.data), { ...app, log }, openPorts(app));
    return json(answer.outcome === 'reported' || answer.outcome === 'unmapped' ? 202 : 200, answer);
  },
};

const secretTypeSchema = z.object({ alert: z.object({ secret_type: z.enum(SECRET_TYPES) }) });

const isOurs = (event: string | null, payload: unknown): boolean =>
  EVENTS.includes(event ?? '') && secretTypeSchema.safeParse(payload).success;
