import { NudgeRefused } from '../app/errors.ts';
import type { ConsumerReading, Consumers } from '../app/ports.ts';
import type { Consumer } from '../core/model.ts';
import { askAppService, pushAppService } from './app-service.ts';
import { type Arm, failureFrom, resourceManager } from './arm.ts';
import type { Access } from './authorised.ts';
import { askContainerApp } from './container-apps.ts';
import { within } from './deadline.ts';
import { unavailable } from './failure.ts';
import { askProbe } from './probe.ts';
import { ofAll, unanswered } from './reading.ts';

/** The consumers, each by the evidence that it was listed with. Tokens and connections are shared by all invocations. */
export function azureConsumers(access: Access): (signal: AbortSignal) => Consumers {
  const arm = resourceManager(access);
  return (signal) => ({
    async ask(consumer) {
      try {
        return await within(signal, (limit) => answersOf(consumer, arm, access, limit));
      } catch (error) {
        return ofAll(consumer.reads, unanswered(failureFrom(error)));
      }
    },

    async nudge({ name, evidence }, how) {
      if (evidence.kind !== 'app-service-reference') throw new NudgeRefused(name);
      try {
        await within(signal, (limit) => pushAppService(evidence, how, arm, limit));
      } catch (error) {
        const failure = failureFrom(error);
        if ([401, 403, 404].includes(failure.status ?? 0)) throw new NudgeRefused(name);
        throw unavailable('App Service', failure);
      }
    },
  });
}

async function answersOf(
  { reads, evidence }: Consumer,
  arm: Arm,
  { httpClient }: Access,
  signal: AbortSignal,
): Promise<readonly ConsumerReading[]> {
  switch (evidence.kind) {
    case 'app-service-reference': {
      const tell = await askAppService(evidence, arm, signal);
      return reads.map((secret) => ({ secret, ...tell(secret) }));
    }
    case 'container-app': {
      const tell = await askContainerApp(evidence, arm, signal);
      return reads.map((secret) => ({ secret, ...tell(secret) }));
    }
    case 'probe':
      return ofAll(reads, await askProbe(evidence, httpClient, signal));
    // They speak by themselves.
    case 'ack':
    case 'elapsed':
      return [];
    default:
      return evidence satisfies never;
  }
}
