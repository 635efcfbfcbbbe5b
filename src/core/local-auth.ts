import type { Fingerprint, Instant, SecretId, Slot } from './model.ts';
import type { CredentialKind } from './posture.ts';

/** Whether local authentication should be disabled. `DisableNow` only where nothing known uses a key any more. */
export type Verdict = 'Disabled' | 'DisableNow' | 'MigrateFirst' | 'Unknown';

/** `blocks`: somebody would be refused. `unknown`: nobody can tell. `warns`: it changes no verdict. */
type Weight = 'blocks' | 'unknown' | 'warns';

export const REASONS = {
  LocalAuthDisabled: { weighs: 'warns', meaning: 'Local authentication is disabled already.' },
  PublishesDeletedKey: {
    weighs: 'warns',
    meaning: 'A publication still carries an access key, which was deleted when local authentication was disabled.',
  },
  EntraRefused: {
    weighs: 'blocks',
    meaning: 'Entra authentication is off on the resource, so without keys nobody would get in.',
  },
  PublicationCarriesKey: { weighs: 'blocks', meaning: 'A publication carries an access key.' },
  PublicationIsKey: { weighs: 'blocks', meaning: 'A publication is a bare access key.' },
  PublicationIsAmbiguous: {
    weighs: 'blocks',
    meaning: 'A publication has an AccessKey beside an AuthType, and newer SDKs use the key.',
  },
  ConsumerUsesKey: { weighs: 'blocks', meaning: 'The newest evidence of a consumer shows that it uses a key.' },
  RotationInProgress: { weighs: 'blocks', meaning: 'A rotation is under way; let it end, or roll it back.' },
  TokensAlive: { weighs: 'blocks', meaning: 'Clients may hold tokens that were signed with a key.' },
  PublicationNotRead: {
    weighs: 'unknown',
    meaning: 'A publication cannot be read or understood, so nobody can tell what its readers use.',
  },
  ReaderNotShownToHaveLeft: {
    weighs: 'unknown',
    meaning: 'A reader of a publication that carried a key is not shown to have left it.',
  },
  ConsumerShowsNothing: { weighs: 'unknown', meaning: 'Nothing shows what a consumer uses.' },
  UnlistedReaders: {
    weighs: 'unknown',
    meaning: 'A publication has readers that nobody listed, so nothing can show what they use.',
  },
  UpstreamSignedWithKey: {
    weighs: 'unknown',
    meaning: 'The resource signs its upstream calls with its access keys, and the receivers may check that signature.',
  },
  NotObserved: {
    weighs: 'unknown',
    meaning: 'The resource cannot be read, or was not looked at for a day, so what is known may no longer be so.',
  },
  ShownByReferenceAlone: {
    weighs: 'warns',
    meaning:
      'App Service has resolved the version without a key; that its processes use it follows only if they were restarted since.',
  },
  ShownByTimeAlone: {
    weighs: 'warns',
    meaning: 'That a reader has left its key rests on the time that rotation.json states, and on nothing seen.',
  },
  EverybodyUsesEntra: {
    weighs: 'warns',
    meaning: 'No publication carries a key, and every consumer is shown without.',
  },
} as const satisfies Record<string, { weighs: Weight; meaning: string }>;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  readonly detail: {
    readonly secrets?: readonly SecretId[];
    readonly consumers?: readonly string[];
    readonly slot?: Slot;
    readonly fingerprint?: Fingerprint;
    /** When the last of it was seen, or when it ends. */
    readonly at?: Instant;
  };
}

