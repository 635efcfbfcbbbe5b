/** What a caller did wrong, or what stands in the way of answering. Each code has one HTTP status (RFC 9457). */
export const PROBLEMS = {
  InvalidRequest: { status: 400, title: 'The request is not valid.' },
  Unauthenticated: { status: 401, title: 'Sign in first.' },
  Forbidden: { status: 403, title: 'Your role does not allow this.' },
  TargetNotFound: { status: 404, title: 'There is no target of this name.' },
  ConsumerNotFound: { status: 404, title: 'The target has no consumer of this name.' },
  AckOutdated: { status: 409, title: 'What was acknowledged is superseded.' },
  NothingToRollBack: { status: 409, title: 'There is nothing to roll back.' },
  RetirementBegun: { status: 409, title: 'It is too late to roll back.' },
  KeyCompromised: { status: 409, title: 'The key to go back to is suspected to be compromised.' },
  NothingToRetire: { status: 409, title: 'There is nobody to give up.' },
  Frozen: { status: 409, title: 'A person ordered to leave it alone.' },
  TooLarge: { status: 413, title: 'The body is too large.' },
  UnsupportedMediaType: { status: 415, title: 'The body must be application/json.' },
  ContainsKey: { status: 422, title: 'The request contains what looks like a key or a token.' },
  ConfigurationInvalid: { status: 503, title: 'rotation.json or a setting is not valid.' },
  Unavailable: { status: 503, title: 'Azure cannot be asked now.' },
  LedgerUnavailable: { status: 503, title: 'The ledger cannot be reached.' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong, and where: a JSON path, or the name of a parameter. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Refuses a request. The detail never repeats what may be a secret. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly Fault[];
  /** Members of the problem document beside the standard ones. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { errors?: readonly Fault[]; more?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = options.errors ?? [];
    this.more = options.more ?? {};
  }
}
