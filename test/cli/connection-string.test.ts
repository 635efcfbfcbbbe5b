import { afterAll, describe, expect, it } from 'vitest';
import { fingerprintOf, newKey } from '../../local/azure/keys.ts';
import { parse } from '../../src/connection-string/parse.ts';
import { cli, everything, type RunOptions } from './a-command-line.ts';

const GUID = '00000000-0000-0000-0000-000000000000';
const KEYS = { old: newKey(44, Date.now()), new: newKey(84, Date.now()) };
const SECRET = 'app~secret.Of-Mine_8Q';
const keyed = `Endpoint=https://chat.service.signalr.net;AccessKey=${KEYS.old};Version=1.0;`;
const passwordless = 'Endpoint=https://chat.service.signalr.net;AuthType=azure.msi;Version=1.0;';
const masked = 'Endpoint=https://chat.service.signalr.net;AccessKey=***;Version=1.0;';

const connectionString = (args: readonly string[], input: string, options: RunOptions = {}) =>
  cli(['connection-string', ...args], { input, ...options });

/** Of what was asked with --show-secret, the secret is meant to be there. */
const shown: string[] = [];
afterAll(() => {
  const secrets = [KEYS.old, KEYS.new, SECRET];
  const leaks = everything.filter((said) => !shown.includes(said) && secrets.some((secret) => said.includes(secret)));
  expect(leaks).toEqual([]);
});

