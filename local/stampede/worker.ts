import { readFileSync } from 'node:fs';
import { startHost } from '../host/start.ts';

/*
 * One host process with the bundle that is deployed: its environment says where everything is. It tells its parent where
 * it listens and what it logs at level error, and ends with its parent.
 */

process.on('disconnect', () => process.exit(0));
const tell = (message: ToldByWorker) => process.send?.(message);

const host = await startHost({
  main: process.env.STAMPEDE_BUNDLE ?? '',
  hostJson: JSON.parse(readFileSync('host.json', 'utf8')),
  port: 0,
  log: ({ level, message }) => {
    if (level === 'error' || level === 'critical') tell({ is: 'error', message });
  },
  onFatal: ({ message }) => tell({ is: 'error', message }),
});
tell({ is: 'ready', url: host.url });

export type ToldByWorker =
  | { readonly is: 'ready'; readonly url: string }
  | { readonly is: 'error'; readonly message: string };
