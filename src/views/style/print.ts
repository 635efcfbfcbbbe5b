import { css } from '../markup.ts';

/** On paper everything is open, and what only a screen needs is gone. */
export const print = css`
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; --ground: #fff; }
  html { font-size: 13px; }
  .skip, .filter, .paging { display: none; }
  summary::before { visibility: hidden; }
  .swatch::before, .turn-key { print-color-adjust: exact; }
  .top, main, .legend { max-width: none; padding-left: 0; padding-right: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .chip, .note, pre { border: 1px solid var(--edge); background: none; }
  .ways summary, .ways [open] > summary { padding: 0; border: 0; background: none; color: inherit; font-weight: 600; }
  a { color: inherit; text-decoration: none; }
  .targets, .panel { border-color: var(--edge); }
  h1, h2, h3, h4, summary, .key { break-after: avoid; break-inside: avoid; }
  .needs li, .rows li, .reasons li, .key { break-inside: avoid; }
}
`;
