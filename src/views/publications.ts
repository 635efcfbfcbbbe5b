import type { TargetReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { chip } from './chip.ts';
import { details } from './facts.ts';
import { html, type Markup } from './markup.ts';
import { secretName } from './names.ts';
import { instantOf, whenDay } from './times.ts';

type PublicationReport = TargetReport['publications'][number];

const CREDENTIALS: Readonly<Record<NonNullable<PublicationReport['credential']>, string>> = {
  'access-key': 'access key',
  'raw-key': 'bare access key',
  both: 'access key beside an AuthType',
  azure: 'Entra (azure)',
  'azure.msi': 'Entra (azure.msi)',
  'azure.app': 'Entra (azure.app)',
};

/** What each secret carries. */
export function publicationList(publications: readonly PublicationReport[], now: Instant): Markup {
  if (publications.length === 0) return html`<p class="muted">No secret is named as a publication.</p>`;
  return html`<ul class="rows">${publications.map((each) => row(each, now))}</ul>`;
}

function row({ secret, endpoint, credential, slot, code, expiresAt }: PublicationReport, now: Instant): Markup {
  const carries = credential === null ? 'could not be understood' : CREDENTIALS[credential];
  return html`<li><p>${secretName(secret)} ${code !== null && html`${chip('unusable', 'high')} ${code}`}</p>${details([
    slot === null ? carries : `${carries}, ${slot}`,
    endpoint && `endpoint ${endpoint.name} (${endpoint.type})`,
    expiresAt && html`${instantOf(expiresAt) <= now ? 'expired' : 'expires'} ${whenDay(expiresAt, now)}`,
  ])}</li>`;
}
