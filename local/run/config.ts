import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigFault, RotationConfig } from '../../src/config.ts';
import { loadSettings } from '../../src/settings.ts';
import type { LocalAzure } from '../azure/server.ts';
import { CannotStart } from './cannot-start.ts';

export interface ReadConfig {
  readonly path: string;
  readonly config: RotationConfig;
}

/** The generated rotation.json, as a file because the app reads files. */
export async function writeConfig(directory: string, rotation: unknown): Promise<ReadConfig> {
  const path = join(directory, 'rotation.json');
  await writeFile(path, `${JSON.stringify(rotation, null, 2)}\n`);
  return readConfig(path);
}

/**
 * Reads it exactly as the app will, before anything runs that a bad file would have to end again.
 *
 * @throws CannotStart with every problem and its path
 */
export function readConfig(path: string): ReadConfig {
  const loaded = loadSettings({ ROTATION_CONFIG: path, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' });
  if (!loaded.ok) throw invalid(path, loaded.faults);
  return { path, config: loaded.config };
}

/**
 * A person's own file may change everything but the world.
 *
 * @throws CannotStart with everything in it that is not there
 */
export function checkAgainstWorld({ path, config }: ReadConfig, azure: LocalAzure): void {
  const resources = azure.resources.map(({ id }) => id.toLowerCase());
  const secrets = azure.vaults.flatMap((vault) => vault.secrets.map(({ name }) => vault.idOf(name).toLowerCase()));
  const faults = config.targets.flatMap(({ resourceId, publications }, index): ConfigFault[] => {
    const at = `targets[${index}]`;
    return [
      ...(resources.includes(resourceId) ? [] : [{ path: `${at}.resourceId`, message: notHere }]),
      ...publications.flatMap(({ secret }, i) =>
        secrets.includes(secret) ? [] : [{ path: `${at}.publications[${i}].secret`, message: notHere }],
      ),
    ];
  });
  if (faults.length > 0) throw invalid(path, faults);
}

const notHere = 'does not exist locally; without ROTATION_CONFIG a file is generated that names all that does';

function invalid(path: string, faults: readonly ConfigFault[]): CannotStart {
  const problems = faults.map((fault) => (fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`));
  return new CannotStart(`The configuration ${path} cannot be used:`, problems);
}
