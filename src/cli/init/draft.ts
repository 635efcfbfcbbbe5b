import type { FoundResource } from '../../azure/discovery.ts';
import type { TargetFile } from '../../config-schema.ts';
import { listed, shortSecret } from '../../views/names.ts';
import { type Found, type FoundPublication, type FoundReader, nameOf, reads } from './survey.ts';

export interface DraftTarget {
  readonly file: TargetFile;
  readonly publications: readonly FoundPublication[];
}

export interface Draft {
  readonly targets: readonly DraftTarget[];
  /** What a person has to look at, each in a sentence. */
  readonly notes: readonly string[];
}

/**
 * The targets of a first rotation.json. Who reads a secret and is not seen is spoken for by `unlisted: hold`: then the app waits for a person.
 *
 * @param managed ids of resources that rotation.json has already, lower case
 * @param names of targets that it has already
 */
export function draft(found: Found, managed: ReadonlySet<string>, names: ReadonlySet<string>): Draft {
  const taken = new Set(names);
  const notes: string[] = [];
  const targets: DraftTarget[] = [];
  for (const resource of found.resources) {
    if (managed.has(resource.id)) continue;
    const publications = found.publications.filter(({ hostName }) => hostName === resource.hostName);
    if (resource.localAuthDisabled)
      notes.push(`${resource.name} has no keys: local authentication is disabled. It is left out.`);
    else if (publications.length === 0)
      notes.push(`${resource.name}: no secret that was seen names ${resource.hostName}. It is left out.`);
    else targets.push(targetOf(resource, publications, found.readers, taken, notes));
  }
  const hosts = new Set(found.resources.map(({ hostName }) => hostName));
  const foreign = found.publications.filter(({ hostName }) => !hosts.has(hostName));
  for (const { id, hostName } of foreign)
    notes.push(`${shortSecret(id)} names ${hostName}, which is none of the resources that were seen.`);
  return { targets, notes };
}

function targetOf(
  resource: FoundResource,
  publications: readonly FoundPublication[],
  all: readonly FoundReader[],
  taken: Set<string>,
  notes: string[],
): DraftTarget {
  const name = freeName(resource.name, taken);
  const readers = all.filter((reader) => publications.some((publication) => reads(reader, publication)));
  const unread = publications.filter((publication) => !readers.some((reader) => reads(reader, publication)));
  if (unread.length > 0) {
    notes.push(
      `${name}: no app was seen that reads ${listed(unread.map(({ id }) => shortSecret(id)))}. Its rotations wait for a person (switchover.unlisted); name the readers under consumers.`,
    );
  }
  const own = new Set<string>(['unlisted']);
  const consumers = readers.map((reader) => consumerOf(reader, publications, own, name, notes));
  return {
    file: {
      name,
      resourceId: resource.address,
      publications: publications.map(({ address }) => ({ secret: address })),
      ...(consumers.length > 0 && { consumers }),
      ...(unread.length > 0 && { switchover: { unlisted: 'hold' } }),
    },
    publications,
  };
}

function consumerOf(
  reader: FoundReader,
  publications: readonly FoundPublication[],
  taken: Set<string>,
  target: string,
  notes: string[],
): NonNullable<TargetFile['consumers']>[number] {
  const name = freeName(nameOf(reader), taken);
  const mine = publications.filter((publication) => reads(reader, publication));
  const isPinned = reader.references.some(
    (reference) =>
      reference.version !== null && mine.some((each) => reads({ ...reader, references: [reference] }, each)),
  );
  if (isPinned)
    notes.push(
      `${target}: ${nameOf(reader)} refers to one version of its secret, and will never take up another. Take the version out.`,
    );
  const base = {
    name,
    resourceId: reader.id,
    ...(mine.length < publications.length && { reads: mine.map(({ address }) => address) }),
  };
  return reader.kind === 'container-app'
    ? { ...base, evidence: 'container-app' }
    : { ...base, evidence: 'app-service-reference' };
}

/** A label of the form that rotation.json takes, and no other's. */
function freeName(wanted: string, taken: Set<string>): string {
  const label =
    wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, 60) || 'app';
  let name = label;
  for (let n = 2; taken.has(name); n++) name = `${label}-${n}`;
  taken.add(name);
  return name;
}
