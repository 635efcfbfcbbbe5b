import { takeEvents } from '../../../src/app/events-in/take-events.ts';
import type { Inbox, InboxRow } from '../../../src/app/ports.ts';
import { SELF } from '../../events/azure-events.ts';
import type { Hint } from '../../support/queue-twin.ts';
import { World, type WorldOptions } from '../../support/world.ts';

/** One target whose app knows itself, and what events leave behind. */
export async function anIntake(options: WorldOptions = {}) {
  const world = await World.start({ over: 'direct', ...options });
  world.selfPrincipalId = SELF;
  // The consumers have said what they use; that is none of our business here.
  await emptied(world);
  const rows = async (): Promise<InboxRow[]> => (await world.ledger.read(world.resourceId)).inbox.map(contentOf);
  return {
    world,
    take: (input: unknown) => takeEvents(input, world.app),
    rows,
    /** Of what was not taken yet. */
    hints: (): readonly Hint[] => world.queue.take(),
    publication: world.target.publications[0]?.secret as NonNullable<(typeof world.target.publications)[0]>['secret'],
  };
}

async function emptied(world: World): Promise<void> {
  const { inbox } = await world.ledger.read(world.resourceId);
  await world.ledger.removeInbox(world.resourceId, inbox);
  world.queue.take();
}

export const contentOf = ({ rowKey: _, etag: __, at: ___, ...content }: Inbox): InboxRow => content as InboxRow;
