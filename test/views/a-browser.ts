import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Page } from '../../src/views/document.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Tests in a real browser; without one they are skipped, and say so. */
export function describeInBrowser(title: string, tests: (opens: Opens) => void): void {
  if (existsSync(CHROMIUM)) {
    describe(title, () => tests(aBrowser()));
    return;
  }
  process.stderr.write(`SKIPPED, since there is no ${CHROMIUM}: ${title}\n`);
  describe.skip(`${title} (SKIPPED: there is no ${CHROMIUM})`, () => tests(aBrowser()));
}

export interface Opens {
  /** A tab that shows the page, sent with its headers from a server of its own. Everything ends with the file. */
  open(page: Page, options?: BrowserContextOptions): Promise<Shown>;
}

export interface Shown {
  readonly tab: Tab;
  /** Where the page is, to be opened again with a query or a fragment. */
  readonly address: string;
  /** What the browser complained of, dialogs that opened, and whatever it asked for beside the page. */
  readonly complaints: readonly string[];
}

/** One launch for each file. */
function aBrowser(): Opens {
  const ends: (() => Promise<unknown>)[] = [];
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    for (const end of ends) await end();
    await browser?.close();
  });
  return {
    open: async (page, options = {}) => {
      if (browser === null) throw new Error('A tab opens inside a test, when the browser is there.');
      const context = await browser.newContext(options);
      const server = await serve(page);
      ends.push(() => context.close(), server.end);
      const tab = await context.newPage();
      const complaints: string[] = [];
      tab.on('console', (message) => complaints.push(`console: ${message.text()}`));
      tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      tab.on('dialog', async (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        await dialog.dismiss();
      });
      tab.on('request', (request) => {
        if (!request.url().startsWith(server.origin)) complaints.push(`request: ${request.url()}`);
      });
      await tab.goto(server.address);
      return { tab, address: server.address, complaints };
    },
  };
}

async function serve(page: Page) {
  const server = createServer((_, response) => {
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': page.contentSecurityPolicy,
    };
    response.writeHead(200, headers).end(page.html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const end = () => new Promise((closed) => server.close(closed).closeAllConnections());
  return { origin, address: `${origin}/api/report`, end };
}
