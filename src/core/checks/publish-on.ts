import { type Ask, askAbout, type Decision, type Write } from '../decision.ts';
import { growingPause } from '../schedule.ts';
import type { Situation, SlotView } from '../slots.ts';

/**
 * Writes a slot's key into publications, if it is proved live in this look (invariant 2); else says what to ask, wait for
 * or hold with.
 */
export function publishOn(
  { now, observation, target: { policy } }: Situation,
  kind: 'publish' | 'align' | 'repair' | 'roll-back',
  slot: SlotView,
  writes: readonly Write[],
): Decision | Ask {
  const { mode, within, settle } = policy.verification;
  const bornAt = slot.remembered?.firstSeenAt ?? now;
  const settlesAt = slot.remembered?.settlesAt ?? now;
  const pause = now + growingPause(bornAt, now);
  if (now < settlesAt) return { kind: 'wait', for: 'settle', wakeAt: Math.min(pause, settlesAt) };
  if (slot.probe === null) return askAbout(slot.fingerprint);
  const publishing = { kind, slot: slot.name, fingerprint: slot.fingerprint, writes } as const;
  // A data plane that accepts a random key proves nothing of ours.
  if (slot.probe === 'accepted' && observation.control === 'refused') return { ...publishing, proof: 'live' };
  const detail = { slot: slot.name, fingerprint: slot.fingerprint };
  if (slot.probe === 'refused') {
    if (now < bornAt + within) return { kind: 'wait', for: 'new-key-live', wakeAt: pause };
    return { kind: 'hold', code: 'NewKeyRefused', detail, wakeAt: pause };
  }
  if (mode === 'required') return { kind: 'hold', code: 'DataPlaneUnreachable', detail, wakeAt: pause };
  if (now < bornAt + settle) return { kind: 'wait', for: 'settle', wakeAt: Math.min(pause, bornAt + settle) };
  return { ...publishing, proof: 'unproved' };
}
