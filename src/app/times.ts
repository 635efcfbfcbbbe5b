import type { Instant } from '../core/model.ts';

/** Published formats carry times as RFC 3339, in UTC. */
export function timeOf(instant: Instant): string;
export function timeOf(instant: Instant | null): string | null;
export function timeOf(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** The instants in a decision, which are milliseconds since 1970, as published formats carry them. */
export function withTimes(value: object): Record<string, unknown> {
  const shown = ([name, member]: [string, unknown]): [string, unknown] => {
    if (typeof member === 'number' && /(At|^until|^since)$/.test(name)) return [name, timeOf(member)];
    if (Array.isArray(member)) return [name, member.map((each) => (isObject(each) ? withTimes(each) : each))];
    return [name, isObject(member) ? withTimes(member) : member];
  };
  return Object.fromEntries(Object.entries(value).map(shown));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
