import type { InvocationContext } from '@azure/functions';
import type { Log } from '../app/log.ts';

/** One line of JSON a record, so that alerts can be built on its fields. */
export const logTo =
  (context: InvocationContext): Log =>
  (record) => {
    const line = JSON.stringify(record);
    if (record.level === 'error') context.error(line);
    else if (record.level === 'warning') context.warn(line);
    else context.info(line);
  };
