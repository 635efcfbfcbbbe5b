import type { Answer } from '../azure/http.ts';
import type { Consumer } from './consumer.ts';

/** What an application tells whoever asks it over HTTPS: the key that it uses. Several instances behind one address answer in turn. */
export function endpointOf(...instances: readonly Consumer[]): () => Answer {
  let asked = 0;
  return () => {
    const uses = instances[asked % instances.length]?.uses;
    asked += 1;
    return uses ? { status: 200, body: { fingerprint: uses.fingerprint } } : { status: 503 };
  };
}
