import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { localAzureFile } from '../../src/cli/local-azure-file.ts';
import type { LocalAzure } from '../azure/server.ts';

/** Where `signalr-key-rotation init --local` finds this Azure while it runs. @returns its end */
export async function tellCommandLine({ settings }: LocalAzure, url: string): Promise<() => Promise<void>> {
  const path = localAzureFile(url);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  return () => rm(path, { force: true });
}
