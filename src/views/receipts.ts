import type { Receipt } from '../app/ports.ts';
import { html, type Markup } from './markup.ts';
import { phaseWords } from './phase.ts';
import { moment } from './times.ts';

/** A receipt as the page shows it: who did what when. Its data and hashes are in the history. */
export type ReceiptShown = Pick<Receipt, 'seq' | 'at' | 'step' | 'actor' | 'rotation'>;

/** Newest first. The roles are stated, since a narrow page lays rows out as blocks and some browsers then forget the table. */
export function receiptTable(receipts: readonly ReceiptShown[]): Markup {
  if (receipts.length === 0) return html`<p class="muted">No step has been taken yet.</p>`;
  const newest = receipts.toSorted((a, b) => b.seq - a.seq);
  return html`<table role="table" class="receipts"><thead role="rowgroup"><tr role="row">
      ${['No.', 'When', 'Step', 'By', 'Rotation'].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${newest.map(row)}</tbody></table>`;
}

const row = ({ seq, at, step, actor, rotation }: ReceiptShown): Markup =>
  html`<tr role="row"><td role="cell" class="number">${seq}</td><td role="cell" class="moment">${moment(at)}</td>
    <td role="cell">${phaseWords(step)}</td><td role="cell">${actor}</td><td role="cell">${rotation === null ? 'none' : html`<code>${rotation}</code>`}</td></tr>`;
