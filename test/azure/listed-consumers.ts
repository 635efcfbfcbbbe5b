import type { ContainerApp } from '../../local/azure/container-app.ts';
import type { Site } from '../../local/azure/site.ts';
import type { Consumer, EvidenceSource, SecretId } from '../../src/core/model.ts';

const consumer = (evidence: EvidenceSource, reads: readonly SecretId[]): Consumer => ({ name: 'web', reads, evidence });

/** Consumers as rotation.json lists them. */
export const inSite = (site: Pick<Site, 'id'>, setting: string | null, ...reads: readonly SecretId[]): Consumer =>
  consumer({ kind: 'app-service-reference', resourceId: site.id.toLowerCase(), setting, nudge: 'restart' }, reads);

export const inContainerApp = (app: Pick<ContainerApp, 'id'>, ...reads: readonly SecretId[]): Consumer =>
  consumer({ kind: 'container-app', resourceId: app.id.toLowerCase() }, reads);

export const atAddress = (url: string, secret: SecretId, { instances = 1, times = 3 } = {}): Consumer =>
  consumer({ kind: 'probe', url, instances, times }, [secret]);

export const to = (secret: SecretId): string => `@Microsoft.KeyVault(SecretUri=${secret})`;
