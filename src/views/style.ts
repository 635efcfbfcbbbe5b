import { createHash } from 'node:crypto';
import { html, textOf } from './markup.ts';
import { base } from './style/base.ts';
import { charts } from './style/charts.ts';
import { colours } from './style/colours.ts';
import { page } from './style/page.ts';
import { print } from './style/print.ts';
import { target } from './style/target.ts';

const sheet = html`${colours}${base}${page}${target}${charts}${print}`;

export const styleElement = html`<style>${sheet}</style>`;

/** As the Content-Security-Policy names it. */
export const styleHash = `sha256-${createHash('sha256').update(textOf(sheet), 'utf8').digest('base64')}`;