describe.concurrent('build', () => {
  const base = ['build', '--resource', 'chat'];

  it.each([
    ['AzureChinaCloud', 'chat.signalr.azure.cn'],
    ['AzureUSGovernment', 'chat.signalr.azure.us'],
  ])('names the resource as AZURE_CLOUD %s has it', async (AZURE_CLOUD, host) => {
    const { stdout } = await cli(['connection-string', ...base, '--auth', 'azure.msi'], { env: { AZURE_CLOUD } });
    expect(stdout).toContain(`Endpoint=https://${host};AuthType=azure.msi`);
  });

  it('does not guess at a cloud that is not there', async () => {
    const ran = await cli(['connection-string', ...base, '--auth', 'azure.msi'], { env: { AZURE_CLOUD: 'Azure' } });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('AzureCloud, AzureChinaCloud, AzureUSGovernment');
  });

  it.each([
    ['an access key', ['--auth', 'access-key'], KEYS.old, masked],
    [
      'whatever the environment gives',
      ['--auth', 'azure'],
      '',
      'Endpoint=https://chat.service.signalr.net;AuthType=azure;Version=1.0;',
    ],
    ['an identity assigned by the system', ['--auth', 'azure.msi'], '', passwordless],
    [
      'an identity assigned by the user',
      ['--auth', 'azure.msi', '--client-id', GUID],
      '',
      `Endpoint=https://chat.service.signalr.net;AuthType=azure.msi;ClientId=${GUID};Version=1.0;`,
    ],
    [
      'an application with a secret',
      ['--auth', 'azure.app', '--client-id', GUID, '--tenant-id', GUID],
      SECRET,
      `Endpoint=https://chat.service.signalr.net;AuthType=azure.app;ClientId=${GUID};ClientSecret=***;TenantId=${GUID};Version=1.0;`,
    ],
    [
      'an application with a certificate',
      ['--auth', 'azure.app', '--client-id', GUID, '--tenant-id', GUID, '--certificate', '/cert/app.pfx'],
      '',
      `Endpoint=https://chat.service.signalr.net;AuthType=azure.app;ClientId=${GUID};ClientCert=/cert/app.pfx;TenantId=${GUID};Version=1.0;`,
    ],
    [
      'endpoints for clients and servers, a port and a version',
      [
        ...[
          '--auth',
          'azure.msi',
          '--client-endpoint',
          'https://gateway.example',
          '--server-endpoint',
          'https://inside.example',
        ],
        ...['--port', '8443', '--string-version', '1.1'],
      ],
      '',
      'Endpoint=https://chat.service.signalr.net;AuthType=azure.msi;ClientEndpoint=https://gateway.example;ServerEndpoint=https://inside.example;Port=8443;Version=1.1;',
    ],
  ])('writes %s', async (_, args, input, expected) => {
    const { code, stdout } = await connectionString([...base, ...args], input);
    expect([code, stdout]).toEqual([0, `${expected}\n`]);
  });

  it('shows a secret where that was asked for and the output is no terminal', async () => {
    const { stdout, said } = await connectionString(
      [...base, '--auth', 'access-key', '--show-secret'],
      `${KEYS.old}\n`,
    );
    shown.push(said);
    expect(stdout).toBe(`${keyed}\n`);
  });

  it.each([
    ['env', 'Azure__SignalR__ConnectionString__east__secondary'],
    ['key-vault', 'Azure--SignalR--ConnectionString--east--secondary'],
    ['app-configuration', 'Azure:SignalR:ConnectionString:east:secondary'],
    ['functions', 'Azure__SignalR__Endpoints__east__secondary'],
  ])('spells a named endpoint for %s', async (to, name) => {
    const { stdout } = await connectionString(
      [...base, '--auth', 'azure.msi', '--name', 'east', '--type', 'secondary', '--to', to],
      '',
    );
    expect(stdout).toBe(`${name}=${passwordless}\n`);
  });

  it.each([
    ['no endpoint', ['build', '--auth', 'azure.msi'], 2, 'Name one of --endpoint and --resource'],
    ['two endpoints', [...base, '--endpoint', 'https://a', '--auth', 'azure.msi'], 2, 'Name one of'],
    ['no kind of sign-in', base, 2, '--auth <kind>'],
    ['an unknown one', [...base, '--auth', 'password'], 2, 'Allowed choices are'],
    ['an id that would be ignored', [...base, '--auth', 'azure', '--client-id', GUID], 2, 'takes no --client-id'],
    ['an application without ids', [...base, '--auth', 'azure.app'], 2, 'needs --client-id and --tenant-id'],
    ['no key', [...base, '--auth', 'access-key'], 2, 'No access key came in'],
    ['an endpoint that is none', ['build', '--endpoint', 'wss://a', '--auth', 'azure.msi'], 1, 'Endpoint must be'],
    ['a secondary without a name', [...base, '--auth', 'azure.msi', '--type', 'secondary'], 2, 'needs a name'],
    ['a name that is read as two', [...base, '--auth', 'azure.msi', '--name', 'a--b'], 2, 'cannot be spelt everywhere'],
    ['identity settings for a key', [...base, '--auth', 'access-key', '--to', 'functions-identity'], 1, 'no such form'],
    [
      'a name that Key Vault refuses',
      [...base, '--auth', 'azure.msi', '--name', 'a_b', '--to', 'key-vault'],
      1,
      'Key Vault',
    ],
  ])('refuses %s', async (what, args, status, words) => {
    const { code, stdout, stderr } = await connectionString(args, what.startsWith('identity') ? KEYS.old : '');
    expect([code, stdout]).toEqual([status, '']);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words);
  });
});

describe.concurrent('parse', () => {
  it('says where it leads and what it signs in with, by fingerprint', async () => {
    const { code, stdout } = await connectionString(['parse'], keyed);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^endpoint +https:\/\/chat\.service\.signalr\.net$/m);
    expect(stdout).toContain(`an access key, ${fingerprintOf(KEYS.old)}`);
  });

  it('says it as JSON, without the key', async () => {
    const { stdout } = await connectionString(['parse', '--json'], keyed);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        endpoint: 'https://chat.service.signalr.net',
        credential: { kind: 'access-key' },
        fingerprint: fingerprintOf(KEYS.old),
        redacted: masked,
      },
    ]);
  });

  it('warns of two readings', async () => {
    const { code, stdout } = await connectionString(['parse'], keyed.replace('Version', 'AuthType=azure.msi;Version'));
    expect(code).toBe(0);
    expect(stdout).toContain('SDKs of 2024 and before');
    expect(stdout).toContain('Remove one of the two');
  });

  it.each([
    ['one that lacks its endpoint', `AccessKey=${KEYS.old};Version=1.0;`, 'needs an Endpoint'],
    ['one with a property twice', `${keyed}Version=1.0;`, 'Version appears more than once'],
    ['a text that is none', 'hello\n', 'neither a setting nor a connection string'],
    ['JSON that is none', '{ "a": ', 'begins like JSON and is none'],
    ['settings of something else', 'FOO=bar\n', 'no SignalR connection string'],
  ])('refuses %s', async (_, input, words) => {
    const { code, stderr } = await connectionString(['parse'], input);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});

