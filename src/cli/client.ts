import type { z } from 'zod';
import type { AppAccess } from './app-access.ts';
import { Failure, usage } from './failure.ts';
import { problemIn, refusal } from './problem.ts';

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  /** The id of an order: the same id within 7 days is the same order. */
  readonly id?: string;
  readonly accept?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The HTTP surface of the app. */
export interface AppClient {
  readonly access: AppAccess;
  /** @param path below /api/ @throws Failure for every answer but 2xx, and for none */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** The same, read as JSON of that form. */
  json<S extends z.ZodType>(path: string, schema: S, asked?: Asked): Promise<z.infer<S>>;
}

/** As long as the app itself works at an answer. */
const LONGEST_S = 30;

export function appClient(access: AppAccess, env: NodeJS.ProcessEnv): AppClient {
  const seconds = secondsIn(env);
  const ask = async (path: string, asked: Asked = {}): Promise<Answer> => {
    const { method = 'GET', body, id, accept = 'application/json' } = asked;
    const headers = {
      accept,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(id !== undefined && { 'idempotency-key': id }),
      ...(await access.credentials()),
    };
    let answer: Answer;
    try {
      const response = await fetch(`${access.url}/api/${path}`, {
        method,
        headers,
        // A redirect would carry the key or the token to an address that nobody checked.
        redirect: 'manual',
        signal: AbortSignal.timeout(seconds * 1000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      throw unanswered(error, access, seconds, method === 'GET' ? '' : again(id));
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw declined(answer, access);
  };
  return {
    access,
    ask,
    async json(path, schema, asked) {
      const { text } = await ask(path, asked);
      const parsed = schema.safeParse(jsonIn(text, access));
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.'));
      throw new Failure(`The app at ${access.url} answers in a form that this version does not know.`, {
        code: 'UnknownForm',
        remedy: 'Use the command line of the version that is deployed.',
        lines: where.map((path) => `at ${path === '' ? 'the whole answer' : path}`),
      });
    },
  };
}

/** For tests, and for networks that are slower than anybody thought. */
function secondsIn({ SIGNALR_KEY_ROTATION_TIMEOUT: text }: NodeJS.ProcessEnv): number {
  if (!text) return LONGEST_S;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw usage('SIGNALR_KEY_ROTATION_TIMEOUT must be seconds, above 0 and at most 600.');
}

function jsonIn(text: string, { url }: AppAccess): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`Something answers at ${url}, but not as this app does.`, {
      code: 'NotTheApp',
      remedy: 'Check --url.',
    });
  }
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|SSL/;

/** An order may have arrived although no answer did. */
function again(id: string | undefined): string {
  const how =
    id === undefined ? 'look with status before you ask again' : `ask again with --id ${id}, which counts once`;
  return ` It may have taken the order all the same: ${how}.`;
}

/** @param more what to mind beside the remedy */
function unanswered(error: unknown, { url, isLocal }: AppAccess, seconds: number, more: string): Failure {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Failure(`The app at ${url} has not answered within ${seconds} s.`, {
      code: 'NoAnswerInTime',
      remedy: more === '' ? 'Look at its log, or ask again.' : `Look at its log.${more}`,
    });
  }
  const code = codeOf(error);
  const told = code === null ? '' : ` (${code})`;
  if (isLocal && (code === 'ECONNREFUSED' || code === null)) {
    return new Failure(`Nobody answers at ${url}.`, {
      code: 'NoServer',
      remedy: 'Run npm start, or say with --url where the app is.',
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new Failure(`There is no ${new URL(url).host} that could be asked${told}.`, {
      code: 'NoServer',
      remedy: 'Check --url, and the network.',
    });
  }
  if (code !== null && UNTRUSTED.test(code)) {
    return new Failure(`The certificate of ${new URL(url).host} is not trusted${told}.`, {
      code: 'NotTrusted',
      remedy: 'Check --url; a certificate of your own belongs into NODE_EXTRA_CA_CERTS.',
    });
  }
  return new Failure(`Nobody answers at ${url}${told}.`, {
    code: 'NoServer',
    remedy: `Check --url, the network, and that the app runs.${more}`,
  });
}

/** fetch wraps what happened; only its code is passed on. */
function codeOf(error: unknown): string | null {
  const causes = [error, (error as { cause?: unknown } | null)?.cause];
  for (const cause of causes) {
    const { code, errors } = (cause ?? {}) as { code?: unknown; errors?: readonly { code?: unknown }[] };
    const found = code ?? errors?.[0]?.code;
    if (typeof found === 'string' && /^[A-Z_]{3,60}$/.test(found)) return found;
  }
  return null;
}

const ASKED_WITH = {
  token:
    'It does not accept your token: check that --audience is the client id of the app, and az account show its tenant.',
  key: 'It does not accept this function key: take one from App keys of the Functions app.',
  nothing: 'Sign in with --audience api://<client id of the app>, or give a function key in SIGNALR_KEY_ROTATION_KEY.',
} as const;

function declined({ status, text }: Answer, access: AppAccess): Failure {
  const problem = problemIn(text);
  const { url } = access;
  if (status === 401 || (status >= 300 && status < 400)) {
    return new Failure(`The app at ${url} asks who you are.`, {
      code: problem?.code ?? 'Unauthenticated',
      remedy: ASKED_WITH[access.with],
      ...(problem && { document: problem }),
    });
  }
  if (problem?.code === 'Forbidden') {
    return refusal(
      problem,
      'Have the app role assigned to you in Entra: Enterprise applications, the app, Users and groups.',
    );
  }
  if (problem !== null) return refusal(problem);
  if (status === 403) {
    return new Failure(`Something before the app at ${url} refuses you (403).`, {
      code: 'Forbidden',
      remedy: 'Check its access restrictions: your network may not be let in.',
    });
  }
  if (status === 404) {
    return new Failure(`There is no such address at ${url} (404).`, {
      code: 'NotTheApp',
      remedy: 'Check that --url is this app, and of this version.',
    });
  }
  return new Failure(`The app at ${url} failed (${status}).`, {
    code: 'AppFailed',
    remedy: 'Look at its log, then ask again.',
  });
}
