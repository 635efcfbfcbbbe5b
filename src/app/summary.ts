import { findingsOf, unusableCode } from '../core/findings.ts';
import { verdictOf } from '../core/local-auth.ts';
import { localAuthFactsOf } from '../core/local-auth-facts.ts';
import type { PublicationSeen } from '../core/model.ts';
import type { Surroundings } from '../core/posture.ts';
import { type Situation, type SlotView, slotNamed } from '../core/slots.ts';
import type { Look } from './observe.ts';
import type { LedgerRecord, PublicationRecord, SlotSummary } from './ports.ts';

/** What the ledger keeps of a look for the report: ages, findings, posture and verdict. */
export function summaryOf(
  situation: Situation,
  { posture }: Pick<Look, 'posture'>,
  surroundings: Surroundings | null,
): Pick<LedgerRecord, 'slots' | 'findings' | 'posture'> {
  const slot = ({ name, role, fingerprint }: SlotView): SlotSummary => ({
    fingerprint: situation.observation.resource.localAuthDisabled ? null : fingerprint,
    role,
    age: situation.ages[name],
  });
  return {
    slots: { primary: slot(slotNamed(situation, 'primary')), secondary: slot(slotNamed(situation, 'secondary')) },
    findings: findingsOf({ situation, posture, surroundings }),
    posture: {
      resource: posture,
      surroundings,
      publications: situation.observation.publications.map(publicationRecord),
      localAuth: verdictOf(localAuthFactsOf(situation, posture)),
    },
  };
}

function publicationRecord(seen: PublicationSeen): PublicationRecord {
  const { secret, current, text, expiresAt } = seen;
  const fingerprint = current.is === 'passwordless' ? null : current.fingerprint;
  return { secret, text, code: unusableCode(seen), version: current.version, fingerprint, expiresAt };
}