describe.concurrent('convert', () => {
  const two: [string, string][] = [
    [
      'env',
      `Azure__SignalR__ConnectionString__east=${keyed}\nAzure__SignalR__ConnectionString__west__secondary=${passwordless}\n`,
    ],
    [
      'key-vault',
      `Azure--SignalR--ConnectionString--east=${keyed}\nAzure--SignalR--ConnectionString--west--secondary=${passwordless}\n`,
    ],
    [
      'app-configuration',
      `Azure:SignalR:ConnectionString:east=${keyed}\nAzure:SignalR:ConnectionString:west:secondary=${passwordless}\n`,
    ],
    [
      'functions',
      `Azure__SignalR__Endpoints__east=${keyed}\nAzure__SignalR__Endpoints__west__secondary=${passwordless}\n`,
    ],
    [
      'user-secrets',
      `dotnet user-secrets set "Azure:SignalR:ConnectionString:east" "${keyed}"\ndotnet user-secrets set "Azure:SignalR:ConnectionString:west:secondary" "${passwordless}"\n`,
    ],
    [
      'appsettings',
      `${JSON.stringify({ 'Azure:SignalR:ConnectionString:east': keyed, 'Azure:SignalR:ConnectionString:west:secondary': passwordless }, null, 2)}\n`,
    ],
    [
      'local-settings',
      `${JSON.stringify({ IsEncrypted: false, Values: { 'Azure:SignalR:Endpoints:east': keyed, 'Azure:SignalR:Endpoints:west:secondary': passwordless } }, null, 2)}\n`,
    ],
  ];

  it.each(two.map(([from, text], index) => [from, text, ...(two[(index + 1) % two.length] ?? ['', ''])] as const))(
    'reads from %s what it writes there and to the next',
    async (_, text, to, expected) => {
      const { code, stdout, said } = await connectionString(['convert', '--to', to, '--show-secret'], text);
      shown.push(said);
      expect([to, code, stdout]).toEqual([to, 0, expected]);
    },
  );

  it.each([
    [
      'nested settings',
      JSON.stringify({ Azure: { SignalR: { ConnectionString: passwordless } }, Logging: { Level: 'x' } }),
    ],
    [
      'a list of the Azure CLI',
      JSON.stringify([{ name: 'Azure__SignalR__ConnectionString', value: passwordless, slotSetting: false }]),
    ],
    [
      'connection strings of App Service',
      JSON.stringify({ ConnectionStrings: { 'Azure:SignalR:ConnectionString': passwordless } }),
    ],
    ['an exported variable in quotes', `export Azure__SignalR__ConnectionString='${passwordless}'\n# a comment\n`],
    ['a string alone, in quotes', `"${passwordless}"`],
    ['Functions', `AzureSignalRConnectionString=${passwordless}`],
    [
      'identity settings',
      'AzureSignalRConnectionString__serviceUri=https://chat.service.signalr.net\nAzureSignalRConnectionString__credential=managedidentity',
    ],
  ])('reads %s', async (_, input) => {
    const { code, stdout } = await connectionString(['convert', '--to', 'plain'], input);
    expect([code, stdout]).toEqual([0, `${passwordless}\n`]);
  });

  it('writes identity settings that lead to the same place with the same identity', async () => {
    const string = `Endpoint=https://chat.service.signalr.net;AuthType=azure.app;ClientId=${GUID};ClientSecret=${SECRET};TenantId=${GUID};ClientEndpoint=https://gateway.example;Version=1.0;`;
    const args = ['convert', '--to', 'functions-identity', '--name', 'east', '--type', 'secondary'];
    const hidden = await connectionString(args, string);
    expect(hidden.stdout.split('\n')).toEqual([
      'Azure__SignalR__Endpoints__east__serviceUri=https://chat.service.signalr.net',
      'Azure__SignalR__Endpoints__east__clientEndpoint=https://gateway.example',
      `Azure__SignalR__Endpoints__east__tenantId=${GUID}`,
      `Azure__SignalR__Endpoints__east__clientId=${GUID}`,
      'Azure__SignalR__Endpoints__east__clientSecret=***',
      'Azure__SignalR__Endpoints__east__type=secondary',
      '',
    ]);
    const there = await connectionString([...args, '--show-secret'], string);
    const back = await connectionString(['convert', '--to', 'plain', '--show-secret'], there.stdout);
    shown.push(there.said, back.said);
    expect(parse(back.stdout.trim())).toEqual(parse(string));
  });

  it('says how many settings had nothing to do with it', async () => {
    const { stderr } = await connectionString(['convert', '--to', 'env'], `FOO=bar\nBAR=foo\n${passwordless}\n`);
    expect(stderr).toContain('2 settings had nothing to do with SignalR');
  });

  it('refuses two that would overwrite each other', async () => {
    const { code, stderr } = await connectionString(['convert', '--to', 'env'], `${passwordless}\n${passwordless}\n`);
    expect(code).toBe(1);
    expect(stderr).toContain('Two endpoints have no name');
  });
});

