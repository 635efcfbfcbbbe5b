import { CLOUDS, type Cloud, isUnder } from '../core/clouds.ts';
import type { Instant } from '../core/model.ts';
import { type Access, authorised } from './authorised.ts';
import { type Failure, failureIn, failureOf } from './failure.ts';
import { instant as isInstant } from './shape.ts';

/** Of a list or a resource; whatever is not an object is none. */
export type Item = Readonly<Record<string, unknown>>;

/** Beside `api-version`: names as they are, like `$filter`; values are encoded here. */
export type Query = Readonly<Record<string, string>>;

export interface Arm {
  get(
    path: string,
    apiVersion: string,
    signal: AbortSignal,
  ): Promise<{ readonly item: Item; readonly at: Instant | null }>;
  /** Every page. */
  list(path: string, apiVersion: string, signal: AbortSignal, query?: Query): Promise<readonly Item[]>;
  /** Sent once. */
  post(path: string, apiVersion: string, signal: AbortSignal): Promise<void>;
}

/** An answer that is no consent; `failureFrom` tells which. */
class Declined extends Error {
  override readonly name = 'Declined';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super('The request was answered, but not with consent.');
    this.failure = failure;
  }
}

/** What is asked of Azure Resource Manager without an SDK: each of those would be megabytes for two requests. */
export function resourceManager(access: Access): Arm {
  const { cloud = CLOUDS.AzureCloud } = access;
  const scope = scopeOf(cloud);
  const read = authorised(access, scope, 'again');
  const change = authorised(access, scope, 'once');

  const getting = async (url: string, abortSignal: AbortSignal) => {
    const response = await read({ url, abortSignal });
    const item = response.status === 200 ? itemIn(response.bodyAsText) : null;
    if (item === null) throw new Declined(failureIn(response));
    return { item, at: instantOf(response.headers.get('date')) };
  };

  return {
    get: (path, apiVersion, signal) => getting(urlOf(cloud, path, apiVersion), signal),

    async list(path, apiVersion, signal, query) {
      const items: Item[] = [];
      let url: string | null = urlOf(cloud, path, apiVersion, query);
      while (url !== null) {
        const { item }: { item: Item } = await getting(url, signal);
        items.push(...itemsOf(item.value));
        const next = textOf(item.nextLink);
        // A list that leaves its last pages out would show a consumer to have left a key that it still reads.
        if (next !== null && !isOfArm(cloud, next)) throw new Error('The next page is elsewhere.');
        url = next;
      }
      return items;
    },

    async post(path, apiVersion, signal) {
      const response = await change({ method: 'POST', url: urlOf(cloud, path, apiVersion), abortSignal: signal });
      if (response.status >= 300) throw new Declined(failureIn(response));
    },
  };
}

export const failureFrom = (error: unknown): Failure => (error instanceof Declined ? error.failure : failureOf(error));

/** What a token for Azure Resource Manager is asked for. */
export const scopeOf = ({ resourceManager }: Cloud): string => `https://${resourceManager}/.default`;

/** @param path without a query, and not encoded */
export function urlOf({ resourceManager }: Cloud, path: string, apiVersion: string, query: Query = {}): string {
  const more = Object.entries(query).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`);
  return `https://${resourceManager}${encodeURI(path)}?api-version=${apiVersion}${more.join('')}`;
}

/** The app's token goes with the request, and some addresses come out of a table or an answer. */
export function isOfArm({ resourceManager }: Cloud, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === 'https:' && (host === resourceManager || isUnder(resourceManager, host));
}

export const propertiesOf = (item: Item): Item => anItem(item.properties);

export const anItem = (value: unknown): Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};

export const itemsOf = (value: unknown): readonly Item[] => (Array.isArray(value) ? value.map(anItem) : []);

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** One of some words, which ARM writes in any case; null for all others. */
export const oneOf = <Word extends string>(value: unknown, words: readonly Word[]): Word | null =>
  words.find((word) => word.toLowerCase() === textOf(value)?.toLowerCase()) ?? null;

/** ARM says it as a boolean or, in some places, as a text. */
export const isTrue = (value: unknown): boolean => value === true || oneOf(value, ['true']) !== null;

export function instantOf(value: unknown): Instant | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return isInstant(at) ? at : null;
}

/** Of what an SDK has made of a time: where that was none, it may be anything. */
export const instantIn = (date: unknown): Instant | null =>
  date instanceof Date && isInstant(date.getTime()) ? date.getTime() : null;

/** null where the text is no JSON, or a bare value. */
export function itemIn(body: string | null | undefined): Item | null {
  try {
    const parsed: unknown = JSON.parse(body ?? '');
    return typeof parsed === 'object' && parsed !== null ? anItem(parsed) : null;
  } catch {
    return null;
  }
}
