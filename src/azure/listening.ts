import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';

/** The answer that a call heard last; null while it waits for one. */
interface Heard {
  answer: PipelineResponse | null;
}

/**
 * What comes in, for what the SDKs keep to themselves or lose on the way. One client serves many calls at a time: each finds its own answer by
 * the asynchronous context that it runs in.
 */
export function listening() {
  const contexts = new AsyncLocalStorage<Heard>();
  const policy: PipelinePolicy = {
    name: 'listening',
    async sendRequest(request, next) {
      const heard = contexts.getStore();
      if (heard) heard.answer = null;
      const answer = await next(request);
      if (heard) heard.answer = answer;
      return answer;
    },
  };
  return {
    policy: { policy, position: 'perRetry' as const },
    hear<T>(call: (heard: Heard) => Promise<T>): Promise<T> {
      const heard: Heard = { answer: null };
      return contexts.run(heard, () => call(heard));
    },
  };
}
