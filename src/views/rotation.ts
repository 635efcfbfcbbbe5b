import type { TargetReport } from '../app/report/schema.ts';
import { CONDITIONS, type ConditionCode } from '../core/codes.ts';
import type { Instant } from '../core/model.ts';
import { chip } from './chip.ts';
import { details, facts, plainly } from './facts.ts';
import { html, type Markup } from './markup.ts';
import { listed, secretName, several } from './names.ts';
import { phaseWords } from './phase.ts';
import { ago, when } from './times.ts';

type RotationReport = NonNullable<TargetReport['rotation']>;

const REASON_WORDS: Readonly<Record<string, string>> = {
  KeyTooOld: 'keys were due',
  Requested: 'a person asked',
  KeyCompromised: 'a key was compromised',
  SecretNearExpiry: 'a secret was near its expiry',
};

/** Why a rotation began; what this version does not know is said as it is. */
export const reasonWords = (reason: string): string =>
  (Object.hasOwn(REASON_WORDS, reason) ? REASON_WORDS[reason] : undefined) ?? reason;

/** What is going on with a target, in the width of a column. */
export function doing({ observedAt, condition, phase, rotation }: TargetReport, now: Instant): Markup {
  if (observedAt === null) return html`<span class="muted">Not observed yet</span>`;
  if (condition !== null) {
    return html`${heldChip(condition.code)} ${condition.code} <span class="muted">${ago(condition.since, now)}</span>`;
  }
  if (rotation === null) return html`<span class="muted">${phaseWords(phase)}</span>`;
  const names = awaitedNames(rotation);
  const whom = names.length === 0 ? '' : names.length > 3 ? `: ${names.length} awaited` : `: ${listed(names)}`;
  return html`${chip('Rotating', 'accent')} ${phaseWords(phase)}${whom}`;
}

const heldChip = (code: string): Markup => chip('Held', alerts(code) ? 'high' : 'medium');

/** Not where a person ordered it. What this version does not know is taken seriously. */
const alerts = (code: string): boolean => !isCondition(code) || CONDITIONS[code].alerts;
const isCondition = (code: string): code is ConditionCode => Object.hasOwn(CONDITIONS, code);

/** Why it is held, what to do about it, and where its rotation stands. */
export function standing(target: TargetReport, now: Instant): Markup {
  const { rotation } = target;
  return html`${standingInShort(target, now)}${rotation && progress(rotation, now)}`;
}

/** The same without the steps of the rotation. */
export function standingInShort({ condition, rotation, phase, observedAt }: TargetReport, now: Instant): Markup {
  if (observedAt === null) {
    return html`<p class="note">Nobody has looked at this target yet. The next sweep does; until then nothing is known of its keys.</p>`;
  }
  const doing = condition === null && html`<b>${phaseWords(phase)}.</b> `;
  const since = rotation !== null && beginning(rotation, now);
  return html`${condition && conditionNote(condition, now)}${(doing || since) && html`<p>${doing}${since}</p>`}`;
}

function beginning(rotation: RotationReport, now: Instant): Markup {
  const names = awaitedNames(rotation);
  return html`The rotation began ${when(rotation.startedAt, now)} because ${reasonWords(rotation.reason)}.
    ${names.length > 0 && html`It awaits ${listed(names)}.`}`;
}

const conditionNote = (
  { code, since, meaning, remedy }: NonNullable<TargetReport['condition']>,
  now: Instant,
): Markup =>
  html`<div class="note ${alerts(code) ? 'held' : 'warns'}">
    <p>${heldChip(code)} <b>${code}</b> <span class="muted">since ${when(since, now)}</span></p>
    <p>${meaning}</p>
    <p><b>What to do:</b> ${remedy}</p></div>`;

function progress({ awaiting, regenerated, condemned, givenUp, id }: RotationReport, now: Instant): Markup {
  return html`${awaiting.length > 0 && html`<ul class="rows">${awaiting.map((each) => awaitedRow(each, now))}</ul>`}
    ${facts([
      [
        'Regenerated',
        regenerated.length > 0 &&
          html`${regenerated.map(({ slot, at, to }) => html`<span class="block">${slot} ${when(at, now)}, now <code>${to}</code></span>`)}`,
      ],
      [
        'Condemned',
        condemned.length > 0 &&
          html`${condemned.map(({ fingerprint, reason }) => html`<span class="block"><code>${fingerprint}</code> <code class="code">${reason}</code></span>`)}`,
      ],
      [
        'Given up',
        givenUp.length > 0 &&
          html`${givenUp.map(({ consumer, who, why }) => html`<span class="block">${consumer}, by ${who}: ${why}</span>`)}`,
      ],
      ['Rotation', html`<code>${id}</code>`],
    ])}`;
}

/** Beside consumer and secret the model leaves open what is told of an awaited consumer. */
function awaitedRow({ consumer, secret, ...more }: RotationReport['awaiting'][number], now: Instant): Markup {
  const expectedAt = typeof more.expectedAt === 'string' ? more.expectedAt : null;
  const shown = shownWords(more.shows);
  return html`<li><p><b>${consumer}</b> reads ${secretName(secret)}</p>${details([
    shown !== '' && `last showed ${shown}`,
    troubleWords(more.trouble),
    expectedAt && html`counts as gone ${when(expectedAt, now)}`,
  ])}</li>`;
}

/** What a consumer shows, as the model carries it: a kind under `by`, and at most one value beside it. */
export function shownWords(shows: unknown): string {
  if (shows === undefined || shows === null) return '';
  if (typeof shows !== 'object' || !('by' in shows)) return plainly(shows);
  const { by, ...rest } = shows;
  if (by === 'entra') return 'that it uses Entra';
  if (by === 'idle') return 'that no instance runs';
  if (by === 'nothing') return 'nothing';
  return plainly(rest);
}

const TROUBLES: Readonly<Record<string, string>> = {
  pinned: 'refers to one version for ever',
  broken: 'its reference could not be resolved',
  'not-found': 'does not refer to it',
  forbidden: 'may not be asked',
  unreachable: 'gave no answer',
};

/** Why it showed nothing when it was asked, with a word of the platform's. */
function troubleWords(trouble: unknown): string {
  if (trouble === undefined || trouble === null) return '';
  if (typeof trouble !== 'object' || !('is' in trouble) || typeof trouble.is !== 'string') return plainly(trouble);
  const { is } = trouble;
  const words = (Object.hasOwn(TROUBLES, is) ? TROUBLES[is] : undefined) ?? is;
  return 'detail' in trouble && typeof trouble.detail === 'string' ? `${words} (${trouble.detail})` : words;
}

export const awaitedNames = ({ awaiting }: RotationReport): readonly string[] => [
  ...new Set(awaiting.map(({ consumer }) => consumer)),
];

/** `Waiting for consumers: web and worker`, in one line of a headline. */
export function phaseInShort({ phase, rotation }: TargetReport): string {
  const names = rotation === null ? [] : awaitedNames(rotation);
  if (names.length === 0) return phaseWords(phase);
  return `${phaseWords(phase)}: ${names.length > 3 ? several(names.length, 'consumer') : listed(names)}`;
}
