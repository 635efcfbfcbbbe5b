import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLargerThan, LARGEST_DELIVERY } from '../../../src/app/events-in/size.ts';
import { asEventGrid, suspected } from '../../events/azure-events.ts';
import { anIntake } from './an-intake.ts';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a delivery of events', () => {
  it('is never called larger than its JSON is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !isLargerThan(bytesOf(value), value)));
  });

  it.each([
    ['one long text', 'x'.repeat(LARGEST_DELIVERY + 1)],
    ['a long text within', [{ data: { evidence: 'x'.repeat(LARGEST_DELIVERY + 1) } }]],
    ['many members', Array.from({ length: LARGEST_DELIVERY }, () => 0)],
    ['a long name', { ['x'.repeat(LARGEST_DELIVERY + 1)]: 1 }],
  ])('is too large by %s', (_, value) => {
    expect(isLargerThan(LARGEST_DELIVERY, value)).toBe(true);
  });

  it('is measured however deep it is', () => {
    let deep: unknown = 'x'.repeat(LARGEST_DELIVERY);
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    expect(isLargerThan(LARGEST_DELIVERY, deep)).toBe(true);
  });

  it('that is as large as Event Grid makes one is read, and a larger one is dropped unread with a warning', async () => {
    const { world, take, rows } = await anIntake();
    const event = asEventGrid(suspected({ target: 'chat-prod', slot: 'primary' }));
    const room = LARGEST_DELIVERY - bytesOf([event, { more: '' }]);
    expect(await take([event, { more: 'x'.repeat(room) }])).toMatchObject({ taken: 1 });
    expect(await rows()).toHaveLength(1);
    const { world: another, take: takeThere, rows: rowsThere } = await anIntake();
    for (const input of [
      [event, { more: 'x'.repeat(LARGEST_DELIVERY) }],
      JSON.stringify([event, 'x'.repeat(LARGEST_DELIVERY)]),
    ]) {
      expect(await takeThere(input)).toEqual({ taken: 0, dropped: { 'too-large': 1 } });
    }
    expect(await rowsThere()).toEqual([]);
    const warned = ({ event }: { readonly event: string }) => event === 'EventsTooLarge';
    expect(world.log.filter(warned)).toEqual([]);
    expect(another.log.filter(warned)).toMatchObject([{ level: 'warning' }, { level: 'warning' }]);
  });
});
