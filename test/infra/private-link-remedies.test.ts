import { describe, expect, it } from 'vitest';
import { PRIVATE_LINK_MODULE, STAGES } from '../../src/app/remedies/private-link-module.ts';
import { remedyOf } from '../../src/app/remedies/remedies.ts';
import type { RemediedCode } from '../../src/app/remedies/topics.ts';
import { aHostileSubject, aSubject } from '../app/remedies/a-subject.ts';
import { AZ_COMMANDS } from '../app/remedies/az-commands.ts';
import { azCallsIn } from '../app/remedies/shell.ts';
import { infraSources, readInfra, type Sources } from './bicep/sources.ts';
import { CHECKS } from './checks/all.ts';

/** The remedies that the module does, and the stages that they name. */
const REMEDIES = [
  ['PrivateEndpointMissing', STAGES],
  ['PublicRestApi', ['restricted']],
  ['PublicServerConnection', ['restricted']],
  ['PublicTrace', ['restricted']],
  ['PublicClientConnection', ['closed']],
  ['PublicNetworkAccess', ['closed']],
] as const satisfies readonly (readonly [RemediedCode, readonly string[]])[];

const template = readInfra(infraSources()).templates.get(PRIVATE_LINK_MODULE);

/** The module as it is referred to, without the marks of the comment, beside the templates of infra/. */
function asTemplate(bicep: string): Sources {
  const from = bicep.indexOf('// module privateLink ');
  const code = bicep
    .slice(from)
    .split('\n')
    .filter((line) => line.startsWith('// '));
  const end = code.indexOf('// }');
  const text = code
    .slice(0, end + 1)
    .map((line) => line.slice(3))
    .join('\n');
  return new Map(infraSources()).set('own.bicep', `metadata description = 'Of somebody.'\n\n${text}\n`);
}

const faultsOf = (sources: Sources): readonly string[] => {
  const infra = readInfra(sources);
  const found = ['syntax', 'modules'].flatMap((check) => CHECKS[check]?.(infra) ?? []);
  return found.filter(({ path }) => path === 'own.bicep').map(({ text }) => text);
};

const known = template?.params ?? [];
const required = known.filter(({ initial }) => initial === null).map(({ name }) => name);

describe.each(REMEDIES)('the remedy for %s', (code, stages) => {
  const { text } = remedyOf(code, aSubject());

  it('names the module, its parameters and stages, and where it is explained', () => {
    const [, told = ''] = text.split(`${PRIVATE_LINK_MODULE} of this project does it, with `);
    const [parameters = '', where] = told.split(': ');
    expect(where).toBe('docs/deploy.md, Private network.');
    const names = [...new Set(parameters.match(/\b(?:\w+Id|stage)\b/g))];
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(names).toEqual(expect.arrayContaining(required));
    expect([...parameters.matchAll(/stage=(\w+)/g)].map(([, stage]) => stage)).toEqual(stages);
    const allowed = template?.params.find(({ name }) => name === 'stage');
    for (const stage of stages) expect(JSON.stringify(allowed)).toContain(stage);
  });
});

describe.each(REMEDIES.filter(([code]) => code === 'PrivateEndpointMissing' || code === 'PublicNetworkAccess'))(
  'the remedy for %s',
  (code, stages) => {
    const { azureCli } = remedyOf(code, aSubject());

    it('has a deployment, with parameters that the template has, and says with which stage to go on', () => {
      expect(azureCli).toContain('docs/deploy.md, Private network');
      const uncommented = azureCli.replaceAll(/^# (?=az deployment| {2,})/gm, '');
      const [call = [], ...others] = azCallsIn(uncommented).filter(([first]) => first === 'deployment');
      expect(others).toEqual([]);
      const parameters = call.slice(call.indexOf('--parameters') + 1);
      expect(parameters[0]).toBe(`stage=${stages[0]}`);
      for (const stage of stages) expect(azureCli).toContain(`stage=${stage}`);
      const names = parameters.map((each) => each.slice(0, each.indexOf('=')));
      expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(names).toEqual(expect.arrayContaining(required));
      const options = call.filter((word) => /^--[a-z]/.test(word)).map((word) => word.slice(2));
      expect(AZ_COMMANDS['deployment group create']).toEqual(expect.arrayContaining(options));
    });

    it('has a reference that the module takes: its parameters are there, and none that is required is missing', () => {
      for (const subject of [aSubject(), aHostileSubject()])
        expect(faultsOf(asTemplate(remedyOf(code, subject).bicep))).toEqual([]);
    });
  },
);

describe('a reference that the module would not take', () => {
  it.each([
    ['networkId:', 'vnetId:', /vnetId/],
    ['  signalrId:', '  // signalrId:', /signalrId/],
    ["stage: 'endpoint'", "stage: 'open'", /open/],
    ['signalr-private-link.bicep', 'signalr-private-links.bicep', /private-links/],
  ])('is named: %s as %s', (text, instead, says) => {
    const sources = asTemplate(remedyOf('PrivateEndpointMissing', aSubject()).bicep);
    const own = sources.get('own.bicep') ?? '';
    expect(own).toContain(text);
    expect(faultsOf(new Map(sources).set('own.bicep', own.replace(text, instead))).join('\n')).toMatch(says);
  });
});
