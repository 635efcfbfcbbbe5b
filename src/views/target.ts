import type { TargetReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { targetAddress } from './address.ts';
import { ageCards, ageLines } from './ages.ts';
import { consumerList } from './consumers.ts';
import { facts } from './facts.ts';
import { findingList } from './findings.ts';
import { findingLines, type Glossary } from './glossary.ts';
import { html, type Markup, type Part } from './markup.ts';
import { slugged } from './names.ts';
import { publicationList } from './publications.ts';
import { standing, standingInShort } from './rotation.ts';
import { timeline } from './timeline.ts';
import { ago, when } from './times.ts';
import { verdictInShort, verdictOf } from './verdict.ts';

/** How a target is set into the page that it stands on. */
export interface Setting {
  readonly now: Instant;
  /** Of the headings of its sections. */
  readonly level: 2 | 4;
  /** It has the page to itself: findings may be named by their code, and nothing is left out. */
  readonly alone: boolean;
}

/** Everything about one target; of one that nobody has looked at, what rotation.json says. */
export function targetBody(target: TargetReport, { now, level, alone }: Setting): Markup {
  const { name, localAuth, findings, publications, consumers, observedAt } = target;
  const group = slugged(name);
  const found = observedAt !== null && [
    section(level, 'Keys', ageCards(target, now)),
    section(level, 'Rotations', timeline(target, now, alone ? Number.POSITIVE_INFINITY : 4)),
    section(level, 'Local authentication', verdictOf(localAuth, now, `step-${group}`)),
    section(level, 'Findings', findingList(findings, `finding-${group}`, alone)),
    section(level, 'Publications', publicationList(publications, now)),
  ];
  return html`${section(level, 'Now', standing(target, now))}${found}
    ${section(level, 'Consumers', consumerList(consumers, now))}
    ${section(level, 'Resource', resource(target, now))}`;
}

/** The same in short, for a page of many: what it says in words, and a way to the rest. */
export function targetInShort(target: TargetReport, glossary: Glossary, now: Instant): Markup {
  const { name, localAuth, findings, observedAt, condition, rotation } = target;
  const isQuiet = condition === null && rotation === null && observedAt !== null;
  const found = observedAt !== null && [
    section(4, 'Keys', ageLines(target, now)),
    section(4, 'Local authentication', verdictInShort(localAuth)),
    findings.length > 0 && section(4, 'Findings', findingLines(findings, glossary, name)),
  ];
  return html`${!isQuiet && section(4, 'Now', standingInShort(target, now))}${found}
    <p class="more"><a href="${targetAddress(name)}">Everything about ${name}</a>
      ${observedAt !== null && html`<span class="muted">Observed ${ago(observedAt, now)}</span>`}</p>`;
}

/** A name beside what it names; above it where there is little room. */
export const section = (level: Setting['level'], name: string, body: Part): Markup =>
  html`<section><h${level}>${name}</h${level}><div>${body}</div></section>`;

const resource = ({ resourceId, location, sku, observedAt, policy }: TargetReport, now: Instant): Markup | null =>
  facts([
    ['Resource id', html`<code>${resourceId}</code>`],
    ['Location', location],
    ['SKU', sku],
    ['Observed', observedAt === null ? 'not yet' : when(observedAt, now)],
    ['Policy', policy === null && 'none: rotation.json no longer names this target'],
  ]);
