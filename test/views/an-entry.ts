import type { Entry, EntryKey } from '../../src/app/report/entry.ts';
import { type Instant, parseFingerprint, parseResourceId } from '../../src/core/model.ts';

export const NOW: Instant = Date.parse('2026-11-02T08:00:00Z');
export const DAY = 24 * 60 * 60_000;

type OwnKey = Partial<EntryKey>;
type Own = Partial<Omit<Entry, 'keys'>> & { readonly primary?: OwnKey; readonly secondary?: OwnKey };

/** A target of the list that is well: observed this hour, both keys made by us ten days ago. */
export function anEntry({ primary, secondary, ...own }: Own = {}): Entry {
  const name = own.name ?? 'chat-prod';
  const resourceId = parseResourceId(
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/chat-prod',
  );
  if (resourceId === null) throw new Error('Not the id of a SignalR resource.');
  return {
    name,
    resourceId,
    observedAt: NOW - 20 * 60_000,
    phase: 'nothing-due',
    condition: null,
    stuckSince: null,
    rotating: false,
    keys: {
      primary: aKey({ role: 'active', fingerprint: parseFingerprint('sha256:00000000000000aa'), ...primary }),
      secondary: aKey({ fingerprint: parseFingerprint('sha256:00000000000000bb'), ...secondary }),
    },
    verdict: 'MigrateFirst',
    tally: { high: 0, medium: 2, low: 1, info: 3 },
    ...own,
  };
}

const aKey = (own: OwnKey): EntryKey => ({
  role: 'standby',
  fingerprint: null,
  madeAfter: NOW - 10 * DAY,
  madeBefore: NOW - 10 * DAY,
  basis: 'recorded',
  dueAt: NOW + 50 * DAY,
  overdueSince: null,
  age: '10 days: made by this app',
  ...own,
});

const NOBODY_KNOWS: OwnKey = {
  role: null,
  fingerprint: null,
  madeAfter: null,
  madeBefore: null,
  basis: null,
  dueAt: null,
  age: 'unknown',
};

/** A target that nobody has looked at yet. */
export const anUnobservedEntry = (own: Own = {}): Entry =>
  anEntry({
    observedAt: null,
    verdict: 'Unknown',
    tally: { high: 0, medium: 0, low: 0, info: 0 },
    primary: NOBODY_KNOWS,
    secondary: NOBODY_KNOWS,
    ...own,
  });
