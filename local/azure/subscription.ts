import { Denials } from './denials.ts';

/** What resources get that name no other. */
export const usualSubscription = '00000000-0000-0000-0000-000000000001';

/** Lists of a whole subscription: forbidden to whoever has no role anywhere in it. A role on single resources only shortens them. */
export type SubscriptionOperation = 'listSignalR' | 'listVaults' | 'listSites' | 'listContainerApps';

export class Subscription {
  readonly id: string;
  readonly denials = new Denials<SubscriptionOperation>();

  constructor(id: string = usualSubscription) {
    this.id = id;
  }

  get scope(): string {
    return `/subscriptions/${this.id}`;
  }
}

/** null for one that is not there. */
export type SubscriptionAt = (id: string) => Subscription | null;
