import type { ListedResource, Survey } from '../app/ports.ts';
import type { VaultSeen } from '../core/posture.ts';
import { partitionOf, resourceOf } from './ledger-rows.ts';
import {
  type Check,
  type Encoded,
  encode,
  number,
  orNull,
  type Row,
  type Shape,
  something,
  text,
  understand,
} from './table-row.ts';

/** The partitions. */
export const SURVEY = 'survey';
export const RESOURCE = 'signalr';
export const VAULT = 'vault';

export type Kept = Encoded & { readonly partitionKey: string; readonly rowKey: string };

/** What the row keys of a subscription's resources begin with. */
export const prefixOf = (subscription: string): string => `|subscriptions|${subscription}|`;

export const encodeSurvey = (subscription: string, trouble: Survey['trouble']): Kept => ({
  partitionKey: SURVEY,
  rowKey: subscription,
  ...encode({ trouble }),
});

export const encodeResource = ({ resource, ...seen }: ListedResource): Kept => ({
  partitionKey: RESOURCE,
  rowKey: partitionOf(resource),
  ...encode(seen),
});

/** By host, so that it is found without knowing whose it is. */
export const encodeVault = ({ host, ...seen }: VaultSeen): Kept => ({
  partitionKey: VAULT,
  rowKey: host,
  ...encode(seen),
});

// A row that cannot be understood is left out: the next survey writes it anew.

export function decodeSurvey(row: Row): readonly Survey[] {
  const seen = understand<Pick<Survey, 'trouble'>>(row, surveyShape);
  const at = Date.parse(String(row.timestamp));
  return seen === null ? [] : [{ subscription: String(row.rowKey), at, ...seen }];
}

export function decodeResource(row: Row): readonly ListedResource[] {
  const resource = resourceOf(String(row.rowKey));
  const seen = understand<Omit<ListedResource, 'resource'>>(row, resourceShape);
  return resource === null || seen === null ? [] : [{ resource, ...seen }];
}

export function decodeVault(row: Row): readonly VaultSeen[] {
  const seen = understand<Omit<VaultSeen, 'host'>>(row, vaultShape);
  return seen === null ? [] : [{ host: String(row.rowKey), ...seen }];
}

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

const surveyShape: Shape<Pick<Survey, 'trouble'>> = { trouble: oneOf(null, 'forbidden', 'unavailable') };

const resourceShape: Shape<Omit<ListedResource, 'resource'>> = {
  name: text,
  createdAt: orNull(number),
  posture: something,
};

const vaultShape: Shape<Omit<VaultSeen, 'host'>> = {
  resourceId: text,
  subscription: text,
  publicAccess: oneOf('open', 'restricted', 'closed'),
};
