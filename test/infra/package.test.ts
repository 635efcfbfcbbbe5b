import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotPackaged, packageApp } from '../../scripts/package-app.ts';
import { CLOUDS, type CloudName } from '../../src/core/clouds.ts';
import { loadSettings } from '../../src/settings.ts';
import { bundled } from '../local/host/running.ts';
import { anInstallation, resourcesOf, signalr } from './a-deployment.ts';
import { infraSources, planted, type Sources } from './bicep/sources.ts';
import type { Value } from './deploy/value.ts';

const rotation = {
  targets: [
    {
      name: 'chat',
      resourceId: signalr('chat'),
      publications: [{ secret: 'https://kv-a.vault.azure.net/secrets/chat' }],
      consumers: [{ name: 'web', evidence: 'ack' }],
    },
  ],
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

let bundle: string;
beforeAll(async () => {
  bundle = await bundled('../../../../src/index.ts');
});

function aClone(files: Readonly<Record<string, string>> = { 'rotation.json': JSON.stringify(rotation) }) {
  const root = mkdtempSync(join(tmpdir(), 'clone-'));
  folders.push(root);
  writeFileSync(join(root, 'host.json'), readFileSync('host.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const into = join(root, 'dist', 'app');
  return { root, into, make: (env = {}) => packageApp({ root, bundle, into, env }) };
}

interface Registered {
  readonly name: string;
  readonly bindings: Readonly<Record<string, { type: string; queueName?: string; route?: string; schedule?: string }>>;
}

/** In a process of its own, whose environment is the settings and nothing else. */
function load(folder: string, settings: Readonly<Record<string, string>>): readonly Registered[] {
  const script = resolve('test/infra/load-bundle.cjs');
  return JSON.parse(execFileSync(process.execPath, [script], { cwd: folder, env: settings, encoding: 'utf8' }));
}

/** What infra/ gives the app. */
function settingsFor(
  params: Readonly<Record<string, Value>> = {},
  sources: Sources = infraSources(),
  cloud: CloudName = 'AzureCloud',
): Readonly<Record<string, string>> {
  const [site] = resourcesOf(anInstallation({ rotation, params, sources, cloud }), 'Microsoft.Web/sites');
  const { siteConfig } = (site?.body.properties ?? {}) as unknown as {
    readonly siteConfig: { readonly appSettings: readonly { readonly name: string; readonly value: string }[] };
  };
  return Object.fromEntries(siteConfig.appSettings.map(({ name, value }) => [name, value]));
}

const everything = {
  authClientId: 'client-1',
  leaksSecretUri: 'https://kv-a.vault.azure.net/secrets/leaks',
  otlpEndpoint: 'https://collector.example.org:4318',
  otlpHeadersSecretUri: 'https://kv-a.vault.azure.net/secrets/collector',
};
const without = (settings: Readonly<Record<string, string>>, gone: RegExp) =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !gone.test(name)));
/** App Service puts the secret in the place of the reference. */
const asResolved = (settings: Readonly<Record<string, string>>) => ({
  ...settings,
  ...(settings.LEAKS_SECRET === undefined ? {} : { LEAKS_SECRET: 'a secret of sixteen or more' }),
});

describe('the settings', () => {
  it('are by name those that the code reads and those of the platform, and no others', () => {
    expect(wrongSettings()).toEqual([]);
  });

  it.each([
    ["'SWEEP_SCHEDULE'", "'SWEEP_SCHEDULES'", ['SWEEP_SCHEDULE is missing', 'SWEEP_SCHEDULES is read by nobody']],
    [
      '    // From the root of the package',
      "    { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }\n    // From the root of the package",
      ['FUNCTIONS_WORKER_RUNTIME is read by nobody', 'FUNCTIONS_WORKER_RUNTIME is refused by Flex Consumption'],
    ],
    [
      "      minTlsVersion: '1.2'",
      "      linuxFxVersion: 'Node|24'",
      ['linuxFxVersion is refused by Flex Consumption'],
    ],
  ])('would not pass with %s changed', (text, instead, says) => {
    expect(wrongSettings(planted(infraSources(), 'infra/modules/app.bicep', text, instead))).toEqual(says);
  });

  it('load the bundle, with nothing beside them, and with nothing installed', () => {
    const { into, make } = aClone();
    make();
    for (const params of [{}, everything]) {
      const names = load(into, asResolved(settingsFor(params))).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['health', 'sweep', 'reconcile', 'event-queue']));
    }
  });

  it('are all needed: without storage or configuration no queue is read', () => {
    const { into, make } = aClone();
    make();
    const names = (settings: Readonly<Record<string, string>>) => load(into, settings).map(({ name }) => name);
    expect(names(without(settingsFor(), /Uri$/))).not.toContain('reconcile');
    rmSync(join(into, 'rotation.json'));
    expect(names(settingsFor())).not.toContain('reconcile');
  });

  it('of local.settings.example.json are read by the code or by Core Tools', () => {
    const { Values } = JSON.parse(readFileSync('local.settings.example.json', 'utf8')) as { Values: object };
    expect(Object.keys(Values).filter((name) => !readByCode().includes(name))).toEqual(['FUNCTIONS_WORKER_RUNTIME']);
  });

  it('name the container of dead letters that Event Grid is told, which stands in one file', () => {
    const { deadLetters } = JSON.parse(readFileSync('infra/names.json', 'utf8')) as { deadLetters: string };
    expect(settingsFor(everything).DEAD_LETTERS_CONTAINER).toBe(deadLetters);
    expect([...infraSources()].filter(([path, text]) => path.endsWith('.bicep') && text.includes(deadLetters))).toEqual(
      [],
    );
  });

  it.each(['AzureCloud', 'AzureChinaCloud', 'AzureUSGovernment'] as const)('tell the app that it is in %s', (cloud) => {
    const settings = settingsFor({}, infraSources(), cloud);
    expect(settings.AZURE_CLOUD).toBe(cloud);
    const host = `kv.${CLOUDS[cloud].vaults}`;
    const file = JSON.stringify({
      targets: [
        {
          ...rotation.targets[0],
          publications: [{ secret: `https://${host}/secrets/chat` }],
          ...{ consumers: [], switchover: { unlisted: 'hold' } },
        },
      ],
    });
    expect(loadSettings(settings, () => file)).toMatchObject({ ok: true, cloud: { name: cloud } });
  });

  it('have no such container where no event is heard', () => {
    const deaf = { signalrEvents: 'none', vaultEvents: false, compromiseTopic: false };
    expect(settingsFor(deaf).DEAD_LETTERS_CONTAINER).toBeUndefined();
  });

  it('point to places of the cloud, by identity and without a key', () => {
    const settings = settingsFor();
    expect(settings.AzureWebJobsStorage).toBeUndefined();
    expect(settings.AzureWebJobsStorage__queueServiceUri).toMatch(
      /^https:\/\/stkeys[a-z0-9]+\.queue\.core\.windows\.net\/$/,
    );
    expect(Object.values(settings).join()).not.toMatch(/AccountKey|SharedAccess|sig=/);
  });
});

