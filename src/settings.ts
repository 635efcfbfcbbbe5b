import { readFileSync } from 'node:fs';
import { type ConfigFault, parseRotationFile, type RotationConfig } from './config.ts';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How callers are told apart: by Entra roles where App Service Authentication is on, else by the host's keys. */
export type Authentication = { readonly mode: 'entra'; readonly tenantId: string } | { readonly mode: 'host-key' };

/** With a bad configuration callers are told apart all the same, since even what is wrong is not for everybody. */
export type Loaded = { readonly authentication: Authentication } & (
  | { readonly ok: true; readonly config: RotationConfig; readonly installation: string }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] }
);

/** Reads settings and rotation.json once. A bad one lists every problem; nothing is thrown. */
export function loadSettings(env: Environment, readFile: (path: string) => string = readText): Loaded {
  const { authentication, faults: authenticationFaults } = readAuthentication(env);
  const faults = [...authenticationFaults, ...faultsOfInstallation(env)];
  const path = env.ROTATION_CONFIG ?? 'rotation.json';
  const text = tryRead(path, readFile);
  if (text === null) {
    const message = `${path} cannot be read: deploy the file or correct the setting`;
    return { ok: false, authentication, faults: [...faults, { path: 'ROTATION_CONFIG', message }] };
  }
  const parsed = parseRotationFile(text, { development: env.AZURE_FUNCTIONS_ENVIRONMENT === 'Development' });
  const all = [...faults, ...(parsed.ok ? [] : parsed.faults)];
  if (!parsed.ok || all.length > 0) return { ok: false, authentication, faults: all };
  return { ok: true, authentication, config: parsed.value, installation: env.INSTALLATION_ID || 'default' };
}

const readText = (path: string): string => readFileSync(path, 'utf8');

function tryRead(path: string, readFile: (path: string) => string): string | null {
  try {
    return readFile(path);
  } catch {
    return null;
  }
}

/** It is written into tags, whose values have at most 256 characters. */
const faultsOfInstallation = ({ INSTALLATION_ID: id }: Environment): readonly ConfigFault[] =>
  !id || /^[A-Za-z0-9._-]{1,64}$/.test(id)
    ? []
    : [{ path: 'INSTALLATION_ID', message: 'must be 1 to 64 of letters, digits, ., _ and -' }];

function readAuthentication(env: Environment): { authentication: Authentication; faults: readonly ConfigFault[] } {
  if (env.WEBSITE_AUTH_ENABLED?.toLowerCase() !== 'true') return { authentication: { mode: 'host-key' }, faults: [] };
  const tenantId = env.AUTH_TENANT_ID?.toLowerCase() ?? '';
  const faults =
    tenantId === '' ? [{ path: 'AUTH_TENANT_ID', message: 'is needed where App Service Authentication is on' }] : [];
  return { authentication: { mode: 'entra', tenantId }, faults };
}
