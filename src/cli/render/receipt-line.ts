import { withoutKeys } from '../../app/outside-text.ts';
import type { Phase } from '../../core/decision.ts';
import { listed, shortSecret } from '../../views/names.ts';
import { phaseWords } from '../../views/phase.ts';
import type { Receipt } from '../answers.ts';
import type { Paint, Style } from '../terminal/paint.ts';
import { short } from './fingerprint.ts';

type Data = Receipt['data'];

/** `14:01:27  regenerate  secondary (standby) 27adae6a → e863e713`. */
export function receiptLine(receipt: Receipt, paint: Paint, { withDate }: { readonly withDate: boolean }): string {
  const { at, step } = receipt;
  const time = withDate ? at.slice(0, 19).replace('T', ' ') : at.slice(11, 19);
  const word = paint(STYLES[step] ?? 'cyan', step.padEnd(LONGEST));
  return `${paint('dim', time)}  ${word}  ${withoutKeys(tell(receipt))}`.trimEnd();
}

const LONGEST = 'disable-old-versions'.length;

const STYLES: Readonly<Record<string, Style>> = {
  complete: 'green',
  'confirm-dead': 'green',
  hold: 'red',
  condemn: 'yellow',
  'await-consumers': 'yellow',
  soak: 'yellow',
  'roll-back': 'yellow',
};

/** What a step has to say; what this version does not know is told by the name of the step alone. */
function tell({ step, data, actor }: Receipt): string {
  switch (step) {
    case 'condemn':
      return `${listed(texts(data.condemned).map(short))}: ${whyCondemned(data, actor)}`;
    case 'regenerate':
      return `${text(data.slot)} (${text(data.role)}) ${short(data.from)} → ${short(data.to)}${givenUp(data)}`;
    case 'publish':
    case 'align':
    case 'repair':
    case 'roll-back':
      return `${text(data.slot)} ${short(data.fingerprint)} → ${listed(names(data.versions, 'secret').map(shortSecret))}`;
    case 'nudge':
      return `${text(data.consumer)} by ${text(data.how)}`;
    case 'await-consumers':
      return `${listed(names(data.awaiting, 'consumer'))} may still use ${short(data.fingerprint)}`;
    case 'soak':
      return `until ${text(data.until)}, when tokens of ${short(data.fingerprint)} have expired`;
    case 'confirm-dead':
      return listed(records(data.deaths).map((death) => `${short(death.fingerprint)} ${text(death.proof)}`));
    case 'disable-old-versions':
      return listed(names(data.versions, 'secret').map(shortSecret));
    case 'hold':
      return text(data.code);
    default:
      return phaseWords(step as Phase) ?? '';
  }
}

function whyCondemned(data: Data, actor: string): string {
  const why = typeof data.why === 'string' ? `, “${data.why}”` : '';
  return `${text(data.reason)}${actor === 'rotator' ? '' : `, asked by ${actor}`}${why}`;
}

const givenUp = (data: Data): string => {
  const all = names(data.givenUp, 'consumer');
  return all.length === 0 ? '' : `, giving up ${listed(all)}`;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '?');
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
const records = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
const names = (value: unknown, member: string): readonly string[] => [
  ...new Set(records(value).flatMap((each) => (typeof each[member] === 'string' ? [each[member]] : []))),
];
