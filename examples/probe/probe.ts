import type { IncomingMessage, ServerResponse } from 'node:http';
import { used } from '../acknowledge/acknowledge.ts';

/** Answers GET with what this process uses, for evidence `probe`. @param connectionString as it was when the process started */
export function probe(connectionString: string): (request: IncomingMessage, response: ServerResponse) => void {
  const answer = JSON.stringify(used(connectionString));
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(answer);
  };
}
