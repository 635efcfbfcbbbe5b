import { looksLikeKey } from '../../src/app/outside-text.ts';
import type { Receipt } from '../../src/app/ports.ts';
import { CONDITIONS, type ConditionCode } from '../../src/core/codes.ts';
import type { Phase } from '../../src/core/decision.ts';
import type { LogRecord } from '../host/start.ts';
import type { Change } from '../run/watch.ts';
import { list, type Style, short, uses } from './paint.ts';

/** One line of the timeline. */
export interface Line {
  readonly at: number;
  readonly target: string;
  /** What happened, in a word of at most 10 letters. */
  readonly word: string;
  readonly style: Style;
  readonly text: string;
}

/** What the receipts of the steps have to say. */
interface Data {
  readonly slot: string;
  readonly role: string;
  readonly fingerprint: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly why: string | null;
  readonly condemned: readonly string[];
  readonly versions: readonly { readonly secret: string }[];
  readonly awaiting: readonly { readonly consumer: string }[];
  readonly until: string;
  readonly consumer: string;
  readonly how: string;
  readonly deaths: readonly { readonly fingerprint: string; readonly proof: string }[];
  readonly startedAt: string;
  readonly regenerated?: readonly unknown[];
  readonly code: ConditionCode;
  readonly class?: string;
  readonly secrets?: readonly string[];
}

type Telling = readonly [word: string, style: Style, text: (data: Data, receipt: Receipt) => string];

const published = ({ slot, fingerprint, versions }: Data) =>
  `${slot} ${short(fingerprint)} → ${list(versions.map(({ secret }) => vaultOf(secret)))}`;

const tellings: Record<Phase, Telling> = {
  condemn: ['condemn', 'yellow', whyCondemned],
  regenerate: [
    'regenerate',
    'magenta',
    ({ slot, role, from, to }) => `${slot} (${role}) ${short(from)} → ${short(to)}`,
  ],
  publish: ['publish', 'cyan', published],
  align: ['align', 'cyan', published],
  repair: ['repair', 'cyan', published],
  'roll-back': ['roll back', 'cyan', published],
  nudge: [
    'nudge',
    'yellow',
    ({ consumer, how }) =>
      how === 'restart' ? `${consumer} is restarted` : `${consumer} is to fetch its references anew`,
  ],
  'await-consumers': [
    'wait',
    'yellow',
    ({ awaiting, fingerprint }) =>
      uses(
        awaiting.map((each) => each.consumer),
        short(fingerprint),
      ),
  ],
  soak: [
    'soak',
    'yellow',
    ({ fingerprint, until }, { at }) => `${seconds(at, until)} until tokens of ${short(fingerprint)} have expired`,
  ],
  'confirm-dead': [
    'prove',
    'green',
    ({ deaths }) => list(deaths.map(({ fingerprint, proof }) => `${short(fingerprint)} ${proofs[proof] ?? proof}`)),
  ],
  'disable-old-versions': [
    'disable',
    'blue',
    ({ versions }) =>
      `${versions.length === 1 ? 'old version' : 'old versions'} in ${list(versions.map(({ secret }) => vaultOf(secret)))}`,
  ],
  complete: [
    'complete',
    ['bold', 'green'],
    ({ startedAt, regenerated = [] }, { at }) =>
      `${regenerated.length === 1 ? 'the key is' : 'both keys are'} new, ${seconds(startedAt, at)} after the first step`,
  ],
  hold: ['held', ['bold', 'red'], whyHeld],
  wait: ['wait', 'yellow', () => ''],
  'nothing-due': [
    'idle',
    'dim',
    ({ class: found }) => (found === 'dead' ? 'what was reported is dead already: nothing is to be done' : ''),
  ],
};

const proofs: Record<string, string> = { refused: 'is refused', replaced: 'is gone', unproved: 'is unproved' };

function whyCondemned({ condemned, reason, why }: Data, { actor }: Receipt): string {
  const keys = condemned.map(short).join(' and ');
  if (reason === 'KeyTooOld') return `${keys} are due`;
  if (reason === 'KeyCompromised') return `${keys}, as a compromise was reported`;
  // Free text of whoever asked: it could be anything.
  const said = why === null || looksLikeKey(why) ? '' : `: ${why}`;
  return `${keys}, as ${actor === 'key' ? 'somebody' : actor} asked${said}`;
}

function whyHeld({ code, secrets }: Data): string {
  const what = secrets ? `${code} in ${list(secrets.map(vaultOf))}` : code;
  const [meaning] = CONDITIONS[code]?.meaning.match(/^[^.]*/) ?? [];
  return meaning ? `${what}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}` : what;
}

export function lineOfChange(change: Change): Line {
  const { at, target } = change;
  switch (change.kind) {
    case 'receipt': {
      const { receipt } = change;
      const [word, style, text] = tellings[receipt.step];
      return { at, target, word, style, text: text(receipt.data as unknown as Data, receipt) };
    }
    case 'switched': {
      const { consumer, from, to, acknowledges } = change;
      const text = `${consumer}: ${short(from)} → ${short(to)}${acknowledges ? ', and says so' : ''}`;
      return { at, target, word: 'switched', style: 'green', text };
    }
    case 'restarted':
      return { at, target, word: 'restarted', style: 'green', text: `${change.consumer}, by hand: it is awaited` };
    case 'rolled-back':
      return {
        at,
        target,
        word: 'order',
        style: 'yellow',
        text: 'a person rolls back: the new key upsets the game servers',
      };
    case 'listed':
      return { at, target, word: 'stranger', style: ['bold', 'red'], text: 'somebody unknown lists both keys' };
    case 'reported': {
      const key = change.named.map((name) => (name.startsWith('sha256:') ? short(name) : `the ${name} key`));
      return { at, target, word: 'leak', style: ['bold', 'red'], text: `${key[0] ?? 'some key'}: ${change.why}` };
    }
    case 'released':
      return { at, target, word: 'released', style: 'green', text: `${change.code} has passed` };
    default:
      return change satisfies never;
  }
}

/** Only what a person is to be told of at once. */
export function lineOfLog({ level, category, message }: LogRecord): Line | null {
  if (level !== 'error' && level !== 'critical') return null;
  const { target, event, code, remedy } = category.endsWith('.User') ? alertIn(message) : { event: message };
  const text = [code === undefined || code === event ? event : `${event} ${code}`, remedy].filter(Boolean).join(': ');
  const shown = looksLikeKey(text) ? 'a record that holds what looks like a key' : text.replace(/\s+/g, ' ');
  return { at: Date.now(), target: target ?? '', word: 'alert', style: ['bold', 'red'], text: shown.slice(0, 300) };
}

interface Alert {
  readonly event?: string;
  readonly target?: string;
  readonly code?: string;
  readonly remedy?: string;
}

function alertIn(message: string): Alert {
  try {
    return JSON.parse(message) as Alert;
  } catch {
    return { event: message };
  }
}

const vaultOf = (secret: string): string => new URL(secret).host.split('.')[0] ?? secret;

function seconds(from: string, to: string): string {
  return `${Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000))} s`;
}
