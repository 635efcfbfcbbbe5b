import { app } from '@azure/functions';
import { sweep } from '../app/sweep.ts';
import type { Surface } from './http/route.ts';
import { logTo } from './log-to.ts';

/** Looks for targets that want a look, on a timer. With a bad configuration it says so, each time. */
export function registerSweep({ app: use }: Surface): void {
  app.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    handler: async (_timer, context) => {
      const log = logTo(context);
      if ('faults' in use) {
        const remedy = 'Correct rotation.json or the settings and deploy again. No key is rotated until then.';
        return log({
          level: 'error',
          event: 'ConfigurationInvalid',
          code: 'ConfigurationInvalid',
          remedy,
          errors: use.faults,
        });
      }
      await sweep({ ...use, log });
    },
  });
}
