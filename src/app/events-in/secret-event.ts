import { z } from 'zod';
import { isNearExpiry } from '../../core/expiry.ts';
import { hostOf, type Instant, type PublicationMemory, type SecretId, type Target } from '../../core/model.ts';
import type { LedgerRecord } from '../ports.ts';
import type { IncomingEvent } from './event.ts';
import type { Installed, Intake, Reason, Wanted } from './intake.ts';
import { membersOf } from './tolerant.ts';

export const SECRET_NEW_VERSION_CREATED = 'Microsoft.KeyVault.SecretNewVersionCreated';
export const SECRET_NEAR_EXPIRY = 'Microsoft.KeyVault.SecretNearExpiry';
export const SECRET_EXPIRED = 'Microsoft.KeyVault.SecretExpired';

/** A publication is about to expire, or has: its next version comes with a rotation, asked for once a version. */
export function secretExpires(event: IncomingEvent, installed: Installed): Intake | Reason {
  const found = publicationIn(event, installed);
  if (typeof found === 'string') return found;
  const { target, secret, version, expiresAt } = found;
  const request = {
    ...({ kind: 'request', id: ['SecretNearExpiry', secret, version].join(' ') } as const),
    ...({ reason: 'SecretNearExpiry', who: 'event:key-vault', why: null } as const),
    ...{ force: false, acceptUnknownConsumers: false },
  };
  return {
    target,
    wants: ({ record, now }): Wanted | Reason => {
      if (isSuperseded(record?.state.publications[secret], version)) return 'superseded-version';
      if (expiresAt !== null && !isNearExpiry(expiresAt, target.policy, now)) return 'not-near-expiry';
      return { rows: [request], look: false };
    },
  };
}

/** Somebody wrote a publication: we, mostly, and then the ledger knows. */
export function secretChanged(event: IncomingEvent, installed: Installed): Intake | Reason {
  const found = publicationIn(event, installed);
  if (typeof found === 'string') return found;
  const { target, secret, version } = found;
  return {
    target,
    wants: ({ record }): Wanted | Reason =>
      isKnown(record, secret, version) ? 'known-version' : { rows: [], look: true },
  };
}

function isKnown(record: LedgerRecord | null, secret: SecretId, version: string): boolean {
  if (record === null) return false;
  const { publications, publishing } = record.state;
  const memory = publications[secret];
  const carried = memory?.carried.flatMap(({ versions }) => versions) ?? [];
  const known = [...carried, ...(memory?.judgedThrough.versions ?? []), publishing?.ours ?? null];
  const seen = record.posture?.publications.find((each) => each.secret === secret)?.version ?? null;
  return [...known, seen].includes(version);
}

/** The ledger knows the version, and another one that came after it. */
function isSuperseded(memory: PublicationMemory | undefined, version: string): boolean {
  const carried = memory?.carried.find(({ versions }) => versions.includes(version));
  return carried !== undefined && (carried.until !== null || carried.versions.at(-1) !== version);
}

interface Found {
  readonly target: Target;
  readonly secret: SecretId;
  readonly version: string;
  /** null where the event does not say. */
  readonly expiresAt: Instant | null;
}

function publicationIn(event: IncomingEvent, { targets }: Installed): Found | Reason {
  const parsed = dataSchema.safeParse(event.data);
  if (!parsed.success) return 'malformed';
  const { vault, name, version, expiresAt } = parsed.data;
  for (const target of targets) {
    const secret = target.publications.map((each) => each.secret).find((each) => isOf(each, vault, name));
    if (secret === undefined) continue;
    const [vaultName] = hostOf(secret).split('.');
    if (!event.source.toLowerCase().endsWith(`/providers/microsoft.keyvault/vaults/${vaultName}`)) return 'other-topic';
    return { target, secret, version, expiresAt };
  }
  return 'not-ours';
}

/** A vault by its host, or, where the event does not tell that, by its name. */
const isOf = (secret: SecretId, vault: string, name: string): boolean => {
  const host = hostOf(secret);
  return secret === `https://${host}/secrets/${name}` && (host === vault || host.split('.', 1)[0] === vault);
};

const ID = /^https:\/\/([a-z0-9.-]+)(?::443)?\/secrets\/([a-z0-9-]{1,127})(?:\/([a-z0-9]*))?\/?$/;
/** Too short for a key. */
const VERSION = /^[a-z0-9]{1,32}$/;

const text = z
  .string()
  .max(2_048)
  .optional()
  .transform((value = '') => value.trim().toLowerCase());

/** Of 1970, as a number or as a text. */
const seconds = z
  .union([z.number(), z.string().max(20)])
  .nullish()
  .transform((value): Instant | null => {
    const at = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof at === 'number' && Number.isFinite(at) ? at * 1000 : null;
  });

/** The id says it all; its parts are written with spaces where they should not be, and times as texts. */
const dataSchema = z.preprocess(
  membersOf,
  z
    .object({ id: text, vaultname: text, objectname: text, version: text, exp: seconds })
    .transform(({ id, vaultname, objectname, version, exp: expiresAt }, context) => {
      const [, host = vaultname, name = objectname, ofId = version] = ID.exec(id) ?? [];
      if (host !== '' && name !== '' && VERSION.test(ofId)) return { vault: host, name, version: ofId, expiresAt };
      context.addIssue({ code: 'custom', message: 'names no version of a secret' });
      return z.NEVER;
    }),
);
