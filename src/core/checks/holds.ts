import type { PublicationCode } from '../codes.ts';
import type { Check } from '../decision.ts';
import type { Duration, PublicationSeen } from '../model.ts';

/** Holds that stop everything: there is nothing to rotate, or the resource cannot be changed now. */
export const holdForResource: Check = ({ observation: { resource }, now, target }) => {
  const wakeAt = now + target.policy.observeEvery;
  if (resource.localAuthDisabled) return { kind: 'hold', code: 'LocalAuthDisabled', detail: {}, wakeAt };
  if (!resource.ready) return { kind: 'wait', for: 'resource', wakeAt: Math.min(wakeAt, now + RESOURCE_PAUSE) };
  return undefined;
};

/** Provisioning takes minutes, a stopped resource days: a look a minute answers both. */
const RESOURCE_PAUSE: Duration = 60_000;

/** Holds that stop regenerating and publishing. They stand behind the repair of the other publications. */
export const holdForPublications: Check = ({ observation, now, target }) => {
  const stopping = observation.publications.filter(isStopping);
  const code = stopping.map(unusableCode)[0];
  if (code === undefined || code === null) return undefined;
  const secrets = stopping.filter((p) => unusableCode(p) === code).map((p) => p.secret);
  return { kind: 'hold', code, detail: { secrets }, wakeAt: now + target.policy.observeEvery };
};

const unusableCode = ({ current }: PublicationSeen): PublicationCode | null =>
  current.is === 'unusable' ? current.code : null;

/** A disabled publication that nobody requires is skipped. All others say nothing safe about who holds which key. */
const isStopping = (publication: PublicationSeen): boolean => {
  const code = unusableCode(publication);
  return code !== null && (publication.required || code !== 'SecretDisabled');
};
