/** One thing that doctor looks at: how it stands, and what to do where it does not. */
export interface Check {
  /** What was looked at: `rotation.json`, `the app`, `chat-prod`. */
  readonly about: string;
  readonly is: 'fine' | 'note' | 'blocker';
  /** Stable, for programs. */
  readonly code: string;
  readonly text: string;
  readonly remedy: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export const fine = (about: string, code: string, text: string): Check => ({
  about,
  is: 'fine',
  code,
  text,
  remedy: null,
});

export const note = (about: string, code: string, text: string, remedy: string): Check => ({
  about,
  is: 'note',
  code,
  text,
  remedy,
});

export const blocker = (about: string, code: string, text: string, remedy: string): Check => ({
  about,
  is: 'blocker',
  code,
  text,
  remedy,
});
