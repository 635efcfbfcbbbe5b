import { z } from 'zod';
import type { Instant } from '../core/model.ts';
import { withoutKeys } from './outside-text.ts';

/** A secret-scanning alert about a SignalR key, as far as it is looked at. */
export interface LeakAlert {
  /** Fixed by repository and number, so that it is the same in each delivery. */
  readonly id: string;
  /** Lower-case `owner/name`, to be compared and never to be kept or shown: its very name may be what leaked. */
  readonly repository: string;
  /** The same without keys. */
  readonly shown: string;
  readonly action: string;
  /** Of the alert, for a person; null where nobody knows where it leads. */
  readonly url: string | null;
  /** null where the alert does not say. */
  readonly foundAt: Instant | null;
}

const NAME = /^[\w-]+\/[\w.-]+$/;
const LONGEST_URL = 500;

/** What is read of a webhook `secret_scanning_alert` or `secret_scanning_alert_location`. The secret itself is not in it. */
export const leakPayloadSchema = z.looseObject({
  action: z.string().max(100),
  alert: z.looseObject({
    number: z.number().int().min(1),
    secret_type: z.string().max(200),
    html_url: z.string().nullish(),
    created_at: z.string().nullish().describe('RFC 3339.'),
  }),
  repository: z.looseObject({ full_name: z.string().max(200).regex(NAME, 'must be owner/name') }),
  enterprise: z.looseObject({ html_url: z.string().nullish() }).nullish(),
});

export type LeakPayload = z.infer<typeof leakPayloadSchema>;

export function alertIn({ action, alert, repository, enterprise }: LeakPayload): LeakAlert {
  const name = repository.full_name.toLowerCase();
  const shown = partsWithoutKeys(repository.full_name).toLowerCase();
  const path = shown === name ? `/${name}/security/secret-scanning/${alert.number}` : null;
  return {
    id: `github:${shown}#${alert.number}`,
    repository: name,
    shown,
    action,
    url: addressOf(alert.html_url, path, enterprise?.html_url),
    foundAt: Date.parse(alert.created_at ?? '') || null,
  };
}

/** A slash may be part of a key, so that a key between two of them is not seen, and names with one may be as long as a key. */
const partsWithoutKeys = (path: string): string => path.split('/').map(withoutKeys).join('/');

/**
 * An address that a person may follow: at GitHub, or at the server that the payload says it comes from.
 *
 * @param usual the path that is known to hold no key; null where there is none
 */
function addressOf(
  url: string | null | undefined,
  usual: string | null,
  enterprise: string | null | undefined,
): string | null {
  const [at, own] = [httpsUrl(url), httpsUrl(enterprise)];
  if (at === null || (at.host !== 'github.com' && at.host !== own?.host)) return null;
  // Without user, query and fragment, which no alert has.
  const address = `https://${at.host}${at.pathname}`;
  const isUsual = at.pathname.toLowerCase() === usual;
  return (isUsual ? address : withoutKeys(partsWithoutKeys(address))).slice(0, LONGEST_URL);
}

function httpsUrl(text: string | null | undefined): URL | null {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'https:' ? url : null;
}