describe('what infra/ names', () => {
  let registered: readonly Registered[];
  beforeAll(() => {
    const { into, make } = aClone();
    make();
    registered = load(into, settingsFor());
  });

  it('is there in the bundle: queues, routes, the schedule, and the events of the log', () => {
    expect(wrongNames(registered)).toEqual([]);
  });

  it.each([
    [
      'infra/modules/storage.bicep',
      "'event-queue-poison'",
      "'events-poison'",
      ['event-queue-poison is not made', 'events-poison is read by nobody'],
    ],
    ['infra/main.bicep', '/api/report', '/api/reports', ['there is no route reports']],
    ['infra/modules/auth.bicep', '/api/health', '/api/alive', ['there is no route alive']],
    ['infra/modules/alerts.bicep', '"Swept"', '"Sweeped"', ['nobody logs Sweeped']],
    ['infra/modules/alerts.bicep', '"Stalled"', '"Becalmed"', ['nobody logs Becalmed']],
    ['infra/workbook.json', "'TargetReleased'", "'TargetFreed'", ['nobody logs TargetFreed']],
    [
      'infra/events/delivery.bicep',
      'SecretNearExpiry',
      'SecretNearsExpiry',
      ['nobody takes Microsoft.KeyVault.SecretNearsExpiry'],
    ],
    [
      'infra/events/delivery.bicep',
      'regeneratekey',
      'regenerate',
      ['nobody takes Microsoft.SignalRService/SignalR/regenerate/action'],
    ],
  ])('would not pass with a mistake in %s: %s', (path, text, instead, says) => {
    expect(wrongNames(registered, planted(infraSources(), path, text, instead))).toEqual(says);
  });
});

