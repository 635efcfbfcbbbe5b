import { describe, expect, it } from 'vitest';
import { nextSteps } from '../../../src/app/remedies/next-steps.ts';
import { referencesOf, remedyOf } from '../../../src/app/remedies/remedies.ts';
import { CLOUD_NAMES, CLOUDS } from '../../../src/core/clouds.ts';
import { aPosture } from '../../support/a-posture.ts';
import { aSubject, EVERY_CODE, secretId } from './a-subject.ts';
import { complaintsOf } from './shell.ts';

/** Addresses of the public cloud. Learn and other pages to read are the same for all. */
const PUBLIC = Object.values(CLOUDS.AzureCloud).filter((host) => host.includes('.'));
const isPublicIn = (text: string): readonly string[] => PUBLIC.filter((host) => text.includes(host));

describe.each(CLOUD_NAMES.filter((name) => name !== 'AzureCloud'))('in %s', (name) => {
  const cloud = CLOUDS[name];
  const subject = aSubject({ cloud, secrets: [secretId(`https://kv-a.${cloud.vaults}/secrets/chat`)] });

  it.each(EVERY_CODE)('no remedy leads into the public cloud: %s', (code) => {
    for (const own of [subject, { ...subject, secrets: [] }]) {
      const remedy = remedyOf(code, own);
      expect(isPublicIn(JSON.stringify(remedy))).toEqual([]);
      expect(complaintsOf(remedy.azureCli)).toBe('');
      if (/^az /m.test(remedy.azureCli)) expect(remedy.azureCli).toContain(`az cloud set --name ${name}`);
    }
    expect(isPublicIn(JSON.stringify(referencesOf(code, cloud)))).toEqual([]);
  });

  it('the path to a private endpoint has the zone of the cloud, and what resolves', () => {
    const { portal, azureCli, bicep, terraform } = remedyOf('PrivateEndpointMissing', subject);
    const zone = `privatelink.${cloud.signalR}`;
    for (const way of [portal.join('\n'), azureCli, bicep, terraform]) expect(way).toContain(zone);
    expect(portal.join('\n')).toContain(`Chat-Prod.${cloud.signalR} resolves to a private address`);
  });

  it('the steps away from keys do not lead there either', () => {
    const steps = nextSteps(
      { verdict: 'MigrateFirst', reasons: [] },
      { subject, publications: [], resource: aPosture({ aadAuthDisabled: true }), target: 'chat', consumers: [] },
    );
    expect(steps.length).toBeGreaterThan(0);
    expect(isPublicIn(JSON.stringify(steps))).toEqual([]);
    expect(steps[0]?.azureCli).toContain(`az cloud set --name ${name}`);
  });
});

it('in the public cloud no remedy speaks of clouds', () => {
  for (const code of EVERY_CODE) expect(JSON.stringify(remedyOf(code, aSubject()))).not.toContain('az cloud set');
});
