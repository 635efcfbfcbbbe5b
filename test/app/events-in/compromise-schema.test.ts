import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { compromiseEventJsonSchema } from '../../../src/app/events-in/compromise-event.ts';
import { asCloudEvent, asEventGrid, suspected } from '../../events/azure-events.ts';
import { aFingerprint } from '../../support/scene.ts';
import { anIntake } from './an-intake.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const isValid = ajv.compile(compromiseEventJsonSchema() as object);

describe('the published schema of a suspected compromise', () => {
  const data = { target: 'chat-prod', fingerprint: aFingerprint('leaked'), reportedAt: '2026-11-02T12:00:00Z' };

  it.each([
    ['all that it may say', { ...data, evidence: 'a log', reportedBy: 'scanner' }],
    ['a slot', { target: 'chat-prod', slot: 'primary' }],
    ['no key', { target: 'chat-prod' }],
  ])('allows %s in both forms, and what it allows is taken', async (_, allowed) => {
    for (const form of [asEventGrid, asCloudEvent]) {
      const event = form(suspected(allowed));
      expect(isValid(event), JSON.stringify(isValid.errors)).toBe(true);
      const { take } = await anIntake();
      expect(await take(event)).toEqual({ taken: 1, dropped: {} });
    }
  });

  it('allows no other slot, no other form of a fingerprint, and no event without a time', () => {
    expect(isValid(asCloudEvent(suspected({ target: 'chat-prod', slot: 'third' })))).toBe(false);
    expect(isValid(asEventGrid(suspected({ target: 'chat-prod', fingerprint: 'sha1:0' })))).toBe(false);
    expect(isValid({ ...asCloudEvent(suspected(data)), time: undefined })).toBe(false);
  });
});
