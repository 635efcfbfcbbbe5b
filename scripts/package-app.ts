import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import software from '../package.json' with { type: 'json' };
import { parseRotationFile } from '../src/config.ts';
import { GRANT_SCOPES, type GrantScope, type RotationFile, whatHinders } from './provisioning.ts';

export interface PackageOptions {
  /** Where rotation.json, host.json and what azd knows are. */
  readonly root: string;
  readonly bundle: string;
  readonly into: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the folder that azd uploads: host.json, a package.json with nothing to install, the bundle, rotation.json. A
 * file that would not be granted, or not be accepted by the app, is refused here and not after it is in Azure.
 */
export function packageApp({ root, bundle, into, env }: PackageOptions): void {
  const rotation = rotationIn(root, grantScopeIn(root, env));
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  copyFileSync(bundle, join(into, 'index.cjs'));
  copyFileSync(join(root, 'host.json'), join(into, 'host.json'));
  const { name, version } = software;
  writeFileSync(
    join(into, 'package.json'),
    `${JSON.stringify({ name, version, private: true, main: 'index.cjs' }, null, 2)}\n`,
  );
  writeFileSync(join(into, 'rotation.json'), rotation);
}

export class NotPackaged extends Error {
  override readonly name = 'NotPackaged';
  constructor(reasons: readonly string[]) {
    super(['The app is not packaged:', ...reasons].join('\n- '));
  }
}

function rotationIn(root: string, grantScope: GrantScope): string {
  const [usual, large] = [readIn(root, 'rotation.json'), readIn(root, 'rotation.large.json')];
  const text = large ?? usual;
  if (text === null) throw new NotPackaged(['there is no rotation.json: see rotation.example.json']);
  const parsed = parseRotationFile(text, { development: false });
  if (!parsed.ok) throw new NotPackaged(parsed.faults.map(({ path, message }) => `${path} ${message}`));
  const hinders = large === null ? whatHinders(text, grantScope) : whatHindersLarge(usual, grantScope);
  if (hinders.length > 0) throw new NotPackaged(hinders);
  return text;
}

/** Bicep loads rotation.json beside it: two lists of targets would tell app and templates different things. */
function whatHindersLarge(usual: string | null, grantScope: GrantScope): readonly string[] {
  const { targets = [] } = JSON.parse(usual ?? '{}') as RotationFile;
  return [
    ...(targets.length > 0
      ? ['rotation.json lists targets beside rotation.large.json: leave one of the two empty']
      : []),
    ...(grantScope === 'resource' ? ['rotation.large.json needs GRANT_SCOPE resourceGroup or subscription'] : []),
  ];
}

/** Of the environment that azd has chosen: it hands its values to hooks, and not to every build. */
function grantScopeIn(root: string, env: PackageOptions['env']): GrantScope {
  const chosen = env.GRANT_SCOPE ?? valueIn(azdEnvironment(root, env), 'GRANT_SCOPE') ?? 'resource';
  const known = GRANT_SCOPES.find((each) => each === chosen);
  if (known === undefined)
    throw new NotPackaged([`GRANT_SCOPE is ${chosen} and has to be one of ${GRANT_SCOPES.join(', ')}`]);
  return known;
}

function azdEnvironment(root: string, env: PackageOptions['env']): string {
  const config = JSON.parse(readIn(root, '.azure/config.json') ?? '{}') as { readonly defaultEnvironment?: string };
  const name = env.AZURE_ENV_NAME ?? config.defaultEnvironment;
  return name === undefined ? '' : (readIn(root, `.azure/${name}/.env`) ?? '');
}

const valueIn = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1];

function readIn(root: string, path: string): string | null {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
