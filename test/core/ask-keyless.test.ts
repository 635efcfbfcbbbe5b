import { describe, expect, it } from 'vitest';
import type { EvidenceSource } from '../../src/core/model.ts';
import { aScene, DAY, HOUR, NOON, type Scene } from '../support/scene.ts';

const APP: EvidenceSource = { kind: 'container-app', resourceId: '/app' };

const keyless = (evidence: EvidenceSource = APP): Scene => {
  const versions = [{ key: 'none', at: NOON - 3 * DAY }] as const;
  return aScene()
    .publishes('chat', versions, { current: { is: 'passwordless', version: 'chat-v0' } })
    .hasConsumer('web', evidence);
};
const ASKS = { kind: 'ask', keys: [], consumers: ['web'] };

describe('readers of a secret without a key', () => {
  it('are asked although nothing is to be rotated', () => {
    expect(keyless().decide()).toEqual(ASKS);
  });

  it('are asked again when they were last asked, and last showed themselves, a day ago', () => {
    const scene = keyless()
      .shows('web', 'chat', { by: 'entra' }, NOON - DAY)
      .knows({ asked: { web: NOON - DAY } });
    expect(scene.decide()).toEqual(ASKS);
  });

  it.each<[string, (scene: Scene) => void]>([
    ['they were asked in this look', (scene) => scene.asked.push('web')],
    ['they were asked within the day and showed nothing', (scene) => scene.knows({ asked: { web: NOON - 23 * HOUR } })],
    ['they showed themselves within the day', (scene) => scene.shows('web', 'chat', { by: 'entra' }, NOON - 23 * HOUR)],
    ['they speak by themselves', (scene) => (scene.consumers = keyless({ kind: 'ack', principalId: null }).consumers)],
    ['local authentication is off', (scene) => (scene.resource = { ...scene.resource, localAuthDisabled: true })],
    ['another publication carries a key', (scene) => scene.publishesSlot('other', 'primary').recorded(NOON - DAY)],
  ])('are not asked where %s', (_, arrange) => {
    const scene = keyless();
    arrange(scene);
    expect(scene.decide().kind).not.toBe('ask');
  });

  it('are asked before a rotation that a person asked for begins, once', () => {
    const request = { id: 'r', at: NOON, who: 'ann', why: null, acceptUnknownConsumers: true, force: true };
    const scene = keyless().knows({ pending: [request] });
    expect(scene.decide()).toEqual(ASKS);
    scene.asked.push('web');
    expect(scene.decide()).toMatchObject({ kind: 'condemn', reason: 'Requested' });
  });
});
