import type { Cloud } from '../../core/clouds.ts';
import type { ResourceId, SecretId } from '../../core/model.ts';

/** How to mend something, four ways. Commands and code are complete but for what is in angle brackets. */
export interface Remedy {
  /** In a sentence or two. */
  readonly text: string;
  /** Steps in the Azure portal, in order. */
  readonly portal: readonly string[];
  readonly azureCli: string;
  readonly bicep: string;
  readonly terraform: string;
}

/** Where to read more: a policy, a benchmark, a weakness, a page. */
export interface Reference {
  /** `Azure Policy`, `MCSB`, `CWE`, `MITRE ATT&CK`, `NIST`, `Microsoft Learn`, … */
  readonly source: string;
  readonly id: string | null;
  readonly title: string;
  readonly url: string;
}

/** What a remedy is made out for. */
export interface Subject {
  /** In its own letter case where it is known. */
  readonly name: string;
  readonly resourceId: ResourceId;
  readonly location: string | null;
  /** Where it is. */
  readonly cloud: Cloud;
  readonly serviceMode: 'Default' | 'Serverless' | 'Classic';
  /** The publications that it is about; empty where it is about none. */
  readonly secrets: readonly SecretId[];
  /** What the finding was seen in, as it stands in the report. */
  readonly evidence: Readonly<Record<string, unknown>>;
}
