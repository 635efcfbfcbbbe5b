import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Access } from '../azure/authorised.ts';
import { managedIdentity } from '../azure/credential.ts';
import { personAtTerminal } from '../azure/person.ts';
import { LocalAzureRefused, localAzureFrom, transportFor } from '../azure/transport.ts';
import type { Cloud } from '../core/clouds.ts';
import { LOCAL_URL } from './app-access.ts';
import { Failure, usage } from './failure.ts';
import { localAzureFile } from './local-azure-file.ts';

/** Azure itself, as whoever is signed in on this machine may see it. */
export const azureAccess = (cloud: Cloud): Access => ({
  credential: personAtTerminal(cloud),
  httpClient: transportFor(null),
  cloud,
});

/** By this name the local Azure knows the person, so that the rights of the app are left out of it. */
const PERSON = 'person-at-terminal';

const settingsSchema = z.object({
  LOCAL_AZURE: z.string(),
  AZURE_FUNCTIONS_ENVIRONMENT: z.literal('Development'),
  IDENTITY_ENDPOINT: z.url(),
  IDENTITY_HEADER: z.string(),
});

/**
 * The Azure that `npm start` runs on this machine. What the environment says goes before what is in its file.
 *
 * @param url of the app there
 * @throws Failure
 */
export function localAzureAccess(url: string | undefined, env: NodeJS.ProcessEnv): Access {
  const settings = env.LOCAL_AZURE ? env : settingsIn(localAzureFile(url ?? LOCAL_URL));
  try {
    const localAzure = localAzureFrom(settings);
    // The identity library reads these where it is made, and takes them from nowhere else.
    Object.assign(process.env, {
      IDENTITY_ENDPOINT: settings.IDENTITY_ENDPOINT ?? '',
      IDENTITY_HEADER: settings.IDENTITY_HEADER ?? '',
    });
    return { credential: managedIdentity(PERSON), httpClient: transportFor(localAzure) };
  } catch (error) {
    if (error instanceof LocalAzureRefused) throw usage(error.message);
    throw error;
  }
}

function settingsIn(path: string): z.infer<typeof settingsSchema> {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Failure(`No local Azure runs: ${path} is not there.`, {
      code: 'NoLocalAzure',
      remedy: 'Run npm start in this folder; where it has another port than 7071, say --url http://127.0.0.1:<port>.',
    });
  }
}
