import { z } from 'zod';
import { withoutKeys } from '../app/outside-text.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** A problem document (RFC 9457) of this app; null for anything else, of which nobody knows what it holds. */
export function problemIn(text: string): Problem | null {
  try {
    const parsed = problemSchema.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.type.startsWith('urn:signalr-key-rotation:') ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Somebody has ordered it so, or has to put something right: asking again would not help. */
const FOR_A_PERSON: readonly string[] = ['Frozen', 'AckOutdated', 'ConfigurationInvalid'];

/** What the app refused, as it says it. */
export function refusal(problem: Problem, remedy?: string): Failure {
  const { title, detail, code, errors = [], ...rest } = problem;
  const { type: _, status: __, ...more } = rest;
  const lines = [
    ...errors.map(({ path, message }) => withoutKeys(path === '' ? message : `${path}: ${message}`)),
    ...Object.entries(more).map(([name, value]) => withoutKeys(`${name}: ${JSON.stringify(value)}`)),
  ];
  const exitCode: ExitCode = FOR_A_PERSON.includes(code) ? EXIT.person : EXIT.failed;
  return new Failure(
    `${title} (${code})`,
    { code, remedy: withoutKeys([detail, remedy].filter(Boolean).join(' ')), lines, document: problem },
    exitCode,
  );
}
