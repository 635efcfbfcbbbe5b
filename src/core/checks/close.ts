import { type Ask, askAbout, type Check, type Death, type Decision } from '../decision.ts';
import type { Regenerated } from '../model.ts';
import { growingPause } from '../schedule.ts';
import { type Situation, slotNamed } from '../slots.ts';

/** A regenerated key must be refused, and so must a random one, while the new one is accepted (invariant 6). */
export const confirmDead: Check = (situation) => {
  const open = situation.state.rotation?.regenerated.filter(({ dead }) => dead === null) ?? [];
  const first = open[0];
  if (first === undefined) return undefined;
  const verdicts = open.map((regenerated) => verdictOn(regenerated, situation));
  const keys = verdicts.flatMap((verdict) => ('kind' in verdict && verdict.kind === 'ask' ? verdict.keys : []));
  if (keys.length > 0) return askAbout(...keys);
  const deaths = verdicts.filter((verdict): verdict is Death => !('kind' in verdict));
  if (deaths.length === verdicts.length) return { kind: 'confirm-dead', deaths };
  return verdicts.find((verdict): verdict is Decision => 'kind' in verdict && verdict.kind !== 'ask');
};

function verdictOn({ slot, from, at }: Regenerated, situation: Situation): Death | Decision | Ask {
  const { observation, now, target } = situation;
  const { mode, within, settle } = target.policy.verification;
  const successor = slotNamed(situation, slot);
  const old = observation.probes[from] ?? null;
  if (old === null || successor.probe === null) return askAbout(from, successor.fingerprint);
  if (old === 'unavailable') return { fingerprint: from, proof: 'replaced' };
  const pause = now + growingPause(at, now);
  const detail = { slot, fingerprint: from };
  if (old === 'refused' && observation.control === 'refused' && successor.probe === 'accepted') {
    return { fingerprint: from, proof: 'refused' };
  }
  const answered = [old, observation.control, successor.probe].every((r) => r === 'accepted' || r === 'refused');
  if (answered) {
    if (now < at + within) return { kind: 'wait', for: 'old-key-dead', wakeAt: pause };
    const code = successor.probe === 'refused' ? 'NewKeyRefused' : 'OldKeyStillAccepted';
    return { kind: 'hold', code, detail, wakeAt: pause };
  }
  if (mode === 'required') return { kind: 'hold', code: 'DataPlaneUnreachable', detail, wakeAt: pause };
  if (now < at + settle) return { kind: 'wait', for: 'settle', wakeAt: Math.min(pause, at + settle) };
  return { fingerprint: from, proof: 'unproved' };
}

/** Superseded versions with a dead key are of no use to anybody but a reader that is pinned to one. */
export const disableOldVersions: Check = ({ state, observation }) => {
  const dead: ReadonlySet<string> = new Set(
    state.rotation?.regenerated.flatMap(({ from, dead }) => (dead === null ? [] : from)),
  );
  const versions = observation.publications.flatMap(({ secret, current, versions: listed }) => {
    const carried = state.publications[secret]?.carried ?? [];
    const withDeadKey = carried.flatMap((k) => (dead.has(k.fingerprint) ? k.versions : []));
    return listed
      .filter((v) => v.enabled && v.version !== current.version && (dead.has(v.key) || withDeadKey.includes(v.version)))
      .map(({ version }) => ({ secret, version }));
  });
  return versions.length === 0 ? undefined : { kind: 'disable-old-versions', versions };
};

/** Nothing condemned is alive, and that is shown. */
export const complete: Check = ({ state, slots }) =>
  state.rotation !== null && slots.every(({ condemned }) => condemned === null) ? { kind: 'complete' } : undefined;
