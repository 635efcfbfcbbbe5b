import type { Nudge } from '../app/ports.ts';
import type { EvidenceSource, SecretId } from '../core/model.ts';
import { type Arm, type Item, propertiesOf, textOf } from './arm.ts';
import { shown, type Told, troubled, unsettled } from './reading.ts';
import { isOf, referenceIn, type SecretReference, versionIn } from './secret-reference.ts';

const API_VERSION = '2022-03-01';

export type AppServiceReference = Extract<EvidenceSource, { kind: 'app-service-reference' }>;

/** Which version the platform has resolved each reference of a site to. That it then restarts the processes is not documented: docs/consumers.md. */
export async function askAppService(
  source: AppServiceReference,
  arm: Arm,
  signal: AbortSignal,
): Promise<(secret: SecretId) => Told> {
  const base = `${source.resourceId}/config/configreferences`;
  const lists = await Promise.all(
    ['appsettings', 'connectionstrings'].map((kind) => arm.list(`${base}/${kind}`, API_VERSION, signal)),
  );
  const all = lists.flat().map(referenceOf);
  const asked = all.filter(({ setting }) => source.setting === null || same(setting, source.setting));
  return (secret) => tell(secret, asked, source.setting !== null);
}

const PATHS = {
  refresh: 'config/configreferences/appsettings/refresh',
  restart: 'restart',
} as const satisfies Record<Nudge, string>;

/** A restart alone may keep what was fetched before; a refresh fetches and restarts. */
export async function pushAppService(
  source: AppServiceReference,
  how: Nudge,
  arm: Arm,
  signal: AbortSignal,
): Promise<void> {
  await arm.post(`${source.resourceId}/${PATHS[how]}`, API_VERSION, signal);
}

interface Reference {
  readonly setting: string;
  readonly to: SecretReference | null;
  readonly status: string | null;
  readonly version: string | null;
}

function referenceOf(item: Item): Reference {
  const { reference, vaultName, secretName, status, activeVersion, secretVersion } = propertiesOf(item);
  const [vault, name] = [textOf(vaultName), textOf(secretName)];
  // Only the text says whether a version is pinned: `secretVersion` may be the resolved one as well.
  const written = referenceIn(textOf(reference) ?? '');
  return {
    setting: textOf(item.name)?.split('/').at(-1) ?? '',
    to: written ?? (vault !== null && name !== null ? { vault, name, version: null } : null),
    status: textOf(status),
    version: versionIn(activeVersion) ?? versionIn(secretVersion),
  };
}

/** The documented ones: `resolved` and `pending` by themselves, all others need somebody. */
const STATUSES = new Map<string | null, 'resolved' | 'pending' | 'broken'>([
  ['Resolved', 'resolved'],
  ['Initialized', 'pending'],
  ['InvalidSyntax', 'broken'],
  ['MSINotEnabled', 'broken'],
  ['VaultNotFound', 'broken'],
  ['SecretNotFound', 'broken'],
  ['SecretVersionNotFound', 'broken'],
  ['AccessToKeyVaultDenied', 'broken'],
  ['OtherReasons', 'broken'],
  ['FetchTimedOut', 'broken'],
  ['UnauthorizedClient', 'broken'],
]);

function tell(secret: SecretId, references: readonly Reference[], isNamed: boolean): Told {
  // The one setting that was named is meant, even if nobody can tell what it refers to.
  const mine = references.filter(({ to }) => (to === null ? isNamed : isOf(secret, to)));
  if (mine.length === 0) return troubled('not-found', null);
  const pinned = mine.find(({ to }) => to !== null && to.version !== null);
  if (pinned) return troubled('pinned', pinned.version ?? versionIn(pinned.to?.version));
  const standing = mine.map(({ status }) => ({ status, is: STATUSES.get(status) }));
  const broken = standing.find(({ is }) => is === 'broken' || is === undefined);
  // A word that is not on the list could be anything.
  if (broken) return troubled('broken', broken.is === undefined ? 'unknown' : broken.status);
  if (standing.some(({ is }) => is === 'pending')) return unsettled('Initialized');
  return agreed(mine.map(({ version }) => version));
}

/** Two settings on different versions show neither: a version's id does not say which is the older, and that is the one in use. */
function agreed(versions: readonly (string | null)[]): Told {
  const [version = null, ...others] = new Set(versions);
  if (version === null || others.includes(null)) return unsettled('no version');
  return others.length === 0 ? shown({ by: 'version', version }) : unsettled('settings differ');
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
