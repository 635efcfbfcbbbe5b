import { css } from '../markup.ts';

/** A target: its row, and what opens below. On a wide page the rows of a list stand in columns. */
export const target = css`
.columns { display: none; }
.targets { margin-top: 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); }
.target + .target { border-top: 1px solid var(--line); }
.target > summary { position: relative; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; padding: 0.75rem 1.25rem 0.75rem 2.25rem; border-radius: 10px; }
.target > summary:hover { background: var(--sunken); }
:where(.target, .findings > li > details, .steps > li > details) > summary::before {
  content: ''; width: 0.4rem; height: 0.4rem; border: solid var(--faint); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg);
}
.target > summary::before { position: absolute; left: 1.125rem; top: 1.15rem; }
details[open] > summary::before { transform: rotate(45deg); }
.target > summary > span { font-size: 0.875rem; line-height: 1.5; }
.target .place { display: block; }
.small-ages { max-width: 20rem; padding-top: 0.125rem; }
.target:not(.bare) > summary .auth::before { content: 'Local auth: '; }
.target .tally { line-height: 1.7; }
.body { padding: 0.25rem 1.25rem 1.75rem 2.25rem; }
.body > section, .alone > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem 2rem; margin-top: 0; padding: 1.125rem 0 1.25rem; border-top: 1px solid var(--line); }
.body > section > div > * + *, .alone > section > div > * + * { margin-top: 0.625rem; }
.more { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.9375rem; }
.alone .place { margin-top: 0.25rem; }
.strip { display: flex; flex-wrap: wrap; gap: 0.375rem 1.75rem; margin: 0.75rem 0 1.75rem; }
.keys { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
.key-head { display: flex; flex-wrap: wrap; gap: 0 0.5rem; align-items: baseline; }
.key-due { margin-left: auto; font-size: 0.875rem; color: var(--faint); }
.key .age { margin-top: 0.375rem; }
.key .facts { margin-top: 0.125rem; }
.key .facts > div { display: block; }
.key .facts dt, .key .facts dd { display: inline; }
.rows li + li { margin-top: 0.5rem; }
.plain li + li { margin-top: 0.25rem; }
.reasons li { display: grid; grid-template-columns: 5rem minmax(0, 1fr); align-items: baseline; }
.reasons li + li { margin-top: 0.5rem; }
.steps { padding: 0; list-style: none; }
.steps > li + li, .findings > li + li { border-top: 1px solid var(--line); }
.steps > li > details > summary { display: grid; grid-template-columns: 1.125rem 1.25rem minmax(0, 1fr); align-items: baseline; padding: 0.5rem 0; }
.findings > li > details > summary { display: grid; grid-template-columns: 1.125rem 4.5rem minmax(0, 1fr) auto; gap: 0 0; align-items: baseline; padding: 0.4375rem 0; }
li > details > summary::before { align-self: start; margin-top: 0.5rem; }
.findings > li > details > summary .code { padding-left: 1rem; }
.opened { padding: 0.125rem 0 1rem 5.625rem; }
.steps .opened { padding-left: 2.375rem; }
.opened > * + * { margin-top: 0.625rem; }
.opened:target { outline: 2px solid var(--focus); outline-offset: 6px; border-radius: 2px; }
.references { font-size: 0.875rem; color: var(--soft); }
.ways > details + details { margin-top: 0.375rem; }
.ways summary { display: inline-block; padding: 0.125rem 0.625rem; border: 1px solid var(--edge); font-size: 0.875rem; }
.ways [open] > summary { border-color: var(--ink); background: var(--ink); color: var(--panel); }
.way { padding-top: 0.5rem; }
.way ol { padding-left: 1.5rem; }
.lines > li { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); }
.lines > li + li { margin-top: 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
.lines ul li { color: var(--soft); font-size: 0.9375rem; }
.lines ul li + li { margin-top: 0.5rem; }
.lines b { color: var(--ink); }
.lines i { font-style: normal; color: var(--faint); }
.receipts { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
.receipts .moment, .receipts th { white-space: nowrap; }
.receipts th { text-align: left; font-weight: 400; font-size: 0.8125rem; color: var(--faint); }
.receipts th, .receipts td { padding: 0.375rem 1rem 0.375rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
@supports selector(::details-content) {
  @media screen {
    .ways { display: flex; flex-wrap: wrap; gap: 0.375rem; }
    .ways > details { display: contents; }
    .ways > details + details { margin: 0; }
    .ways > details::details-content { order: 1; flex-basis: 100%; }
    .ways > details:not([open])::details-content { display: none; }
  }
}
@media (min-width: 48rem) {
  .keys { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.5rem 2.5rem; }
  .target.bare > summary { grid-template-columns: minmax(0, 1fr) 8rem 14rem; align-items: center; }
  .target.bare .place { grid-column: 1; grid-row: 2; }
  .target.bare .auth, .target.bare .tally { grid-row: 1 / 3; }
}
@media (min-width: 60rem) {
  .body > section, .alone > section { grid-template-columns: 9rem minmax(0, 1fr); }
  .columns, .target:not(.bare) > summary { display: grid; grid-template-columns: minmax(0, 5fr) 11rem minmax(0, 6fr) 7rem 15rem; gap: 0 1.25rem; }
  .columns { margin-top: 1rem; padding: 0 1.25rem 0 2.25rem; color: var(--faint); font-size: 0.8125rem; }
  .columns + .targets { margin-top: 0.25rem; }
  .target > summary h3 { grid-area: 1 / 1; }
  .target > summary .place { grid-area: 2 / 1; }
  .target > summary .small-ages { grid-area: 1 / 2; padding-top: 0; }
  .target > summary .next { grid-area: 2 / 2; }
  .target > summary .doing { grid-area: 1 / 3 / 3 / 3; }
  .target:not(.bare) > summary .auth { grid-area: 1 / 4 / 3 / 4; }
  .target:not(.bare) > summary .tally { grid-area: 1 / 5 / 3 / 5; }
  .target:not(.bare) > summary .auth::before { content: none; }
}
@media (max-width: 40rem) {
  .target > summary { padding: 0.75rem 1rem 0.75rem 2rem; }
  .target > summary::before { left: 0.875rem; }
  .body { padding: 0.25rem 1rem 1.5rem; }
  .key-due { margin-left: 0; }
  .findings > li > details > summary { grid-template-columns: 1.125rem minmax(0, 1fr); }
  .findings > li > details > summary > :not(.chip) { grid-column: 2; }
  .findings > li > details > summary .code { padding-left: 0; }
  .reasons li, .lines > li { grid-template-columns: minmax(0, 1fr); gap: 0.25rem; }
  .opened, .steps .opened { padding-left: 1.125rem; }
  .receipts thead { position: absolute; left: -999rem; }
  .receipts, .receipts tbody, .receipts tr, .receipts td { display: block; }
  .receipts tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .receipts td { border: 0; padding: 0; }
}
@media (prefers-reduced-motion: no-preference) { summary::before { transition: transform 0.12s ease-out; } }
`;
