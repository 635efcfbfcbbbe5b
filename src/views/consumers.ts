import type { TargetReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { details } from './facts.ts';
import { html, joined, type Markup } from './markup.ts';
import { secretName } from './names.ts';
import { shownWords } from './rotation.ts';
import { when } from './times.ts';

type ConsumerReport = TargetReport['consumers'][number];

const EVIDENCE: Readonly<Record<string, string>> = {
  'app-service-reference': 'App Service reference',
  'container-app': 'Container Apps revisions',
  ack: 'acknowledges',
  probe: 'is probed',
  elapsed: 'by time alone',
};

/** Who reads the publications, and what shows which key they use. */
export function consumerList(consumers: readonly ConsumerReport[], now: Instant): Markup {
  if (consumers.length === 0) return html`<p class="muted">No consumer is listed.</p>`;
  return html`<ul class="rows">${consumers.map((each) => row(each, now))}</ul>`;
}

function row({ name, evidence: kind, reads, shown }: ConsumerReport, now: Instant): Markup {
  const how = (Object.hasOwn(EVIDENCE, kind) ? EVIDENCE[kind] : undefined) ?? kind;
  const evidence = shown.map(
    ({ secret, at, shows }) =>
      html`showed ${shownWords(shows) || 'something'}${reads.length > 1 && html` of ${secretName(secret)}`}, ${when(at, now)}`,
  );
  return html`<li><p><b>${name}</b> reads ${joined(reads.map(secretName), ', ')}</p>
    ${details([how, shown.length === 0 && 'has never shown anything', shown.length === 1 && evidence])}
    ${shown.length > 1 && evidence.map((each) => details([each]))}</li>`;
}
