import type { HttpClient } from '@azure/core-rest-pipeline';
import { type EvidenceSource, parseFingerprint, type Shows } from '../core/model.ts';
import { failureOf } from './failure.ts';
import { askOutside, bodyOf } from './outside.ts';
import { shown, type Told, troubled, unsettled } from './reading.ts';

const LONGEST_ANSWER = 4 * 1024;

/**
 * Asks the consumer's own address, once for each instance and time, one after the other. Every instance counts: while two answers differ, one
 * instance is on another key, and an answer does not say which of them is the older, so they show neither. Which instance answers is the
 * balancer's choice; `times` makes it unlikely that one is never asked, not impossible.
 */
export async function askProbe(
  { url, instances, times }: Extract<EvidenceSource, { kind: 'probe' }>,
  httpClient: HttpClient,
  signal: AbortSignal,
): Promise<Told> {
  let first: Shows | null = null;
  for (let asked = 0; asked < instances * times; asked += 1) {
    const answer = await askOnce(url, httpClient, signal);
    if (!('by' in answer)) return answer;
    first ??= answer;
    if (contentOf(answer) !== contentOf(first)) return unsettled(`differ: ${contentOf(first)}, ${contentOf(answer)}`);
  }
  return first === null ? troubled('unreachable', null) : shown(first);
}

async function askOnce(url: string, httpClient: HttpClient, signal: AbortSignal): Promise<Shows | Told> {
  if (!URL.canParse(url)) return troubled('unreachable', 'AddressRefused');
  try {
    const headers = { accept: 'application/json', 'cache-control': 'no-store' };
    const response = await askOutside({ method: 'GET', url: new URL(url), headers }, httpClient, signal);
    const body = await bodyOf(response, LONGEST_ANSWER);
    if (response.status !== 200) return troubled('unreachable', String(response.status));
    if (!/^application\/json\s*(;|$)/i.test(response.headers.get('content-type') ?? '')) return malformed;
    return (body === null ? null : showsIn(body)) ?? malformed;
  } catch (error) {
    return troubled('unreachable', failureOf(error).code);
  }
}

const malformed = troubled('unreachable', 'malformed');

/** One of the two agreed forms and nothing beside it; null for any other. */
function showsIn(body: string): Shows | null {
  const [[name, value] = [], ...others] = entriesOf(body);
  if (others.length > 0 || typeof value !== 'string') return null;
  if (name === 'auth') return value === 'entra' ? { by: 'entra' } : null;
  const fingerprint = name === 'fingerprint' ? parseFingerprint(value) : null;
  return fingerprint && { by: 'fingerprint', fingerprint };
}

function entriesOf(body: string): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  } catch {
    return [];
  }
}

const contentOf = (shows: Shows): string => (shows.by === 'fingerprint' ? shows.fingerprint : shows.by);
