import pLimit from 'p-limit';
import { takeUp, withdraw } from '../core/evidence.ts';
import type { Consumer, Duration, Instant, TargetState, Trouble } from '../core/model.ts';
import type { Participants } from '../core/participants.ts';
import type { Look } from './observe.ts';
import type { ConsumerReading, Ports } from './ports.ts';

interface Found {
  readonly look: Look;
  readonly state: TargetState;
}

/** Many at a time, and no new ones after this: a look has to come to its decision within one invocation. */
const AT_A_TIME = 16;
const PATIENCE: Duration = 25_000;

/** Asks consumers what they use now, and takes down what they show, and what stood in the way. */
export async function askConsumers(
  { consumers }: Ports,
  { look, state }: Found,
  names: readonly string[],
  participants: Participants,
  stopwatch: () => Duration,
  now: Instant,
): Promise<Found> {
  const startedAt = stopwatch();
  const limit = pLimit(AT_A_TIME);
  const ask = (consumer: Consumer): Promise<readonly ConsumerReading[]> | readonly ConsumerReading[] =>
    stopwatch() - startedAt < PATIENCE ? consumers.ask(consumer) : unanswered(consumer);
  const asked = participants.consumers.filter(({ name }) => names.includes(name));
  const readings = await Promise.all(asked.map((consumer) => limit(() => ask(consumer))));
  const next = asked.reduce((taken, { name }, i) => takeDown(taken, name, readings[i] ?? [], now), state);
  const observation = { ...look.observation, asked: [...look.observation.asked, ...names] };
  return { look: { ...look, observation }, state: next };
}

const unanswered = ({ reads }: Consumer): readonly ConsumerReading[] =>
  reads.map((secret) => ({ secret, shows: null, trouble: 'unreachable', detail: 'no time left to ask' }));

function takeDown(
  state: TargetState,
  consumer: string,
  readings: readonly ConsumerReading[],
  now: Instant,
): TargetState {
  const evidence = readings.reduce(
    (taken, { secret, shows }) =>
      shows === null
        ? withdraw(taken, { consumer, secret, at: now })
        : takeUp(taken, { consumer, secret, shows, at: now, wasAsked: true }),
    state.evidence,
  );
  const troubles = readings.flatMap(({ secret, trouble, detail }): readonly Trouble[] =>
    trouble === null ? [] : [{ consumer, secret, is: trouble, detail }],
  );
  const others = state.troubles.filter((trouble) => trouble.consumer !== consumer);
  return { ...state, evidence, troubles: [...others, ...troubles], asked: { ...state.asked, [consumer]: now } };
}
