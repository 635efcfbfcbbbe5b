import type { FindingReport } from '../app/report/schema.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import { targetAddress } from './address.ts';
import { chip } from './chip.ts';
import { plainly } from './facts.ts';
import { sorted } from './findings.ts';
import { html, type Markup } from './markup.ts';
import { shortSecret, slugged } from './names.ts';

/**
 * What findings of one code say alike, told once on a page of many: by code, as the first of them has it. Fifteen hundred
 * findings that each say it would be most of the page.
 */
export type Glossary = ReadonlyMap<string, FindingReport>;

export function glossaryOf(findings: readonly FindingReport[]): Glossary {
  const glossary = new Map<string, FindingReport>();
  for (const finding of findings) if (!glossary.has(finding.code)) glossary.set(finding.code, finding);
  return glossary;
}

export function glossarySection(glossary: Glossary): Markup | null {
  if (glossary.size === 0) return null;
  return html`<section class="glossary"><h2>What the findings mean</h2><dl>${sorted([...glossary.values()]).map(
    ({ code, severity, evidence, danger, remediation }) =>
      html`<div id="${aboutOf(code)}"><dt>${chip(severity, severity)} <code>${code}</code></dt>
      <dd><p>${evidence.meaning} ${danger}</p><p><b>What to do.</b> ${remediation.text}</p></dd></div>`,
  )}</dl></section>`;
}

const aboutOf = (code: string): string => `about-${slugged(code)}`;

/**
 * Findings of one of many, by severity: what was found and in what. Danger and remedy are a link away, in the glossary,
 * and here where they differ from it; the commands are on the page of the target.
 *
 * @param target null where there is no such page
 */
export const findingLines = (findings: readonly FindingReport[], glossary: Glossary, target: string | null): Markup =>
  html`<ul class="lines">${SEVERITIES.map((severity) => {
    const those = findings.filter((finding) => finding.severity === severity);
    return (
      those.length > 0 &&
      html`<li>${chip(severity, severity)}<ul>${those.map((each) => line(each, glossary, target))}</ul></li>`
    );
  })}</ul>`;

function line(
  { code, evidence, danger, remediation }: FindingReport,
  glossary: Glossary,
  target: string | null,
): Markup {
  const known = glossary.get(code);
  const own = [
    danger !== known?.danger && html`${danger} `,
    remediation.text !== known?.remediation.text && html`${remediation.text} `,
  ];
  const address = target === null ? null : `${targetAddress(target)}#${slugged(code)}`;
  return html`<li><b>${evidence.meaning}</b> ${seenIn(evidence)}${own}<a href="#${aboutOf(code)}">${code}</a>${address !== null && html` · <a href="${address}">commands</a>`}</li>`;
}

function seenIn({ meaning: _, secrets, versions, ...more }: FindingReport['evidence']): Markup | null {
  const others = Object.entries(more).map(([name, value]) => `${name} ${plainly(value)}`);
  const seen = [...secrets.map(shortSecret), ...versions, ...others];
  return seen.length === 0 ? null : html`<i>${seen.join(', ')}.</i> `;
}
