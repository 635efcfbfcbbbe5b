import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRotationFile } from '../../config.ts';
import type { Cloud } from '../../core/clouds.ts';
import { shortSecret } from '../../views/names.ts';
import type { Cli } from '../cli.ts';
import { cloudIn } from '../cloud.ts';
import { DescribedCommand } from '../described.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { Failure, usage } from '../failure.ts';
import { type Draft, draft } from '../init/draft.ts';
import { type Existing, existingIn, withTargets } from '../init/merge.ts';
import { type Found, survey } from '../init/survey.ts';
import { signIn } from '../sign-in.ts';
import { LiveView } from '../terminal/live-view.ts';

interface Options {
  readonly subscription?: readonly string[];
  readonly vault?: readonly string[];
  readonly out: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly local?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

/** Writes a first rotation.json from what is there. */
export const init = (cli: Cli): DescribedCommand => {
  const command = new DescribedCommand('init')
    .summary('Writes a first rotation.json from what is there, or adds to one.')
    .description(
      'Writes a first rotation.json from what is there: the SignalR resources of your subscriptions, the secrets whose connection string names one of them, and the apps whose Key Vault references read those secrets. It looks with your own rights, reads the values of secrets and shows fingerprints only. Targets of a file that is there stay as they are, and what could not be seen is said.',
    )
    .option('--subscription <id...>', 'only these; default: all that you may see')
    .option('--vault <name...>', 'only these vaults, by name or host')
    .option('--out <path>', 'the file', 'rotation.json')
    .option('--force', 'replace the file that is there, rather than add to it')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--local', 'the local Azure of npm start')
    .option('--url <url>', 'with --local: where its app is, if not at port 7071')
    .option('--json', 'print JSON for programs')
    .example('init --dry-run', 'look first')
    .example('init --subscription 00000000-0000-0000-0000-000000000000', 'one subscription')
    .example('init --local --out my-rotation.json', 'against npm start')
    .exitsWith(EXIT.done, 'written, or there is nothing to add; with --dry-run: it could be written')
    .exitsWith(
      EXIT.person,
      'the same, and there is something to look at: what could not be seen, or readers that are not known; or nothing was found',
    );
  command.action(async () => {
    cli.ended.with = await run(command.opts(), cli);
  });
  return command;
};

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function run(options: Options, cli: Cli): Promise<ExitCode> {
  const { subscription = [], vault = [], out: path, force = false, local = false, url } = options;
  if (subscription.some((id) => !GUID.test(id))) throw usage('--subscription is the id of a subscription.');
  if (url !== undefined && !local) throw usage('--url goes with --local: everything else is found by your sign-in.');
  const existing = force || !existsSync(path) ? null : existingIn(read(path), path);
  const found = await look(
    { subscription, vault: vault.map((each) => hostOf(each, cloudIn(cli.env))), local, url },
    cli,
  );
  const drafted = draft(found, existing?.resources ?? new Set(), existing?.names ?? new Set());
  const text = textOf(drafted, found, existing, path);
  checked(text, local, cloudIn(cli.env));
  // Nor over another one with --force: whoever may see nothing would lose what there is.
  const isWritten = !options.dryRun && drafted.targets.length > 0;
  if (isWritten) write(path, text);
  show({ drafted, found, existing, path, isWritten }, options, cli);
  const isEmpty = drafted.targets.length === 0 && existing === null;
  return drafted.notes.length + found.unseen.length > 0 || isEmpty ? EXIT.person : EXIT.done;
}

async function look(
  {
    subscription,
    vault,
    local,
    url,
  }: { subscription: readonly string[]; vault: readonly string[]; local: boolean; url: string | undefined },
  { err, env }: Cli,
): Promise<Found> {
  // Loaded when they are needed: they take longer than most commands.
  const [{ azureAccess, localAzureAccess }, { azureDiscovery }, { keyVaultSecrets }] = await Promise.all([
    import('../azure-access.ts'),
    import('../../azure/discovery.ts'),
    import('../../azure/key-vault.ts'),
  ]);
  const cloud = cloudIn(env);
  const access = { ...(local ? localAzureAccess(url, env) : azureAccess(cloud)), cloud };
  await signIn(access.credential, `https://${cloud.resourceManager}/.default`);
  const { signal } = new AbortController();
  const live = new LiveView(err);
  let doing = '';
  live.show(() => [doing]);
  try {
    const onProgress = (now: string): void => {
      doing = now;
    };
    return await survey(
      { subscriptions: subscription, vaults: vault, onProgress },
      azureDiscovery(access, signal),
      keyVaultSecrets(access)(signal),
    );
  } finally {
    live.end();
  }
}

/** `kv-chat`, or its host. */
function hostOf(vault: string, { vaults }: Cloud): string {
  if (/^[a-z0-9-]{3,24}$/i.test(vault)) return `${vault}.${vaults}`.toLowerCase();
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(vault)) return vault.toLowerCase();
  throw usage('--vault is the name of a vault, or its host.');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Failure(`${path} is there and cannot be read.`, {
      remedy: 'Check the rights on it, or name another file with --out.',
    });
  }
}

