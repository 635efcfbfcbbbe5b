import type { ContainerApp } from '../../local/azure/container-app.ts';
import type { Site } from '../../local/azure/site.ts';
import { NudgeRefused } from '../../src/app/errors.ts';
import type { ConsumerReading, Consumers, Nudge } from '../../src/app/ports.ts';
import type { Consumer, EvidenceSource, SecretId, Shows } from '../../src/core/model.ts';

const ROTATOR = 'rotator';

/** The same sites and apps that local Azure serves, without the wire between. */
export interface Homes {
  readonly sites?: readonly Site[];
  readonly containerApps?: readonly ContainerApp[];
  /** What the instances behind an address answer, in turn; null for one that does not. */
  readonly endpoints?: Readonly<Record<string, () => readonly (Shows | null)[]>>;
}

type Told = Omit<ConsumerReading, 'secret'>;

/** Consumers in memory, for worlds without HTTP; held to the real ones by one contract. Details are for people and not the same. */
export function directConsumers(homes: () => Homes): Consumers {
  const siteOf = ({ resourceId }: { readonly resourceId: string }) =>
    homes().sites?.find(({ id }) => id.toLowerCase() === resourceId);

  const ask = (evidence: EvidenceSource, secret: SecretId): Told => {
    switch (evidence.kind) {
      case 'app-service-reference':
        return tellSite(siteOf(evidence), evidence.setting, secret);
      case 'container-app':
        return tellApp(
          homes().containerApps?.find(({ id }) => id.toLowerCase() === evidence.resourceId),
          secret,
        );
      case 'probe':
        return tellEndpoint(homes().endpoints?.[evidence.url]?.() ?? []);
      default:
        throw new Error(`${evidence.kind} is not asked.`);
    }
  };

  return {
    ask: async ({ reads, evidence }: Consumer) =>
      evidence.kind === 'ack' || evidence.kind === 'elapsed'
        ? []
        : reads.map((secret) => ({ secret, ...ask(evidence, secret) })),
    nudge: async ({ name, evidence }: Consumer, how: Nudge) => {
      const site = evidence.kind === 'app-service-reference' ? siteOf(evidence) : undefined;
      if (!site || site.denials.forbids(how, ROTATOR)) throw new NudgeRefused(name);
      site[how]();
    },
  };
}

function tellSite(site: Site | undefined, setting: string | null, secret: SecretId): Told {
  if (!site) return troubled('not-found');
  if (site.denials.forbids('read', ROTATOR)) return troubled('forbidden');
  const mine = (['appsettings', 'connectionstrings'] as const)
    .flatMap((kind) => site.references(kind))
    .filter((shown) => setting === null || shown.setting.toLowerCase() === setting.toLowerCase())
    .filter(({ reference }) => (reference === null ? setting !== null : isOf(secret, reference)));
  if (mine.length === 0) return troubled('not-found');
  if (mine.some(({ reference }) => reference?.version)) return troubled('pinned');
  if (mine.some(({ status }) => status !== 'Resolved' && status !== 'Initialized')) return troubled('broken');
  if (mine.some(({ status }) => status === 'Initialized')) return unsettled;
  return agreed(mine.map(({ version }) => version && { by: 'version', version }));
}

function tellApp(app: ContainerApp | undefined, secret: SecretId): Told {
  if (!app) return troubled('not-found');
  if (app.denials.forbids('read', ROTATOR)) return troubled('forbidden');
  const addresses = Object.values(app.secrets).map((address) => address.toLowerCase());
  if (addresses.some((address) => address.startsWith(`${secret}/`))) return troubled('pinned');
  const starts = app.revisions.flatMap(({ replicas }) => replicas.map(({ createdAt }) => createdAt));
  const shows: Shows = starts.length === 0 ? { by: 'idle' } : { by: 'started', startedAt: Math.min(...starts) };
  return { shows, trouble: null, detail: null };
}

function tellEndpoint(answers: readonly (Shows | null)[]): Told {
  return answers.length === 0 || answers.includes(null) ? troubled('unreachable') : agreed(answers);
}

/** All or nothing: of two that differ nobody can tell which is the older. */
function agreed(all: readonly (Shows | null | '')[]): Told {
  const [first, ...others] = new Set(all.map((shows) => JSON.stringify(shows)));
  if (first === undefined || others.length > 0) return unsettled;
  return { shows: JSON.parse(first) as Shows | null, trouble: null, detail: null };
}

const isOf = (secret: SecretId, { host, secret: name }: { readonly host: string; readonly secret: string }): boolean =>
  secret === `https://${host}/secrets/${name}`.toLowerCase();

const troubled = (trouble: NonNullable<ConsumerReading['trouble']>): Told => ({ shows: null, trouble, detail: null });

const unsettled: Told = { shows: null, trouble: null, detail: null };
