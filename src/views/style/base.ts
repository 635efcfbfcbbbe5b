import { css } from '../markup.ts';

/** Type, links, what opens, and small things that stand anywhere. */
export const base = css`
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 0.9375rem/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, h4, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.35; font-weight: 650; letter-spacing: -0.005em; }
h3 { font-size: 1rem; line-height: 1.35; font-weight: 650; }
h4 { font-size: 0.9375rem; line-height: 1.5; font-weight: 600; }
b, strong { font-weight: 600; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'Liberation Mono', monospace; font-size: 0.8667em; }
pre {
  padding: 0.75rem 0.875rem; border: 1px solid var(--line); border-radius: 6px; background: var(--sunken);
  line-height: 1.55; white-space: pre-wrap; tab-size: 2;
}
pre code { font-size: inherit; }
.code { color: var(--faint); }
.muted, .ago, .place, .made { color: var(--faint); }
.block { display: block; }
.detail { color: var(--faint); font-size: 0.875rem; }
.skip { position: absolute; left: -999rem; top: 0; z-index: 1; padding: 0.5rem 1rem; background: var(--panel); }
.skip:focus { left: 0.5rem; top: 0.5rem; }
.patterns { position: absolute; }
summary { cursor: pointer; list-style: none; border-radius: 6px; }
summary::-webkit-details-marker { display: none; }
.chip {
  display: inline-block; place-self: start; padding: 0 0.45em; border-radius: 4px; font-size: 0.8rem; line-height: 1.5; font-weight: 600;
  white-space: nowrap; color: var(--info-ink); background: var(--info-ground);
}
.chip.high { color: var(--high-ink); background: var(--high-ground); }
.chip.medium { color: var(--medium-ink); background: var(--medium-ground); }
.chip.low { color: var(--low-ink); background: var(--low-ground); }
.chip.good { color: var(--good-ink); background: var(--good-ground); }
.chip.accent { color: var(--accent-ink); background: var(--accent-ground); }
.overdue { color: var(--high-ink); font-weight: 600; }
.due { color: var(--medium-ink); font-weight: 600; }
.overdue .ago, .due .ago { color: inherit; font-weight: 400; }
.facts { display: grid; gap: 0.25rem; font-size: 0.875rem; }
.facts > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 0.75rem; }
.facts dt { color: var(--faint); }
.note { padding: 0.625rem 0.875rem; border-left: 3px solid var(--edge); border-radius: 4px; background: var(--sunken); }
.note.held { border-color: var(--high); background: var(--high-ground); }
.note .muted, .note .ago { color: var(--soft); }
.note.warns { border-color: var(--medium); background: var(--medium-ground); }
.note .chip { background: var(--panel); }
.note p + p { margin-top: 0.25rem; }
@media (max-width: 40rem) { .facts > div { grid-template-columns: minmax(0, 1fr); } h1 { font-size: 1.625rem; } }
`;
