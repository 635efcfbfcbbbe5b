import { EXIT, type ExitCode } from './exit-code.ts';

/** More of a failure than its sentence, for people and, with --json, for programs. */
export interface FailureDetail {
  /** What to do, in a sentence. */
  readonly remedy?: string;
  /** Further lines, such as each thing that is wrong. */
  readonly lines?: readonly string[];
  /** For programs: the code of a problem document, or one of ours. */
  readonly code?: string;
  /** The problem document, as the app sent it. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/** Ends a command with one clear sentence. No word of it may come from a secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly detail: FailureDetail;

  constructor(message: string, detail: FailureDetail = {}, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.detail = detail;
    this.exitCode = exitCode;
  }
}

/** The command line is not understood, or asks for what must not be. */
export const usage = (message: string, remedy?: string): Failure =>
  new Failure(message, { code: 'Usage', ...(remedy !== undefined && { remedy }) }, EXIT.usage);
