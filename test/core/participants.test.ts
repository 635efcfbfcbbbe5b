import { describe, expect, it } from 'vitest';
import type { Consumer, Publication, Target, TargetState } from '../../src/core/model.ts';
import { participantsOf, readersOf } from '../../src/core/participants.ts';
import { aScene, aSecret, NOON } from '../support/scene.ts';

const [chat, other, late] = [aSecret('chat'), aSecret('other'), aSecret('late')];
const ack = { kind: 'ack', principalId: null } as const;
const aPublication = (secret: Publication['secret']): Publication => ({
  secret,
  required: true,
  format: 'connection-string',
});
const target = (publications: Publication[], consumers: Consumer[]): Target => ({
  ...aScene().target,
  publications,
  consumers,
});
const rotatingWith = (publications: Publication[], consumers: Consumer[]): TargetState => {
  const { state } = aScene().rotates({ condemns: [], startedAt: NOON });
  const { rotation } = state;
  return rotation === null ? state : { ...state, rotation: { ...rotation, participants: { publications, consumers } } };
};

describe('who has to be satisfied', () => {
  it('is whoever is configured, where nothing rotates', () => {
    const web = { name: 'web', reads: [chat], evidence: ack };
    expect(participantsOf(target([aPublication(chat)], [web]), aScene().state)).toEqual({
      publications: [aPublication(chat)],
      consumers: [web],
    });
  });

  it('is also whoever the rotation began with, each once and with all that it read', () => {
    const web = (...reads: Consumer['reads']) => ({ name: 'web', reads, evidence: ack });
    const job = { name: 'job', reads: [other], evidence: ack };
    const fresh = { name: 'fresh', reads: [late], evidence: ack };
    const state = rotatingWith([aPublication(chat), aPublication(other)], [web(chat, other), job]);
    expect(participantsOf(target([aPublication(chat), aPublication(late)], [fresh, web(late, chat)]), state)).toEqual({
      publications: [aPublication(chat), aPublication(late), aPublication(other)],
      consumers: [fresh, web(late, chat, other), job],
    });
  });

  it('of a secret is whoever reads it', () => {
    const web = { name: 'web', reads: [chat, other], evidence: ack };
    const job = { name: 'job', reads: [other], evidence: ack };
    expect(readersOf(chat, { publications: [], consumers: [web, job] })).toEqual([web]);
    expect(readersOf(late, { publications: [], consumers: [web, job] })).toEqual([]);
  });
});
