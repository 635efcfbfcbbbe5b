import type { PublicationCode } from '../../core/codes.ts';
import type { FindingCode } from '../../core/finding-codes.ts';
import type { Remedy, Subject } from './remedy.ts';

/** What a remedy can be asked for. */
export type RemediedCode = FindingCode | PublicationCode;

/** The remedies of one topic, each made out for the subject that it is given. */
export type Remedies = Readonly<Partial<Record<RemediedCode, (subject: Subject) => Remedy>>>;
