#!/usr/bin/env node
import './node-20.ts';
import process from 'node:process';
import { run } from './run.ts';

// Interrupted in the middle of a wait: what was ordered goes on.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => {
    process.stderr.write('\nInterrupted. What was ordered goes on.\n');
    process.exit(128 + number);
  });
}

for (const stream of [process.stdout, process.stderr]) {
  // As `head` does when it has enough: whoever waits for a rotation would wait on, unheard.
  stream.on('error', () => process.exit(141));
}

// Kept-alive connections would hold the process for a while.
void run(process).then((code) => process.exit(code));
