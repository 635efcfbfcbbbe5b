import { app } from '@azure/functions';
import type { App } from '../app/app.ts';
import { lookAtDeadLetters } from '../app/dead-letters.ts';
import { isAlertDue } from '../app/log.ts';
import { lookAtFleet } from '../app/report/report.ts';
import { survey } from '../app/survey.ts';
import { sweep } from '../app/sweep.ts';
import { samplesOf } from '../views/samples.ts';
import { openPorts, type Surface } from './http/route.ts';
import { logTo } from './log-to.ts';

/** Looks for targets that want a look, and into the subscriptions, on a timer. With a bad configuration it says so each time, and alerts once a day. */
export function registerSweep({ app: use }: Surface): void {
  // There is no ledger to remember it in, so each process alerts for itself.
  let alertedAt: number | null = null;
  app.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    handler: async (_timer, context) => {
      const log = logTo(context);
      if (!('faults' in use)) {
        await sweep({ ...use, log });
        // Afterwards, so that nothing that goes wrong with them keeps a target waiting.
        await lookAtDeadLetters({ ...use, log });
        await survey({ ...use, log });
        await measure({ ...use, log });
        return;
      }
      const now = performance.now();
      const alerts = isAlertDue(alertedAt, now);
      if (alerts) alertedAt = now;
      log({
        level: alerts ? 'error' : 'warning',
        event: 'ConfigurationInvalid',
        code: 'ConfigurationInvalid',
        remedy: 'Correct rotation.json or the settings and deploy again. No key is rotated until then.',
        errors: use.faults,
      });
    },
  });
}

/** Last, and without a word to the sweep: telemetry that fails is no failure of it. */
async function measure(use: App): Promise<void> {
  const trouble = await use.telemetry.fleet(async () => {
    const { entries, unmanaged, facts } = await lookAtFleet(use, openPorts(use));
    const deadLetters = facts.deadLetters?.count ?? null;
    const figures = { generatedAt: facts.now, targets: use.targets.length, unmanaged: unmanaged.length, deadLetters };
    return samplesOf(entries, figures);
  });
  if (trouble === null) return;
  const remedy =
    'Traces and metrics do not arrive, and nothing else is affected: see "Telemetry" in docs/operations.md.';
  use.log({ level: 'warning', event: 'TelemetryUndelivered', trouble, remedy });
}
