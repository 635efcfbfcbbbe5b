import type { Report } from '../app/report/schema.ts';
import { findingList } from './findings.ts';
import { html, type Markup } from './markup.ts';

/** What is wrong with the app's own surroundings; nothing where nothing is. */
export function installationSection({ findings }: Pick<Report, 'findings'>): Markup | null {
  if (findings.length === 0) return null;
  return html`<section id="installation"><h2>This installation</h2>${findingList(findings, 'installation', false)}</section>`;
}
