import { CLOUD_NAMES, type Cloud, cloudNamed } from '../core/clouds.ts';
import { usage } from './failure.ts';

/** The cloud that AZURE_CLOUD names, as it does for the app; without it the public one. @throws Failure */
export function cloudIn({ AZURE_CLOUD: name }: NodeJS.ProcessEnv): Cloud {
  const cloud = cloudNamed(name);
  if (cloud === null) throw usage('AZURE_CLOUD names no cloud.', `Set it to one of ${CLOUD_NAMES.join(', ')}.`);
  return cloud;
}
