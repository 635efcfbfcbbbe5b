import pLimit from 'p-limit';
import type { Target } from '../core/model.ts';
import type { App } from './app.ts';
import type { LeakAlert } from './leak-alert.ts';
import type { Ports } from './ports.ts';
import { reportCompromise } from './tips.ts';

export interface LeakAnswer {
  /** `unmapped`: no target names the repository, so a person was alerted. `lifted`: that is withdrawn. */
  readonly outcome: 'reported' | 'unmapped' | 'lifted' | 'ignored';
  /** Names of the targets that name the repository. */
  readonly targets: readonly string[];
}

/** What says that a key is out there. The others tell how people deal with the alert. */
const TELLING = ['created', 'reopened', 'publicly_leaked'];

/** GitHub hangs up after 10 s. */
const AT_A_TIME = 16;

/**
 * Takes a secret-scanning alert for a suspected compromise of every target that names its repository. It does not say
 * which key it is about, so it means whichever was in the slots when it was found. Durable once this returns; a repetition
 * changes nothing.
 *
 * @throws Problem `InvalidRequest` for an alert that was found in the future; LedgerUnavailable
 */
export async function takeLeak(
  alert: LeakAlert,
  { targets, log }: Pick<App, 'targets' | 'log'>,
  ports: Pick<Ports, 'ledger' | 'queue' | 'fleet'>,
): Promise<LeakAnswer> {
  const { id, action } = alert;
  // Whoever resolves the alert has dealt with it.
  if (action === 'resolved') {
    await ports.fleet.liftLeak(id);
    return { outcome: 'lifted', targets: [] };
  }
  if (!TELLING.includes(action)) return { outcome: 'ignored', targets: [] };
  const named = targets.filter((target) => names(target, alert.repository));
  const shown = { repository: alert.shown, url: alert.url };
  if (named.length === 0) {
    const remedy =
      'Find out whose key it is: report it with POST …/compromise, and name the repository in rotation.json.';
    // First: the store may be away, and then GitHub is told to try again.
    log({ level: 'error', event: 'LeakUnmapped', code: 'LeakUnmapped', ...shown, remedy });
    const { now } = await ports.fleet.look();
    await ports.fleet.keepLeak({ id, ...shown, at: now });
    return { outcome: 'unmapped', targets: [] };
  }
  const limit = pLimit(AT_A_TIME);
  await Promise.all(named.map((target) => limit(() => report(alert, target, ports))));
  await ports.fleet.liftLeak(id);
  const answer = { outcome: 'reported', targets: named.map(({ name }) => name) } as const;
  log({ level: 'warning', event: 'LeakReported', ...shown, targets: answer.targets });
  return answer;
}

const names = ({ repositories }: Target, repository: string): boolean =>
  repositories.includes(repository) || repositories.includes(`${repository.split('/', 1)[0]}/*`);

async function report(alert: LeakAlert, target: Target, ports: Pick<Ports, 'ledger' | 'queue'>): Promise<void> {
  const tip = {
    id: `${alert.id}:${alert.action}`,
    who: `github:${alert.shown}`,
    why: alert.url,
    ...{ fingerprint: null, slot: null, onTimeout: null },
    reportedAt: alert.foundAt,
    trusted: false,
  };
  await reportCompromise(target, tip, ports);
}
