import { conditionText } from '../../core/codes.ts';
import { adoptionPoint, type KeyAge, keyDueAt, overdueSince } from '../../core/key-age.ts';
import { type LocalAuth, REASONS } from '../../core/local-auth.ts';
import { type Instant, SLOTS, type Slot, type Target } from '../../core/model.ts';
import type { App } from '../app.ts';
import type { LedgerRecord, Partition, PublicationRecord, SlotSummary } from '../ports.ts';
import { DISABLING_DELETES_KEYS, nextSteps } from '../remedies/next-steps.ts';
import type { Subject } from '../remedies/remedy.ts';
import { timeOf, withTimes } from '../times.ts';
import { ageInWords } from './age-words.ts';
import { currentLocalAuth } from './current-verdict.ts';
import { endpointNameOf } from './endpoint-name.ts';
import type { EntryKey, Standing } from './entry.ts';
import { findingReports } from './finding-report.ts';
import type { TargetReport } from './schema.ts';

/** A target of rotation.json; without a policy an orphan, which it no longer names. */
export type Known = Pick<Target, 'name' | 'resourceId'> & Partial<Target>;

/** What the ledger has of a target; nothing where its rows cannot be understood. */
export interface Row extends Pick<Partition, 'record' | 'now'> {
  readonly isCorrupted?: boolean;
}

const DAY = 24 * 60 * 60_000;

/** One target as the last look saw it. */
export function targetReport(
  target: Known,
  { record, now, isCorrupted = false }: Row,
  { cloud }: Pick<App, 'cloud'>,
): TargetReport {
  const posture = record?.posture ?? null;
  const condition: Standing | null = isCorrupted
    ? { code: 'LedgerCorrupted', since: now }
    : (record?.condition ?? null);
  const observedAt = record?.state.observedAt ?? null;
  const { policy } = target;
  const of = {
    name: nameIn(target),
    resourceId: target.resourceId,
    location: posture?.resource.location ?? null,
    serviceMode: posture?.resource.serviceMode ?? ('Default' as const),
    cloud,
  };
  return {
    name: target.name,
    resourceId: target.resourceId,
    location: of.location,
    sku: posture?.resource.sku?.name ?? null,
    observedAt: timeOf(observedAt),
    phase: record?.phase ?? 'nothing-due',
    condition: condition && {
      code: condition.code,
      since: timeOf(condition.since),
      meaning: conditionText(condition.code).meaning,
      remedy: conditionText(condition.code).remedy,
    },
    keys: {
      primary: keyReport('primary', target, record, now),
      secondary: keyReport('secondary', target, record, now),
    },
    policy:
      policy === undefined
        ? null
        : { rotateAfterDays: policy.rotateAfter / DAY, maxKeyAgeDays: policy.maxKeyAge / DAY },
    publications: posture?.publications.map((publication) => publicationReport(publication, record)) ?? [],
    consumers: target.consumers?.map((consumer) => consumerReport(consumer, record)) ?? [],
    localAuth: localAuthReport(
      currentLocalAuth(posture?.localAuth ?? null, { observedAt, condition }, now),
      of,
      target,
      record,
    ),
    findings: findingReports(record?.findings ?? [], of),
    rotation: record === null ? null : rotationReport(record),
    past: (record?.past ?? []).map(({ startedAt, endedAt, ...rest }) => ({
      ...rest,
      startedAt: timeOf(startedAt),
      endedAt: timeOf(endedAt),
    })),
  };
}

/** A resource's own name, as its id ends. */
const nameIn = ({ resourceId }: Known): string => resourceId.slice(resourceId.lastIndexOf('/') + 1);

const NO_AGE: KeyAge = { madeAfter: null, madeBefore: null, basis: null };