function textOf({ targets }: Draft, { subscriptions }: Found, existing: Existing | null, path: string): string {
  const files = targets.map(({ file }) => file);
  if (existing !== null) return withTargets(existing, files);
  const hasSchema = existsSync(join(dirname(path), 'rotation.schema.json'));
  const content = { ...(hasSchema && { $schema: './rotation.schema.json' }), subscriptions, targets: files };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** What the app would refuse is not written. @throws Failure with everything that is wrong */
function checked(text: string, local: boolean, cloud: Cloud): void {
  const parsed = parseRotationFile(text, { development: local, cloud });
  if (parsed.ok) return;
  throw new Failure('What would be written is not a valid rotation.json.', {
    code: 'ConfigurationInvalid',
    remedy: 'Mend what is listed in the file that is there; without one this is a mistake of this program.',
    lines: parsed.faults.map((fault) => `${fault.path}: ${fault.message}`),
  });
}

/** Beside it and then renamed, so that whoever reads it meanwhile reads the one or the other. */
function write(path: string, text: string): void {
  const fresh = join(dirname(path), `.${process.pid}.rotation.json`);
  try {
    writeFileSync(fresh, text, { flag: 'wx' });
    renameSync(fresh, path);
  } catch {
    rmSync(fresh, { force: true });
    throw new Failure(`${path} cannot be written.`, {
      remedy: 'Check that its folder is there, and the rights on it.',
    });
  }
}

interface Outcome {
  readonly drafted: Draft;
  readonly found: Found;
  readonly existing: Existing | null;
  readonly path: string;
  readonly isWritten: boolean;
}

function show({ drafted, found, existing, path, isWritten }: Outcome, { json, dryRun }: Options, { out }: Cli): void {
  const { targets, notes } = drafted;
  const kept = [...(existing?.names ?? [])];
  if (json) {
    const added = targets.map(({ file, publications }) => ({
      ...file,
      fingerprints: publications.map(({ id, fingerprint }) => ({ secret: id, fingerprint })),
    }));
    out.json({ file: path, written: isWritten, added, kept, notes, unseen: found.unseen });
    return;
  }
  const { paint } = out;
  for (const name of kept) out.line(paint('dim', `= ${name}`));
  for (const { file, publications } of targets) {
    out.line(paint('green', `+ ${file.name}  ${file.resourceId}`));
    for (const { id, fingerprint } of publications)
      out.line(`    ${shortSecret(id)}  ${fingerprint ?? 'without a key'}`);
    for (const { name, evidence } of file.consumers ?? []) out.line(`    read by ${name} (${evidence})`);
  }
  if (notes.length > 0) out.lines(['', paint('bold', 'To look at:'), ...notes.map((note) => `  ${note}`)]);
  if (found.unseen.length > 0) {
    out.lines([
      '',
      paint('bold', 'Not seen, so nothing of it is in the file:'),
      ...found.unseen.map((what) => `  ${what}`),
    ]);
  }
  out.line();
  out.line(conclusion(path, targets.length, kept.length, isWritten, dryRun ?? false));
  if (!dryRun) return;
  for (const { file } of targets)
    out.lines(
      JSON.stringify(file, null, 2)
        .split('\n')
        .map((line) => paint('green', `+ ${line}`)),
    );
}

function conclusion(path: string, added: number, kept: number, isWritten: boolean, isDry: boolean): string {
  const what = `${added} added, ${kept} kept as they are`;
  if (isWritten) return `${path} is written: ${what}. Read it, then check it with doctor.`;
  if (added === 0)
    return kept > 0
      ? `${path} has it all: nothing is added.`
      : 'Nothing was found that could be rotated, so nothing is written.';
  return isDry ? `Nothing is written. ${path} would be: ${what}.` : '';
}
