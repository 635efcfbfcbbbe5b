import { Failure } from '../failure.ts';
import type { Output } from '../terminal/output.ts';
import { wrap } from '../terminal/table.ts';

/** One sentence, what to do, and each thing that is wrong. */
export function showFailure({ message, detail }: Failure, err: Output): void {
  const { remedy, lines = [] } = detail;
  const columns = Math.min(err.columns, 120);
  err.lines(wrap(`${err.paint('red', 'Error:')} ${message}`, columns, '  '));
  for (const line of lines) err.line(`  ${line}`);
  if (remedy) err.lines(wrap(remedy, columns));
}

/** The same for programs: the problem document of the app, or one of ours in its form. */
export function failureDocument({ message, detail }: Failure): Readonly<Record<string, unknown>> {
  const { code = 'Failed', remedy, lines, document } = detail;
  return (
    document ?? {
      type: `urn:signalr-key-rotation:cli:${code}`,
      title: message,
      detail: remedy ?? message,
      code,
      ...(lines && lines.length > 0 && { lines }),
    }
  );
}

/** What nobody foresaw. Its words could hold anything, its place cannot. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const stack = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  const places = stack.filter((line) => /^\s+at /.test(line)).slice(0, 4);
  const name = error instanceof Error ? error.name : typeof error;
  return new Failure(`This program has failed by a mistake of its own (${name}).`, {
    code: 'Defect',
    remedy: 'Report it with these lines.',
    lines: places.map((line) => line.trim()),
  });
}
