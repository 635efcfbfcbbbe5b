import pLimit from 'p-limit';
import { healthSchema, planSchema } from '../../app/answer-schemas.ts';
import { type Report, reportSchema } from '../../app/report/schema.ts';
import { several } from '../../views/names.ts';
import { anyAnswer } from '../answers.ts';
import { inPath } from '../app-command.ts';
import type { AppClient } from '../client.ts';
import { Failure } from '../failure.ts';
import { blocker, type Check, fine, note } from './check.ts';

interface Asked {
  /** Names; none: those of the first page of the report, or with `all` every one. */
  readonly targets: readonly string[];
  readonly all: boolean;
  readonly onProgress: (doing: string) => void;
}

/** Each plan is a look at Azure. */
const AT_A_TIME = 4;

/** Reachability, configuration, rights, and what stands in the way of each target: all of it, not only up to the first. */
export async function checkApp(asked: Asked, app: AppClient): Promise<readonly Check[]> {
  asked.onProgress('Asking for its health');
  const health = await checkHealth(app);
  if (health.some(({ code }) => UNREACHED.includes(code))) return health;
  asked.onProgress('Reading the report');
  const read = await reportOf(app);
  if ('checks' in read) return [...health.filter(({ is }) => is === 'fine'), ...read.checks];
  const { report } = read;
  const names = await namesOf(asked, report, app);
  return [
    ...health,
    fine('you', 'Reader', WITH[app.access.with]),
    ...(await checkOperator(report, app)),
    ...checkFleet(report),
    ...(await checkTargets(names, asked, app)),
    ...left(asked, report),
  ];
}

/** Whatever else is asked would end alike. */
const UNREACHED = ['NoServer', 'NoAnswerInTime', 'NotTrusted', 'NotTheApp', 'NotSignedIn', 'NoToken'];

const WITH = {
  token: 'The app accepts your token.',
  key: 'The app accepts the function key.',
  nothing: 'The app asks for no key and no token.',
} as const;

async function checkHealth(app: AppClient): Promise<readonly Check[]> {
  const { url } = app.access;
  try {
    await app.json('health', healthSchema);
    return [fine('the app', 'Healthy', `It answers at ${url}, and its configuration is valid.`)];
  } catch (error) {
    if (!(error instanceof Failure && error.detail.code === 'AppFailed')) return failed('the app', error);
    // It says no more than that it cannot work; the report says why, to those who may read it.
    return [blocker('the app', 'NotHealthy', 'It says that it cannot work.', 'Look at its log, and at rotation.json.')];
  }
}

async function reportOf(app: AppClient): Promise<{ readonly report: Report } | { readonly checks: readonly Check[] }> {
  try {
    return { report: await app.json('report?format=json', reportSchema) };
  } catch (error) {
    return { checks: failed('the app', error) };
  }
}

/** A failure as what stands in the way; each thing that is listed with it is one of its own. */
function failed(about: string, error: unknown): readonly Check[] {
  if (!(error instanceof Failure)) throw error;
  const { code = 'Failed', remedy = 'Look at the log of the app.', lines = [] } = error.detail;
  if (code !== 'ConfigurationInvalid' || lines.length === 0) return [blocker(about, code, error.message, remedy)];
  return lines.map((line) => blocker(about, code, line, remedy));
}

/**
 * Whether you may give orders. Asked with a dry run of an order that nothing comes of: a target that is in rotation.json cannot be
 * forgotten, and the role is looked at first.
 */
async function checkOperator({ targets }: Report, app: AppClient): Promise<readonly Check[]> {
  const [first] = targets;
  if (first === undefined) return [];
  try {
    await app.json(`targets/${inPath(first.name)}/forget`, anyAnswer, {
      method: 'POST',
      body: { why: 'doctor asks whether orders may be given', dryRun: true },
    });
  } catch (error) {
    if (error instanceof Failure && error.detail.code === 'Forbidden') {
      return [
        note(
          'you',
          'NotOperator',
          'You may read, and give no orders.',
          'Have the app role Operator assigned to you, if you are to.',
        ),
      ];
    }
    if (!(error instanceof Failure && error.detail.code === 'TargetNotFound')) return failed('you', error);
  }
  return [fine('you', 'Operator', 'You may give orders.')];
}

/** What the app itself says needs a person, and is not about one target. */
function checkFleet({ summary }: Report): readonly Check[] {
  const remedies: Readonly<Record<string, string>> = {
    FleetPaused: 'Look at the targets that are stalled, then lift the pause: unfreeze --all.',
    SubscriptionNotSeen: 'Grant Reader on them to the identity of the app, or take them out of subscriptions.',
    Unmanaged: 'Add them to rotation.json, or take them away: report lists them.',
    HighFindings: 'See report --severity high.',
    LeakUnmapped: 'Find out whose keys they are, and report a compromise of their targets.',
  };
  const isBlocking = ['FleetPaused', 'SubscriptionNotSeen'];
  return summary.attention
    .filter(({ target }) => target === null)
    .map(({ code, text }) => {
      const remedy = remedies[code] ?? 'See the report.';
      return isBlocking.includes(code)
        ? blocker('the fleet', code, text, remedy)
        : note('the fleet', code, text, remedy);
    });
}

async function checkTargets(
  names: readonly string[],
  { onProgress }: Asked,
  app: AppClient,
): Promise<readonly Check[]> {
  const limit = pLimit(AT_A_TIME);
  let done = 0;
  const checks = names.map((name) =>
    limit(async () => {
      const found = await checkTarget(name, app);
      done += 1;
      onProgress(`Looking at targets: ${done} of ${names.length}`);
      return found;
    }),
  );
  return (await Promise.all(checks)).flat();
}

async function checkTarget(name: string, app: AppClient): Promise<readonly Check[]> {
  try {
    const { blockers, next } = await app.json(`targets/${inPath(name)}/plan`, planSchema);
    if (blockers.length === 0) return [fine(name, 'Clear', `Nothing stands in its way; next: ${next.step}.`)];
    return blockers.map(({ code, meaning, remedy, detail }) => ({ ...blocker(name, code, meaning, remedy), detail }));
  } catch (error) {
    return failed(name, error);
  }
}

async function namesOf({ targets, all }: Asked, report: Report, app: AppClient): Promise<readonly string[]> {
  if (targets.length > 0) return targets;
  const names = report.targets.map(({ name }) => name);
  let { next } = report;
  for (let page = 2; all && next !== undefined; page++) {
    const more: Report = await app.json(`report?format=json&page=${page}`, reportSchema);
    names.push(...more.targets.map(({ name }) => name));
    next = more.next;
  }
  // An orphan is in the report, and has no plan any more.
  const orphans = new Set(report.targets.flatMap(({ name, policy }) => (policy === null ? [name] : [])));
  return names.filter((name) => !orphans.has(name));
}

function left({ targets, all }: Asked, { summary, targets: shown }: Report): readonly Check[] {
  const rest = summary.targets - shown.length;
  if (all || targets.length > 0 || rest <= 0) return [];
  return [
    note(
      'the fleet',
      'NotAsked',
      `${several(rest, 'target')} were not looked at, the neediest were.`,
      'Name them, or say --all.',
    ),
  ];
}
