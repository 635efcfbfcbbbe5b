import { css } from '../markup.ts';

/** The bars of ages and the line of rotations. */
export const charts = css`
.age, .timeline { display: block; overflow: visible; }
.timeline { padding: 0 6px; }
.small-ages .age { width: 100%; height: 20px; }
.over { overflow: visible; }
.track { fill: var(--track); }
.sure.young, .stripe.young { fill: var(--young); }
.sure.due, .stripe.due { fill: var(--due); }
.sure.overdue, .stripe.overdue { fill: var(--overdue); }
.sure.unknown, .stripe.unknown { fill: var(--unknown); }
.ground.young { fill: var(--young-soft); }
.ground.due { fill: var(--due-soft); }
.ground.overdue { fill: var(--overdue-soft); }
.ground.unknown { fill: var(--unknown-soft); }
.maybe.young { fill: url(#maybe-young); }
.maybe.due { fill: url(#maybe-due); }
.maybe.overdue { fill: url(#maybe-overdue); }
.maybe.unknown { fill: url(#maybe-unknown); }
.notch { fill: var(--panel); }
.arrow { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 2; }
.mark.most { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: none; }
.label { fill: var(--faint); font-size: 11.5px; }
.tick { stroke: var(--line); }
.tick.now { stroke: var(--edge); }
.base { stroke: var(--edge); stroke-width: 1; }
.turn { stroke: var(--young); stroke-width: 10; stroke-linecap: round; }
.turn.rolled-back { stroke: var(--due); }
.turn.forgotten { stroke: var(--unknown); }
.turn.running { stroke: var(--accent-ink); }
.turns { margin-top: 0.25rem; font-size: 0.9375rem; }
.turns li { display: grid; grid-template-columns: 0.6rem 18.5rem 6.5rem 7rem minmax(0, 1fr); gap: 0 0.75rem; align-items: baseline; padding: 0.125rem 0; }
.turn-end { display: contents; }
.turn-end > span { color: var(--soft); }
.turn-key { width: 0.6rem; height: 0.6rem; border-radius: 50%; background: var(--young); }
.turn-key.rolled-back { background: var(--due); }
.turn-key.forgotten { background: var(--unknown); }
.turn-key.running { background: var(--accent-ink); }
@media (max-width: 48rem) {
  .turns li { grid-template-columns: 0.6rem minmax(0, 1fr); padding-bottom: 0.375rem; }
  .turn-end { display: block; grid-column: 2; }
  .turn-end > span { margin-left: 0.5rem; }
}
`;
