import type { Cloud } from '../../core/clouds.ts';
import { hostOf, type SecretId } from '../../core/model.ts';
import type { Subject } from './remedy.ts';

/** Where a resource is. */
export interface Address {
  readonly subscription: string;
  /** In lower case, as the id is kept: Azure compares it without case. */
  readonly group: string;
  /** In its own letter case where it is known. */
  readonly name: string;
  /** In the letter case of ARM's documents, since Terraform compares ids by it. */
  readonly id: string;
}

export function addressOf({ resourceId, name: known }: Pick<Subject, 'resourceId' | 'name'>): Address {
  const [, , subscription = '', , group = '', , , , last = ''] = resourceId.split('/');
  const name = known.toLowerCase() === last ? known : last;
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.SignalRService/signalR/${name}`;
  return { subscription, group, name, id };
}

/** Where a publication is. */
export interface SecretPlace {
  readonly vault: string;
  readonly name: string;
  readonly url: string;
}

const somewhere = ({ vaults }: Cloud): SecretPlace => ({
  vault: '<vault>',
  name: '<secret>',
  url: `https://<vault>.${vaults}/secrets/<secret>`,
});

/** Never empty: what is about no publication in particular is made out for one that a person names. */
export function placesOf({
  secrets,
  cloud,
}: Pick<Subject, 'secrets' | 'cloud'>): readonly [SecretPlace, ...SecretPlace[]] {
  const [first = somewhere(cloud), ...rest] = secrets.map(placeOf);
  return [first, ...rest];
}

export function placeOf(secret: SecretId): SecretPlace {
  const [vault = ''] = hostOf(secret).split('.', 1);
  return { vault, name: secret.slice(secret.lastIndexOf('/') + 1), url: secret };
}

/** The first step of most: where to go in the portal. */
export const openInPortal = (subject: Subject): string =>
  `Open https://${subject.cloud.portal}/#resource${encodeURI(addressOf(subject).id)}/overview`;

export const openSecretInPortal = ({ vault, name }: SecretPlace): string =>
  `In the Azure portal open the key vault ${vault}, select Secrets under Objects, then ${name}.`;

/** What a cloud calls a resource. */
export const hostNameOf = (subject: Subject): string => `${addressOf(subject).name}.${subject.cloud.signalR}`;