/** @param firstObservedAt null: nobody has looked, so nothing is scheduled */
export function entryKey(
  seen: SlotSummary | null,
  { policy, spread }: Partial<Target>,
  firstObservedAt: Instant | null,
  now: Instant,
): EntryKey {
  const age = seen?.age ?? NO_AGE;
  const isScheduled = policy !== undefined && spread !== undefined && firstObservedAt !== null;
  return {
    role: seen?.role ?? null,
    fingerprint: seen?.fingerprint ?? null,
    ...age,
    dueAt: isScheduled ? keyDueAt(age, policy, adoptionPoint({ spread, policy }, firstObservedAt)) : null,
    overdueSince: policy === undefined ? null : overdueSince(age, policy, now),
    age: seen === null ? 'not looked at yet' : ageInWords(age, now),
  };
}

function keyReport(slot: Slot, target: Known, record: LedgerRecord | null, now: Instant): TargetReport['keys'][Slot] {
  const seen = record?.slots?.[slot] ?? null;
  const key = entryKey(seen, target, record?.state.firstObservedAt ?? null, now);
  return {
    ...key,
    fingerprint: key.fingerprint ?? record?.state.keys[slot]?.fingerprint ?? null,
    madeAfter: timeOf(key.madeAfter),
    madeBefore: timeOf(key.madeBefore),
    dueAt: timeOf(key.dueAt),
    overdueSince: timeOf(key.overdueSince),
  };
}

function publicationReport(
  { secret, text, code, fingerprint, expiresAt }: PublicationRecord,
  record: LedgerRecord | null,
): TargetReport['publications'][number] {
  const slot = SLOTS.find((each) => fingerprint !== null && record?.state.keys[each]?.fingerprint === fingerprint);
  return {
    secret,
    endpoint: endpointNameOf(secret),
    credential: text?.credential ?? null,
    slot: slot ?? null,
    code,
    expiresAt: timeOf(expiresAt),
  };
}

function consumerReport(
  { name, evidence, reads }: Target['consumers'][number],
  record: LedgerRecord | null,
): TargetReport['consumers'][number] {
  const shown = record?.state.evidence.filter(({ consumer }) => consumer === name) ?? [];
  return {
    name,
    evidence: evidence.kind,
    reads: [...reads],
    shown: shown.map(({ secret, shows, since, at }) => ({ secret, ...withTimes({ shows, since }), at: timeOf(at) })),
  };
}

function localAuthReport(
  localAuth: LocalAuth,
  of: Pick<Subject, 'name' | 'resourceId' | 'location' | 'serviceMode' | 'cloud'>,
  { name: target, consumers = [] }: Known,
  record: LedgerRecord | null,
): TargetReport['localAuth'] {
  const { verdict, reasons } = localAuth;
  const posture = record?.posture ?? null;
  return {
    verdict,
    reasons: reasons.map(({ code, detail: { at, secrets, consumers, ...rest } }) => ({
      code,
      ...REASONS[code],
      detail: {
        ...rest,
        ...(secrets && { secrets: [...secrets] }),
        ...(consumers && { consumers: [...consumers] }),
        ...(at !== undefined && { at: timeOf(at) }),
      },
    })),
    warning: verdict === 'Disabled' ? null : DISABLING_DELETES_KEYS,
    steps:
      posture === null
        ? []
        : [
            ...nextSteps(localAuth, {
              subject: { ...of, secrets: [], evidence: {} },
              publications: posture.publications,
              resource: posture.resource,
              target,
              consumers: consumers.map(({ name }) => name),
            }),
          ],
  };
}

function rotationReport({ state: { rotation }, awaiting }: LedgerRecord): TargetReport['rotation'] {
  if (rotation === null) return null;
  return {
    id: rotation.id,
    reason: rotation.reason,
    startedAt: timeOf(rotation.startedAt),
    condemned: rotation.condemned.map(({ fingerprint, reason }) => ({ fingerprint, reason })),
    regenerated: rotation.regenerated.map(({ slot, from, to, at }) => ({ slot, from, to, at: timeOf(at) })),
    awaiting: awaiting.map(({ consumer, secret, shows, trouble, expectedAt }) => ({
      consumer,
      secret,
      ...withTimes({ shows, trouble, expectedAt }),
    })),
    givenUp: rotation.givenUp.map((each) => ({ ...each })),
  };
}