function wrongSettings(sources: Sources = infraSources()): readonly string[] {
  const given = Object.keys(settingsFor(everything, sources));
  const wanted = [...readByCode().filter((name) => !NOT_OURS_TO_GIVE.includes(name)), ...OF_THE_PLATFORM];
  const code = [...sources].filter(([path]) => path.endsWith('.bicep')).map(([, text]) => text.replace(/\/\/.*/g, ''));
  const refused = [...REFUSED, ...REFUSED_OF_SITES].filter((name) => new RegExp(`\\b${name}\\b`).test(code.join()));
  return [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `${name} is missing`),
    ...given.filter((name) => !wanted.includes(name)).map((name) => `${name} is read by nobody`),
    ...refused.map((name) => `${name} is refused by Flex Consumption`),
  ];
}

function wrongNames(registered: readonly Registered[], sources: Sources = infraSources()): readonly string[] {
  const bindings = registered.flatMap((each) => Object.values(each.bindings));
  const code = filesIn('src')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const installation = anInstallation({ params: everything, sources });
  const queues = bindings.flatMap(({ type, queueName }) => (type === 'queueTrigger' && queueName ? [queueName] : []));
  const made = resourcesOf(installation, 'Microsoft.Storage/storageAccounts/queueServices/queues').map(
    ({ name }) => name.split('/').at(-1) ?? '',
  );
  const routes = bindings.flatMap(({ route }) => route ?? []);
  const asked = [
    ...Object.entries(installation.outputs).flatMap(([name, value]) =>
      name.endsWith('_URL') ? (/\/api\/(.*)$/.exec(String(value))?.[1] ?? []) : [],
    ),
    ...(JSON.stringify(installation.all.map(({ resources }) => resources)).match(/(?<="\/api\/)[^"]+/g) ?? []),
  ];
  const delivery = sources.get('infra/events/delivery.bicep') ?? '';
  const taken =
    delivery.match(/(?<=')Microsoft\.(KeyVault\.Secret\w+|Resources\.\w+|SignalRService\/\S+?)(?=')/g) ?? [];
  const said = namesIn(sources.get('infra/modules/alerts.bicep'), sources.get('infra/workbook.json'));
  return [
    ...queues.filter((name) => !made.includes(name)).map((name) => `${name} is not made`),
    ...made.filter((name) => !queues.includes(name)).map((name) => `${name} is read by nobody`),
    ...[...new Set(asked)].filter((route) => !routes.includes(route)).map((route) => `there is no route ${route}`),
    ...(bindings.some(({ schedule }) => schedule === '%SWEEP_SCHEDULE%') ? [] : ['nobody asks for SWEEP_SCHEDULE']),
    ...taken.filter((type) => !code.toLowerCase().includes(type.toLowerCase())).map((type) => `nobody takes ${type}`),
    ...said.filter((name) => !new RegExp(`'${name}'|\\b${name}: \\{`).test(code)).map((name) => `nobody logs ${name}`),
  ];
}