export interface LocalAuth {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** What a consumer is shown to use of one publication. */
export interface Use {
  readonly consumer: string;
  readonly secret: SecretId;
  readonly of: 'key' | 'entra' | 'nothing-shown';
  /** What `entra` rests on: the consumer's own word or start, the platform's reference, or time alone. */
  readonly by: 'word' | 'reference' | 'time';
  /** Of the newest evidence; null where there is none. */
  readonly at: Instant | null;
}

/** What the verdict weighs. */
export interface LocalAuthFacts {
  readonly localAuthDisabled: boolean;
  readonly aadAuthDisabled: boolean;
  /** null: it cannot be read or understood. */
  readonly publications: readonly { readonly secret: SecretId; readonly credential: CredentialKind | null }[];
  readonly uses: readonly Use[];
  /** Publications that no listed consumer reads, and whether the time that was stated for such readers has passed. */
  readonly unlisted: readonly { readonly secret: SecretId; readonly timePassed: boolean }[];
  /** Keys that no publication carries and that somebody may still hold. */
  readonly held: readonly {
    readonly slot: Slot;
    readonly fingerprint: Fingerprint;
    readonly readers: readonly { readonly consumer: string; readonly secret: SecretId }[];
    /** null where somebody is still awaited, or nobody ever held it. */
    readonly soaksUntil: Instant | null;
  }[];
  readonly rotating: boolean;
  readonly upstreamWithoutIdentity: boolean;
}

/** One line of the policy: the reasons that it finds. */
type Clause = (facts: LocalAuthFacts) => readonly Reason[];

/** The policy. Every clause is asked, so that a person sees all that stands in the way. */
export const clauses = [
  ({ aadAuthDisabled }) => (aadAuthDisabled ? [because('EntraRefused')] : []),
  publicationsWith('PublicationCarriesKey', 'access-key'),
  publicationsWith('PublicationIsKey', 'raw-key'),
  publicationsWith('PublicationIsAmbiguous', 'both'),
  consumersThat('ConsumerUsesKey', ({ of }) => of === 'key'),
  ({ rotating }) => (rotating ? [because('RotationInProgress')] : []),
  tokensAlive,
  publicationsWith('PublicationNotRead', null),
  readersNotGone,
  consumersThat('ConsumerShowsNothing', ({ of }) => of === 'nothing-shown'),
  ({ unlisted }) =>
    aboutSecrets(
      'UnlistedReaders',
      unlisted.filter(({ timePassed }) => !timePassed),
    ),
  ({ upstreamWithoutIdentity }) => (upstreamWithoutIdentity ? [because('UpstreamSignedWithKey')] : []),
  consumersThat('ShownByReferenceAlone', ({ of, by }) => of === 'entra' && by === 'reference'),
  shownByTimeAlone,
] as const satisfies readonly Clause[];

/** Whether local authentication should be disabled, and every reason. Pure; its tests read as the policy. */
export function verdictOf(facts: LocalAuthFacts): LocalAuth {
  if (facts.localAuthDisabled) return { verdict: 'Disabled', reasons: reasonsWhenDisabled(facts) };
  const reasons = clauses.flatMap((clause) => clause(facts));
  const weighs = (weight: Weight): boolean => reasons.some(({ code }) => REASONS[code].weighs === weight);
  if (weighs('blocks')) return { verdict: 'MigrateFirst', reasons };
  if (weighs('unknown')) return { verdict: 'Unknown', reasons };
  return { verdict: 'DisableNow', reasons: [because('EverybodyUsesEntra'), ...reasons] };
}

const because = (code: ReasonCode, detail: Reason['detail'] = {}): Reason => ({ code, detail });

function reasonsWhenDisabled({ publications }: LocalAuthFacts): readonly Reason[] {
  const keyed = publications.filter(
    ({ credential }) => credential === 'access-key' || credential === 'raw-key' || credential === 'both',
  );
  return [because('LocalAuthDisabled'), ...aboutSecrets('PublishesDeletedKey', keyed)];
}

function aboutSecrets(code: ReasonCode, those: readonly { readonly secret: SecretId }[]): readonly Reason[] {
  return those.length === 0 ? [] : [because(code, { secrets: those.map(({ secret }) => secret) })];
}

function publicationsWith(code: ReasonCode, credential: CredentialKind | null): Clause {
  return ({ publications }) =>
    aboutSecrets(
      code,
      publications.filter((each) => each.credential === credential),
    );
}

function consumersThat(code: ReasonCode, are: (use: Use) => boolean): Clause {
  return ({ uses }) => {
    const those = uses.filter(are);
    const at = those.flatMap((use) => use.at ?? []);
    if (those.length === 0) return [];
    const secrets = [...new Set(those.map(({ secret }) => secret))];
    const consumers = [...new Set(those.map(({ consumer }) => consumer))];
    return [because(code, { consumers, secrets, ...(at.length > 0 ? { at: Math.max(...at) } : {}) })];
  };
}

function tokensAlive({ held }: LocalAuthFacts): readonly Reason[] {
  return held.flatMap(({ slot, fingerprint, soaksUntil }) =>
    soaksUntil !== null ? [because('TokensAlive', { slot, fingerprint, at: soaksUntil })] : [],
  );
}

function readersNotGone({ held }: LocalAuthFacts): readonly Reason[] {
  return held.flatMap(({ slot, fingerprint, readers }) => {
    if (readers.length === 0) return [];
    const consumers = [...new Set(readers.map(({ consumer }) => consumer))];
    const secrets = [...new Set(readers.map(({ secret }) => secret))];
    return [because('ReaderNotShownToHaveLeft', { slot, fingerprint, consumers, secrets })];
  });
}

function shownByTimeAlone({ uses, unlisted }: LocalAuthFacts): readonly Reason[] {
  const byTime = uses.filter(({ of, by }) => of === 'entra' && by === 'time');
  const passed = unlisted.filter(({ timePassed }) => timePassed);
  if (byTime.length + passed.length === 0) return [];
  const consumers = [...new Set([...byTime.map(({ consumer }) => consumer), ...passed.map(() => 'unlisted')])];
  const secrets = [...new Set([...byTime, ...passed].map(({ secret }) => secret))];
  return [because('ShownByTimeAlone', { consumers, secrets })];
}
