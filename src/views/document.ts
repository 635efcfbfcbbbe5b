import { barPatterns } from './age-bar.ts';
import { html, type Markup, textOf } from './markup.ts';
import { styleElement, styleHash } from './style.ts';

/** A page as it is sent, and the policy that it is sent with. */
export interface Page {
  readonly html: string;
  /** Value of the header: no script runs, nothing is fetched, and the one style sheet is known by its hash. */
  readonly contentSecurityPolicy: string;
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param title begins with the most important thing */
export const pageOf = (title: string, skipTo: { readonly id: string; readonly name: string }, body: Markup): Page => ({
  contentSecurityPolicy: CONTENT_SECURITY_POLICY,
  html: textOf(html`<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <meta name="robots" content="noindex" />
    <title>${title} · SignalR keys</title>
    <link rel="icon" href="data:," />
    ${styleElement}
    </head>
    <body>
    <a class="skip" href="#${skipTo.id}">Skip to ${skipTo.name}</a>
    ${barPatterns}
    ${body}
    </body>
    </html>`),
});
