import { type HttpClient, type PipelinePolicy, type RetryStrategy, retryPolicy } from '@azure/core-rest-pipeline';
import { retryAfterOf } from './failure.ts';

interface Listener {
  readonly policy: PipelinePolicy;
  readonly position: 'perCall' | 'perRetry';
}

/** For clients that change something. By default the SDKs send a POST four times when its answer is lost, throttled or a 5xx. */
export const once = (httpClient: HttpClient, ...additionalPolicies: Listener[]) => ({
  httpClient,
  retryOptions: { maxRetries: 0 },
  additionalPolicies,
});

/**
 * For clients that only read: twice more, within two seconds. The SDKs' own retries wait for as long as Retry-After says, so the call runs
 * into its deadline and what the service asked for is lost.
 */
export const patient = (httpClient: HttpClient, ...additionalPolicies: Listener[]) =>
  once(httpClient, { policy: again(), position: 'perRetry' }, ...additionalPolicies);

/** The same for a pipeline of our own. */
export const again = (): PipelinePolicy => retryPolicy([briefly], { maxRetries: 2 });

const LONGEST_PAUSE_MS = 1_000;

const briefly: RetryStrategy = {
  name: 'briefly',
  retry({ retryCount, response, responseError }) {
    const answer = response ?? responseError?.response;
    const pause = (answer && retryAfterOf(answer)) ?? 200 * 3 ** retryCount;
    const passing = answer ? answer.status === 408 || answer.status === 429 || answer.status >= 500 : true;
    return passing && pause <= LONGEST_PAUSE_MS ? { retryAfterInMs: pause } : { skipStrategy: true };
  },
};
