import type { ReportQuery } from '../app/report/query.ts';
import { EVERYTHING } from '../app/report/query.ts';
import { queryAddress } from './address.ts';
import { html, type Markup } from './markup.ts';
import { code } from './remedy.ts';

const EXAMPLE = `{
  "targets": [
    {
      "name": "chat-prod",
      "resourceId": "/subscriptions/…/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/chat-prod",
      "publications": [{ "secret": "https://kv-chat.vault.azure.net/secrets/signalr" }],
      "consumers": [{ "name": "web", "evidence": "ack" }]
    }
  ]
}`;

export const noTargets: Markup = html`<div class="empty"><p><b>No SignalR resource is under management yet.</b></p>
  <p>Name one in <code>rotation.json</code>, with the secrets that carry its connection string and the applications that read them. The next sweep looks at it, and it appears here.</p>
  ${code(EXAMPLE)}</div>`;

/** @param matching how many the query selects; they may all be on the pages before */
export function noMatch(query: ReportQuery, matching: number): Markup {
  if (matching > 0) {
    return html`<div class="empty"><p><b>There are no more targets.</b></p><p>All are on <a href="${queryAddress(query)}">the pages before</a>.</p></div>`;
  }
  return html`<div class="empty"><p><b>No target matches.</b></p>
    <p>${query.search !== '' && html`Nothing is called like “${query.search}” under these filters. `}<a href="${queryAddress(EVERYTHING)}">Show all targets</a></p></div>`;
}
