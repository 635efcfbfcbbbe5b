import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ConfigFault, parseRotationFile, type RotationConfig } from './config.ts';
import { CLOUD_NAMES, type Cloud, cloudNamed } from './core/clouds.ts';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How callers are told apart: by Entra roles where App Service Authentication is on, else by the host's keys. */
export type Authentication = { readonly mode: 'entra'; readonly tenantId: string } | { readonly mode: 'host-key' };

/** With a bad configuration callers are told apart all the same, since even what is wrong is not for everybody. */
export type Loaded = {
  readonly authentication: Authentication;
  /** What secret scanning signs its webhooks with, in a form that does not print; null where it is not set. */
  readonly leaksSecret: KeyObject | null;
} & (
  | {
      readonly ok: true;
      readonly config: RotationConfig;
      readonly cloud: Cloud;
      readonly installation: string;
      /** The object id of this app's identity, lower case; null where nobody has told it. */
      readonly selfPrincipalId: string | null;
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] }
);

/** Reads settings and rotation.json once. A bad one lists every problem; nothing is thrown. */
export function loadSettings(env: Environment, readFile: (path: string) => string = readText): Loaded {
  const { authentication, faults: authenticationFaults } = readAuthentication(env);
  const { leaksSecret, faults: leaksFaults } = readLeaksSecret(env);
  const cloud = cloudNamed(env.AZURE_CLOUD);
  const faults = [
    ...faultsOfCloud(cloud),
    ...authenticationFaults,
    ...leaksFaults,
    ...faultsOfInstallation(env),
    ...faultsOfSelf(env),
    ...faultsOfContainer(env),
  ];
  const path = env.ROTATION_CONFIG ?? 'rotation.json';
  const text = tryRead(path, readFile);
  if (text === null) {
    const message = `${path} cannot be read: deploy the file or correct the setting`;
    return { ok: false, authentication, leaksSecret, faults: [...faults, { path: 'ROTATION_CONFIG', message }] };
  }
  const parsed = parseRotationFile(text, { development: env.AZURE_FUNCTIONS_ENVIRONMENT === 'Development', cloud });
  const all = [...faults, ...(parsed.ok ? [] : parsed.faults)];
  if (!parsed.ok || cloud === null || all.length > 0) return { ok: false, authentication, leaksSecret, faults: all };
  const selfPrincipalId = env.SELF_PRINCIPAL_ID?.toLowerCase() || null;
  const installation = env.INSTALLATION_ID || 'default';
  return { ok: true, authentication, leaksSecret, config: parsed.value, cloud, installation, selfPrincipalId };
}

const readText = (path: string): string => readFileSync(path, 'utf8');

function tryRead(path: string, readFile: (path: string) => string): string | null {
  try {
    return readFile(path);
  } catch {
    return null;
  }
}

const faultsOfCloud = (cloud: Cloud | null): readonly ConfigFault[] =>
  cloud === null ? [{ path: 'AZURE_CLOUD', message: `must be one of ${CLOUD_NAMES.join(', ')}` }] : [];

/** It is written into tags, whose values have at most 256 characters. */
const faultsOfInstallation = ({ INSTALLATION_ID: id }: Environment): readonly ConfigFault[] =>
  !id || /^[A-Za-z0-9._-]{1,64}$/.test(id)
    ? []
    : [{ path: 'INSTALLATION_ID', message: 'must be 1 to 64 of letters, digits, ., _ and -' }];

/** It is compared with what events say: one that never matches would make each look of ours the cause of the next. */
const faultsOfSelf = ({ SELF_PRINCIPAL_ID: id }: Environment): readonly ConfigFault[] =>
  !id || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    ? []
    : [{ path: 'SELF_PRINCIPAL_ID', message: 'must be the object id of the identity of this app, a GUID' }];

/** As Blob storage names containers: it becomes part of an address. */
const faultsOfContainer = ({ DEAD_LETTERS_CONTAINER: name }: Environment): readonly ConfigFault[] =>
  !name || /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    ? []
    : [{ path: 'DEAD_LETTERS_CONTAINER', message: 'must be the name of a blob container' }];

function readAuthentication(env: Environment): { authentication: Authentication; faults: readonly ConfigFault[] } {
  if (env.WEBSITE_AUTH_ENABLED?.toLowerCase() !== 'true') return { authentication: { mode: 'host-key' }, faults: [] };
  const tenantId = env.AUTH_TENANT_ID?.toLowerCase() ?? '';
  const faults =
    tenantId === '' ? [{ path: 'AUTH_TENANT_ID', message: 'is needed where App Service Authentication is on' }] : [];
  return { authentication: { mode: 'entra', tenantId }, faults };
}

/** Short enough to be found by trying is no secret. */
const SHORTEST_SECRET = 16;

function readLeaksSecret({ LEAKS_SECRET: text }: Environment): {
  leaksSecret: KeyObject | null;
  faults: readonly ConfigFault[];
} {
  const refuse = (message: string) => ({ leaksSecret: null, faults: [{ path: 'LEAKS_SECRET', message }] });
  if (!text) return { leaksSecret: null, faults: [] };
  // App Service hands on the reference itself where it cannot resolve it, and that is no secret: anybody could guess it.
  if (/^@Microsoft\.KeyVault\(/i.test(text)) return refuse('is a Key Vault reference that App Service cannot resolve');
  if (text.length < SHORTEST_SECRET) return refuse(`must have at least ${SHORTEST_SECRET} characters`);
  return { leaksSecret: createSecretKey(text, 'utf8'), faults: [] };
}
