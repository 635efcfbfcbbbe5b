import { css } from '../markup.ts';

/** The frame of the page: its head, the glance, the filter, the foot. */
export const page = css`
.top, main, .legend { max-width: 74rem; margin: 0 auto; padding: 0 1.5rem; }
.top { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding-top: 1.25rem; font-size: 0.875rem; }
.product { font-weight: 650; }
.product a { color: inherit; }
main { padding-top: 1.75rem; padding-bottom: 2rem; }
main > section { margin-top: 2.5rem; }
.extent { margin-left: 0.375rem; color: var(--faint); font-weight: 400; font-size: 0.9375rem; }
.panel { padding: 1.25rem; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); }
main > .panel { margin-top: 1.25rem; }
main > .panel + .panel { margin-top: 1rem; }
.needs { margin-top: 0.75rem; }
.needs li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.125rem 1rem; padding: 0.625rem 0; border-top: 1px solid var(--line); }
.needs .whom ~ p { grid-column: 1 / -1; }
.needs .since { color: var(--faint); font-size: 0.875rem; }
.needs:last-child > li:last-child { padding-bottom: 0; }
.rest { margin-top: 0.625rem; border-top: 1px solid var(--line); padding-top: 0.625rem; }
.rest summary { color: var(--link); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.18em; width: fit-content; }
.needs ~ p { margin-top: 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
.calm { margin-top: 0.75rem; }
.calm + p { color: var(--soft); }
.figures { display: grid; gap: 1.25rem 2.5rem; margin-top: 0.875rem; }
.numbers { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.875rem 1rem; }
.numbers > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.numbers dt { color: var(--faint); font-size: 0.8125rem; line-height: 1.35; }
.numbers dd { font-size: 1.5rem; line-height: 1.2; font-weight: 600; letter-spacing: -0.015em; overflow-wrap: normal; }
.numbers a { color: inherit; text-decoration-color: var(--edge); }
.numbers .bad dd { color: var(--high-ink); }
.panel h3 { font-size: 0.8125rem; color: var(--faint); font-weight: 400; }
.counts { display: flex; flex-wrap: wrap; gap: 0.25rem 1.125rem; margin-top: 0.375rem; font-size: 0.9375rem; }
.counts a { color: inherit; text-decoration-color: var(--edge); }
.swatch::before { content: ''; display: inline-block; width: 0.6em; height: 0.6em; margin-right: 0.45em; border-radius: 2px; background: var(--info); }
.swatch.high::before { background: var(--high); }
.swatch.medium::before { background: var(--medium); }
.swatch.low::before { background: var(--low); }
.swatch.good::before { background: var(--good); }
.swatch.accent::before { background: var(--accent); }
.filter { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.625rem 0.75rem; align-items: end; margin-top: 0.875rem; }
.filter label:first-child { grid-column: 1 / -1; }
.filter span { display: block; margin-bottom: 0.125rem; color: var(--faint); font-size: 0.8125rem; }
.filter input, .filter select, .filter button {
  width: 100%; height: 2.25rem; padding: 0 0.625rem; border: 1px solid var(--edge); border-radius: 6px;
  background: var(--panel); color: var(--ink); font: inherit; font-size: 0.9375rem;
}
.filter button { width: auto; padding: 0 1rem; border-color: var(--ink); background: var(--ink); color: var(--panel); font-weight: 600; cursor: pointer; }
.buttons { display: flex; gap: 0.875rem; align-items: center; }
.paging { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1rem; align-items: center; margin-top: 1rem; color: var(--soft); }
.paging > :last-child { justify-self: end; }
.empty { margin-top: 1rem; padding: 1.25rem; border: 1px dashed var(--edge); border-radius: 10px; }
.empty p + p { margin-top: 0.25rem; max-width: 42rem; color: var(--soft); }
.empty pre { margin-top: 0.875rem; }
.unmanaged > p, .unmanaged > .note { margin-top: 0.5rem; max-width: 48rem; }
.glossary dl > div { padding: 0.75rem 0; border-top: 1px solid var(--line); }
.glossary dl > div:target { outline: 2px solid var(--focus); outline-offset: 4px; border-radius: 2px; }
.glossary h2 + dl { margin-top: 0.75rem; }
.glossary dd p + p { margin-top: 0.25rem; color: var(--soft); }
.legend { padding-top: 1rem; padding-bottom: 2.5rem; color: var(--faint); font-size: 0.8125rem; }
.legend svg { margin: 0 0.25rem -1px 0; }
.legend span { display: inline-block; margin-right: 1rem; }
.legend p + p { margin-top: 0.375rem; }
@media (min-width: 48rem) {
  .filter { grid-template-columns: minmax(0, 2fr) repeat(4, minmax(0, 1fr)) auto; }
  .filter label:first-child { grid-column: auto; }
}
@media (min-width: 60rem) {
  .glossary dl > div { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 0 2rem; }
  .needs li { grid-template-columns: 4rem 15rem minmax(0, 1fr) 10rem; align-items: baseline; }
  .needs .whom ~ p { grid-column: auto; }
  .needs .since { text-align: right; }
  .figures { grid-template-columns: minmax(0, 1fr) max-content max-content; }
  .numbers { display: flex; gap: 2.75rem; }
  .counts { display: grid; grid-template-columns: repeat(2, max-content); }
}
@media (max-width: 40rem) {
  .top, main, .legend { padding-left: 1rem; padding-right: 1rem; }
  .panel { padding: 1rem; }
}
`;
