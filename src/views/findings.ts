import type { FindingReport } from '../app/report/schema.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import { linkable } from './address.ts';
import { chip } from './chip.ts';
import { facts, plainly } from './facts.ts';
import { html, joined, type Markup } from './markup.ts';
import { secretName, slugged } from './names.ts';
import { waysTo } from './remedy.ts';

/** Worst first. */
export const sorted = (findings: readonly FindingReport[]): readonly FindingReport[] =>
  findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));

/**
 * Each finding opens to its evidence, danger, remedy and references.
 *
 * @param group unique on the page
 * @param anchored true where a link may name a finding by its code: `#PublicNetworkAccess`
 */
export function findingList(findings: readonly FindingReport[], group: string, anchored: boolean): Markup {
  if (findings.length === 0) return html`<p class="muted">Nothing was found.</p>`;
  const named = new Set<string>();
  const anchorOf = ({ code }: FindingReport): string | null => {
    if (!anchored || named.has(code)) return null;
    named.add(code);
    return slugged(code);
  };
  return html`<ul class="findings">${sorted(findings).map((finding, index) => item(finding, `${group}-${index}`, anchorOf(finding)))}</ul>`;
}

/** The anchor stands inside, since a browser opens what holds the place that a link leads to. */
function item(finding: FindingReport, group: string, anchor: string | null): Markup {
  const { code, severity, evidence, danger, remediation, references } = finding;
  return html`<li><details><summary>${chip(severity, severity)} <span class="meaning">${evidence.meaning}</span> <code class="code">${code}</code></summary>
    <div class="opened" ${anchor !== null && html`id="${anchor}"`}>
      ${evidenceOf(evidence)}
      <p><b>Why it is dangerous.</b> ${danger}</p>
      <p><b>What to do.</b> ${remediation.text}</p>
      ${waysTo(remediation, group)}
      ${references.length > 0 && html`<p class="references">Read more: ${joined(references.map(reference), ' · ')}</p>`}
    </div></details></li>`;
}

function evidenceOf({ meaning: _, secrets, versions, ...more }: FindingReport['evidence']): Markup | null {
  return facts([
    ['Seen in', secrets.length > 0 && html`${joined(secrets.map(secretName), ', ')}`],
    ['Versions', versions.length > 0 && html`<code>${versions.join(', ')}</code>`],
    ...Object.entries(more).map(([name, value]) => [name, plainly(value)] as const),
  ]);
}

function reference({ source, id, title, url }: FindingReport['references'][number]): Markup {
  // The id of a weakness begins with its source: CWE-923.
  const name = [id?.startsWith(source) ? null : source, id].filter((part) => part !== null).join(' ');
  const text = `${name}: ${title}`;
  const address = linkable(url);
  return address === null ? html`${text}` : html`<a href="${address}" rel="noreferrer">${text}</a>`;
}
