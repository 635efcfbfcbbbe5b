import { html, type Markup } from './markup.ts';

/** How to read the bars, for whoever meets them first. */
export const legend: Markup = html`<footer class="legend">
  <p><span><svg width="28" height="10" aria-hidden="true"><rect class="sure young" width="28" height="10"/></svg> at least this old</span>
  <span><svg width="28" height="10" aria-hidden="true"><rect class="maybe young" width="28" height="10"/></svg> perhaps older: SignalR does not tell when a key was made</span>
  <span><svg width="10" height="14" aria-hidden="true"><line class="mark" x1="5" x2="5" y1="0" y2="14"/></svg> rotated after</span>
  <span><svg width="10" height="14" aria-hidden="true"><line class="mark most" x1="5" x2="5" y1="0" y2="14"/></svg> oldest allowed</span></p>
  <p>Times are UTC. A fingerprint is the beginning of the SHA-256 of a key; keys themselves are never shown.</p></footer>`;
