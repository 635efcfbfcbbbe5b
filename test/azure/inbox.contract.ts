import { beforeAll, describe, expect, it } from 'vitest';
import type { InboxRow, Ledger } from '../../src/app/ports.ts';
import type { LedgerUnderTest } from './ledger.contract.ts';
import { ack, aRecord, aResource, aSecretId, request } from './ledger-samples.ts';

/** What every inbox does: part of ledger.contract.ts. */
export function inboxContract(start: () => LedgerUnderTest): void {
  describe('the inbox', () => {
    let ledger: Ledger;
    let under: LedgerUnderTest;
    beforeAll(() => {
      under = start();
      ({ ledger } = under);
    });

    it('takes a request once, whoever repeats it', async () => {
      const resource = aResource();
      expect(await ledger.insertInbox(resource, request('evt/1?#\\'))).toBe(true);
      expect(await ledger.insertInbox(resource, { ...request('evt/1?#\\'), who: 'another' })).toBe(false);
      expect(await ledger.insertInbox(resource, request('evt/2'))).toBe(true);
      const { inbox } = await ledger.read(resource);
      expect(inbox.map((row) => row.kind === 'request' && [row.id, row.who, row.why]).sort()).toEqual([
        ['evt/1?#\\', 'someone', null],
        ['evt/2', 'someone', null],
      ]);
    });

    it('keeps what a person accepts with a request', async () => {
      const resource = aResource();
      await ledger.insertInbox(resource, { ...request('r'), acceptUnknownConsumers: true, force: false });
      expect((await ledger.read(resource)).inbox).toMatchObject([
        { id: 'r', acceptUnknownConsumers: true, force: false },
      ]);
    });

    it('keeps one row for each thing that an ack says', async () => {
      const resource = aResource();
      const says: InboxRow[] = [
        ack('web', { by: 'version', version: 'a' }),
        ack('web', { by: 'version', version: 'b' }),
        ack('web', { by: 'entra' }),
        ack('worker', { by: 'entra' }),
        { ...ack('worker', { by: 'entra' }), secret: aSecretId('other') },
      ];
      for (const row of says) expect(await ledger.insertInbox(resource, row)).toBe(true);
      for (const row of says) expect(await ledger.insertInbox(resource, row)).toBe(true);
      expect((await ledger.read(resource)).inbox).toHaveLength(says.length);
    });

    it('lets the last word of a consumer win that goes back to what it said before', async () => {
      const resource = aResource();
      for (const version of ['old', 'new', 'old']) {
        await ledger.insertInbox(resource, ack('web', { by: 'version', version }));
        await under.pass(20);
      }
      const { inbox } = await ledger.read(resource);
      expect(inbox.map((row) => row.kind === 'ack' && row.shows)).toEqual([
        { by: 'version', version: 'new' },
        { by: 'version', version: 'old' },
      ]);
    });

    it('keeps an ack that was said again since it was read', async () => {
      const resource = aResource();
      await ledger.insertInbox(resource, ack('web', { by: 'entra' }));
      const { inbox } = await ledger.read(resource);
      await under.pass(20);
      await ledger.insertInbox(resource, ack('web', { by: 'entra' }));
      await ledger.removeInbox(resource, inbox);
      expect((await ledger.read(resource)).inbox).toHaveLength(1);
    });

    it('says when each came, oldest first', async () => {
      const resource = aResource();
      for (const id of ['zz', 'a', 'm']) {
        await ledger.insertInbox(resource, request(id));
        await under.pass(20);
      }
      const { inbox } = await ledger.read(resource);
      expect(inbox.map((row) => row.kind === 'request' && row.id)).toEqual(['zz', 'a', 'm']);
      for (const { at } of inbox) expect(Math.abs(at - under.now())).toBeLessThan(5_000);
    });

    it('keeps a row that was written again since it was read, and forgets one that is gone', async () => {
      const resource = aResource();
      await ledger.insertInbox(resource, request('one'));
      await ledger.insertInbox(resource, request('two'));
      const { inbox } = await ledger.read(resource);
      await ledger.removeInbox(resource, inbox);
      await ledger.removeInbox(resource, inbox);
      await under.pass(20);
      await ledger.insertInbox(resource, request('one'));
      await ledger.removeInbox(resource, inbox);
      expect((await ledger.read(resource)).inbox).toMatchObject([{ id: 'one' }]);
    });

    it('is left alone by a commit, and leaves the record alone', async () => {
      const resource = aResource();
      await ledger.insertInbox(resource, request('one'));
      const { etag } = await ledger.commit(resource, null, aRecord(resource), []);
      await ledger.insertInbox(resource, request('two'));
      await ledger.removeInbox(resource, (await ledger.read(resource)).inbox.slice(0, 1));
      expect(await ledger.read(resource)).toMatchObject({ etag, inbox: [{ kind: 'request' }] });
    });
  });
}