/** The events and codes that queries compare with. */
function namesIn(...texts: readonly (string | undefined)[]): readonly string[] {
  const compared = texts
    .join('\n')
    .match(/(?:event|code|Message) (?:==|!=|in|has|has_any) (?:\([^)]*\)|"[^"]*"|'[^']*')/g);
  const names = compared?.flatMap((text) => text.match(/(?<=["'])[A-Z][A-Za-z]+(?=["'])/g) ?? []) ?? [];
  return [...new Set(names)].filter((name) => name !== 'Unauthorized');
}

describe('the folder that azd uploads', () => {
  it('is whole', () => {
    const { into, make } = aClone();
    make();
    expect(readdirSync(into).sort()).toEqual(['host.json', 'index.cjs', 'package.json', 'rotation.json']);
    const { main, dependencies } = JSON.parse(readFileSync(join(into, 'package.json'), 'utf8'));
    expect({ main, dependencies }).toEqual({ main: 'index.cjs', dependencies: undefined });
  });

  it('is where azure.yaml says, for the site that the tag names, and is not built again in Azure', () => {
    const azure = readFileSync('azure.yaml', 'utf8');
    expect(azure).toMatch(/^ {2}rotator:$/m);
    expect(azure).toMatch(/^ {4}dist: dist\/app$/m);
    expect(azure).toMatch(/^ {4}remoteBuild: false$/m);
    expect(readFileSync('.funcignore', 'utf8')).not.toMatch(/^node_modules/m);
    const [site] = resourcesOf(anInstallation(), 'Microsoft.Web/sites');
    expect(site?.body.tags).toMatchObject({ 'azd-service-name': 'rotator', 'azd-env-name': 'prod' });
  });

  const refusals: readonly (readonly [string, Readonly<Record<string, string>>, Record<string, string>, RegExp])[] = [
    ['there is no rotation.json', {}, {}, /there is no rotation\.json/],
    ['rotation.json is bad', { 'rotation.json': '{ "targets": 1 }' }, {}, /targets/],
    ['it asks for too many assignments', { 'rotation.json': many(501) }, {}, /1002 role assignments/],
    ['a large file is granted one by one', { 'rotation.large.json': many(501) }, {}, /needs GRANT_SCOPE/],
    [
      'two files list targets',
      { 'rotation.json': many(1), 'rotation.large.json': many(2) },
      { GRANT_SCOPE: 'subscription' },
      /leave one/,
    ],
    ['the scope is unknown', { 'rotation.json': many(1) }, { GRANT_SCOPE: 'tenant' }, /GRANT_SCOPE is tenant/],
  ];
  it.each(refusals)('is not made where %s', (_, files, env, says) => {
    expect(() => aClone(files).make(env)).toThrow(NotPackaged);
    expect(() => aClone(files).make(env)).toThrow(says);
  });

  it('heeds the scope of the environment that azd has chosen', () => {
    const azd = {
      '.azure/config.json': '{ "version": 1, "defaultEnvironment": "prod" }',
      '.azure/prod/.env': 'A="b"\nGRANT_SCOPE="resourceGroup"\n',
    };
    const { into, make } = aClone({ 'rotation.json': many(501), ...azd });
    make();
    expect(JSON.parse(readFileSync(join(into, 'rotation.json'), 'utf8')).targets).toHaveLength(501);
  });
});

function many(count: number): string {
  return JSON.stringify({
    defaults: { switchover: { unlisted: 'PT25H' } },
    targets: Array.from({ length: count }, (_, i) => ({
      name: `chat-${i}`,
      resourceId: signalr(`chat-${i}`),
      publications: [{ secret: `https://kv-a.vault.azure.net/secrets/chat-${i}` }],
    })),
  });
}

/** Read from what is set by the platform, or for development only. */
const NOT_OURS_TO_GIVE = [
  ...['WEBSITE_AUTH_ENABLED', 'AZURE_FUNCTIONS_ENVIRONMENT', 'LOCAL_AZURE'],
  ...['AzureWebJobsStorage', 'AzureWebJobsStorage__accountName'],
];

/** Read by the host and not by the code. */
const OF_THE_PLATFORM = ['AzureWebJobsStorage__credential'];

/** By what the code says: `env.NAME`, `settings.NAME`, `{ NAME }: Environment` and `%NAME%`. */
function readByCode(): readonly string[] {
  const app = filesIn('src').filter((path) => !/^src\/(cli|app\/remedies)\//.test(path));
  const code = app.map((path) => readFileSync(path, 'utf8')).join('\n');
  const patterns = [
    /\b(?:env|settings)\??\.([A-Z][A-Za-z]*_?[A-Za-z_]*)\b/g,
    /\{ ([A-Z][A-Z_]+)(?:: \w+)? \}: Environment/g,
    /'%([A-Z_]+)%'/g,
  ];
  return [...new Set(patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name ?? '')))];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);
}

const REFUSED = [
  ...['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_WORKER_RUNTIME_VERSION', 'FUNCTIONS_EXTENSION_VERSION'],
  ...[
    'WEBSITE_NODE_DEFAULT_VERSION',
    'WEBSITE_RUN_FROM_PACKAGE',
    'SCM_DO_BUILD_DURING_DEPLOYMENT',
    'ENABLE_ORYX_BUILD',
  ],
  ...['WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', 'WEBSITE_CONTENTSHARE', 'WEBSITE_CONTENTOVERVNET'],
  ...['WEBSITE_SKIP_CONTENTSHARE_VALIDATION', 'WEBSITE_VNET_ROUTE_ALL', 'WEBSITE_DNS_SERVER'],
  ...['WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT', 'WEBSITE_MOUNT_ENABLED', 'FUNCTIONS_MAX_HTTP_CONCURRENCY'],
  ...['FUNCTIONS_WORKER_PROCESS_COUNT', 'FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED', 'WEBSITE_TIME_ZONE', 'TZ'],
  'WEBSITE_LOAD_CERTIFICATES',
];

const REFUSED_OF_SITES = [
  ...['linuxFxVersion', 'windowsFxVersion', 'netFrameworkVersion', 'ftpsState', 'use32BitWorkerProcess'],
  ...['preWarmedInstanceCount', 'functionAppScaleLimit', 'functionsRuntimeScaleMonitoringEnabled'],
  ...['containerSize', 'isXenon'],
];
