import type { Duration, Instant, ResourceId } from '../../core/model.ts';
import type { App } from '../app.ts';
import { Defect, LedgerCorrupted, PortError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { eventsIn, type IncomingEvent, type Received } from './event.ts';
import type { Intake, Reason, Wanted } from './intake.ts';
import { intakesOf } from './kinds.ts';
import { isLargerThan, LARGEST_DELIVERY } from './size.ts';
import { shown } from './tolerant.ts';

/** What became of a delivery. */
export interface Tally {
  /** Events that asked for something. */
  readonly taken: number;
  /** The others, by reason. */
  readonly dropped: Readonly<Partial<Record<Reason, number>>>;
}

/** The longest for a whole delivery; Event Grid gives up sooner, and delivers again. */
const LASTS: Duration = 60_000;
/** So many are named in the log. */
const NAMED = 10;
const LONGEST_NAME = 100;

/**
 * Takes down what events ask for, each by itself. No conclusion is drawn here, and nothing is done: an inbox row and a hint are
 * all that comes of one, so that one which comes twice, late or out of turn changes nothing.
 *
 * @param input one event or a batch, in the schema of Event Grid or as CloudEvents 1.0, as JSON or its text
 * @throws LedgerUnavailable, Unavailable: then the trigger has to deliver them again
 */
export async function takeEvents(input: unknown, app: App): Promise<Tally> {
  const taker = new Taker(app, app.openPorts(AbortSignal.timeout(LASTS)));
  if (isLargerThan(LARGEST_DELIVERY, input)) {
    app.log({ level: 'warning', event: 'EventsTooLarge', code: 'EventsTooLarge', remedy: TOO_LARGE });
    taker.count('too-large', null, null);
    return await taker.finish();
  }
  const received = eventsIn(input);
  if (received === null) taker.count('not-json', null, null);
  for (const each of received ?? []) await taker.take(each);
  return await taker.finish();
}

const TOO_LARGE =
  'It was not read: Event Grid delivers no event or batch of more than 1 MiB, so find out who else may send events to this app.';

class Taker {
  readonly #app: App;
  readonly #ports: Ports;
  readonly #partitions = new Map<ResourceId, ReturnType<Ports['ledger']['read']>>();
  /** The newest look that is wanted of each; null: what is in the inbox is reason enough. */
  readonly #hints = new Map<ResourceId, Instant | null>();
  readonly #dropped: Partial<Record<Reason, number>> = {};
  readonly #named: { type: string | null; id: string | null; outcome: Reason | 'taken' }[] = [];
  #taken = 0;
  #failure: PortError | null = null;

  constructor(app: App, ports: Ports) {
    this.#app = app;
    this.#ports = ports;
  }

  async take(received: Received): Promise<void> {
    if ('malformed' in received) return this.count('malformed', received.malformed.type, received.malformed.id);
    const { event } = received;
    try {
      const outcome = await this.#outcomeOf(event);
      this.count(outcome, event.type, event.id);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      // The others go on: they may be about targets whose rows can be written.
      this.#failure ??= error;
    }
  }

  async finish(): Promise<Tally> {
    for (const [resource, newerThan] of this.#hints) await this.#hint(resource, newerThan);
    const tally = { taken: this.#taken, dropped: this.#dropped };
    this.#app.log({ level: 'info', event: 'EventsTaken', ...tally, events: this.#named });
    if (this.#failure !== null) throw this.#failure;
    return tally;
  }

  count(outcome: Reason | 'taken', type: string | null, id: string | null): void {
    if (outcome === 'taken') this.#taken += 1;
    else this.#dropped[outcome] = (this.#dropped[outcome] ?? 0) + 1;
    const name = (text: string | null) => text && shown(text, LONGEST_NAME);
    if (this.#named.length < NAMED) this.#named.push({ type: name(type), id: name(id), outcome });
  }

  /** An event about several targets is taken if it is for one of them. */
  async #outcomeOf(event: IncomingEvent): Promise<Reason | 'taken'> {
    const intakes = this.#intakesOf(event);
    if (typeof intakes === 'string') return intakes;
    const outcomes: (Reason | 'taken')[] = [];
    for (const intake of intakes) outcomes.push(await this.#write(intake, event));
    return outcomes.find((each) => each === 'taken') ?? outcomes[0] ?? 'not-ours';
  }

  /** A mistake of ours with one event, which it would make again with every delivery, must not hold up the others. */
  #intakesOf(event: IncomingEvent): ReturnType<typeof intakesOf> {
    try {
      return intakesOf(event, this.#app);
    } catch (error) {
      const { code, message: remedy, where } = new Defect(error);
      this.#app.log({ level: 'error', event: code, code, remedy, where });
      return 'malformed';
    }
  }

  async #write(intake: Intake, event: IncomingEvent): Promise<Reason | 'taken'> {
    const { resourceId } = intake.target;
    const wanted = await this.#wantedOf(intake, event);
    if (typeof wanted === 'string') return wanted;
    for (const row of wanted.rows) await this.#ports.ledger.insertInbox(resourceId, row);
    // A sighting is for the report, and the sweep finds it in time. Somebody may list keys every second.
    if (wanted.rows.some(({ kind }) => kind !== 'sighting')) this.#wake(resourceId, null);
    if (wanted.newerThan !== null) this.#wake(resourceId, wanted.newerThan);
    return 'taken';
  }

  async #wantedOf(
    { target, wants }: Intake,
    { at }: IncomingEvent,
  ): Promise<(Pick<Wanted, 'rows'> & { readonly newerThan: Instant | null }) | Reason> {
    const { compromise, verification } = target.policy;
    const partition = await this.#read(target.resourceId);
    if (partition === null) return 'ledger-corrupted';
    const { now } = partition;
    if (at < now - compromise.maxEventAge) return 'too-old';
    if (at > now + verification.settle) return 'too-early';
    const wanted = wants(partition);
    if (typeof wanted === 'string') return wanted;
    return { rows: wanted.rows, newerThan: wanted.look ? Math.min(at, now) : null };
  }

  /** Once a delivery. null where the row of the target waits for a person: the next look says so. */
  async #read(resource: ResourceId): Promise<Awaited<ReturnType<Ports['ledger']['read']>> | null> {
    const reading = this.#partitions.get(resource) ?? this.#ports.ledger.read(resource);
    this.#partitions.set(resource, reading);
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof LedgerCorrupted)) throw error;
      this.#wake(resource, null);
      return null;
    }
  }

  #wake(resource: ResourceId, newerThan: Instant | null): void {
    const before = this.#hints.get(resource) ?? null;
    this.#hints.set(resource, before === null || (newerThan ?? 0) > before ? newerThan : before);
  }

  /** Unlike elsewhere a hint that is lost is a failure: a look that is wanted stands in no row. */
  async #hint(resource: ResourceId, newerThan: Instant | null): Promise<void> {
    try {
      await this.#ports.queue.send(resource, 0, newerThan);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      this.#failure ??= error;
    }
  }
}
