import { clients } from './clients.ts';
import { consumers } from './consumers.ts';
import { inCloud } from './in-cloud.ts';
import { ipRules } from './ip-rules.ts';
import { keys } from './keys.ts';
import { localAuth } from './local-auth.ts';
import { logs } from './logs.ts';
import { network } from './network.ts';
import { privateEndpoints } from './private-endpoints.ts';
import { privateLink } from './private-link.ts';
import type { Remedy, Subject } from './remedy.ts';
import { secrets } from './secrets.ts';
import { strangers } from './strangers.ts';
import type { RemediedCode } from './topics.ts';
import { upstream } from './upstream.ts';
import { vaults } from './vaults.ts';

export { referencesOf } from './references.ts';

const REMEDIES: Readonly<Record<RemediedCode, (subject: Subject) => Remedy>> = {
  ...keys,
  ...localAuth,
  ...secrets,
  ...vaults,
  ...consumers,
  ...network,
  ...privateLink,
  ...privateEndpoints,
  ...ipRules,
  ...logs,
  ...clients,
  ...upstream,
  ...strangers,
};

/** How to mend a finding, made out for what it was found in. */
export const remedyOf = (code: RemediedCode, subject: Subject): Remedy =>
  inCloud(REMEDIES[code](subject), subject.cloud);