describe.concurrent('edit', () => {
  it('replaces a key and leaves every other byte', async () => {
    const odd = `version=1.0 ;; accesskey= ${KEYS.old} ;ENDPOINT=https://chat.service.signalr.net;x=1`;
    const { stdout, said } = await connectionString(['edit', '--new-key', '--show-secret'], `${odd}\n${KEYS.new}\n`);
    shown.push(said);
    expect(stdout).toBe(`${odd.replace(KEYS.old, KEYS.new)}\n`);
  });

  it('takes it from a key to an identity', async () => {
    const { stdout } = await connectionString(['edit', '--remove', 'accesskey', '--set', 'AuthType=azure.msi'], keyed);
    expect(stdout).toBe('Endpoint=https://chat.service.signalr.net;Version=1.0;AuthType=azure.msi;\n');
  });

  it.each([
    ['nothing to change', ['edit'], 2, 'Say what to change'],
    ['an unknown property', ['edit', '--set', 'Colour=red'], 2, '--set knows no such property'],
    ['a secret from the command line', ['edit', '--set', 'ClientSecret=x'], 2, 'looks like a key'],
    ['what would be read back as another', ['edit', '--set', 'ClientEndpoint=https://a;Port=1'], 1, 'ClientEndpoint'],
    ['what no SDK accepts', ['edit', '--set', 'Version=2.0'], 1, 'Version must be 1.x'],
    ['a new key for a string without one', ['edit', '--new-key'], 2, 'must have 2 lines'],
  ])('refuses %s', async (_, args, status, words) => {
    const { code, stdout, stderr } = await connectionString(args, keyed);
    expect([code, stdout]).toEqual([status, '']);
    expect(stderr).toContain(words);
  });
});

describe.concurrent('redact and fingerprint', () => {
  it('masks each line', async () => {
    const { stdout } = await connectionString(['redact'], `${keyed}\n${KEYS.new}\n`);
    expect(stdout).toBe(`${masked}\n***\n`);
  });

  it.each([
    ['a connection string', keyed],
    ['a bare key', `${KEYS.old}\n`],
    ['a line that holds one', `"Azure:SignalR:ConnectionString": "${keyed}",`],
  ])('prints the fingerprint of the key in %s', async (_, input) => {
    const { code, stdout } = await connectionString(['fingerprint'], input);
    expect([code, stdout]).toEqual([0, `${fingerprintOf(KEYS.old)}\n`]);
  });

  it.each([
    ['a string without a key', passwordless],
    ['some other text', 'hello'],
  ])('finds none in %s', async (_, input) => {
    const { code, stderr } = await connectionString(['fingerprint', '--json'], input);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no SignalR key');
  });

  it('says that nothing came in', async () => {
    const { code, stderr } = await connectionString(['redact'], '\n');
    expect(code).toBe(2);
    expect(stderr).toContain('came in on standard input');
  });
});
