import type { Receipt as AppReceipt } from '../../app/ports.ts';
import { FIRST_HEAD, firstBreak } from '../../app/receipts.ts';
import type { Receipt } from '../answers.ts';
import { appCommand } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { receiptsOf } from '../receipts-of.ts';
import { receiptLine } from '../render/receipt-line.ts';

interface Options {
  readonly verify?: boolean;
  readonly expect?: string;
  readonly last?: string;
}

interface Verdict {
  readonly sound: boolean;
  /** Of the first receipt that does not follow from the one before it, or is not the expected one. */
  readonly brokenAt: number | null;
  /** Of the newest one: what to keep elsewhere. */
  readonly head: string;
}

/** The receipts of a target, and whether somebody has changed them. */
export const history = (cli: Cli): DescribedCommand =>
  appCommand<Options>(
    cli,
    {
      name: 'history',
      summary: 'The receipts of a target, oldest first: every step, who asked for it and why.',
      about:
        'With --verify the hash chain is computed anew: SHA-256 over the RFC 8785 form of each receipt. It shows what was changed, taken out or put in; whether the newest ones were cut off shows only with a head that you kept.',
    },
    async ({ app, options, args: [target = ''] }) => {
      const { verify, expect, last, json } = options;
      const kept = expect === undefined ? null : headIn(expect);
      if (last !== undefined && !/^[1-9]\d{0,5}$/.test(last)) throw usage('--last is a number of receipts.');
      const receipts = await receiptsOf(target, app);
      const verdict = verify || kept !== null ? verdictOn(receipts, kept) : null;
      const shown = last === undefined ? receipts : receipts.slice(-Number(last));
      if (json) cli.out.json({ receipts: shown, ...(verdict && { verdict }) });
      else {
        cli.out.lines(shown.map((receipt) => receiptLine(receipt, cli.out.paint, { withDate: true })));
        if (receipts.length === 0) cli.out.line('There are no receipts yet.');
        if (verdict !== null) cli.out.line(told(verdict, receipts.length, cli.out.paint));
      }
      return verdict?.sound === false ? EXIT.person : EXIT.done;
    },
  )
    .argument('<target>', 'its name in rotation.json')
    .option('--verify', 'check the hash chain')
    .option('--expect <seq:hash>', 'check it, and that this receipt is in it: a head that was kept elsewhere')
    .option('--last <number>', 'show only the newest')
    .example('history chat-prod --verify', 'is the chain sound?')
    .example('history chat-prod --last 1 --json', 'the newest receipt')
    .exitsWith(EXIT.done, 'printed, and the chain is sound where that was asked')
    .exitsWith(EXIT.person, 'the chain is broken: somebody has changed the receipts');

interface Kept {
  readonly seq: number;
  readonly hash: string;
}

function headIn(text: string): Kept {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw usage('--expect is no head.', 'Write it like 31:<64 hex digits>, as --verify prints it.');
  return { seq: Number(seq), hash: hash.toLowerCase() };
}

function verdictOn(receipts: readonly Receipt[], kept: Kept | null): Verdict {
  // As they came: a member that this version does not know is part of the hash as well.
  const broken = firstBreak(receipts as unknown as readonly AppReceipt[])?.seq ?? null;
  const isThere = kept === null || receipts.some(({ seq, hash }) => seq === kept.seq && hash === kept.hash);
  const brokenAt = broken ?? (isThere ? null : (kept?.seq ?? null));
  const { seq, hash } = receipts.at(-1) ?? FIRST_HEAD;
  return { sound: brokenAt === null, brokenAt, head: `${seq}:${hash}` };
}

const told = ({ sound, brokenAt, head }: Verdict, count: number, paint: Cli['out']['paint']): string =>
  sound
    ? `${paint('green', 'Sound')}: ${count} receipts follow from one another. The head is ${head}.`
    : `${paint('red', 'Broken')} at receipt ${brokenAt}: it was changed, or one before it was taken out or put in.`;
