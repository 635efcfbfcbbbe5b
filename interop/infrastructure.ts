import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anInstallation, signalr, site } from '../test/infra/a-deployment.ts';
import type { Value } from '../test/infra/deploy/value.ts';
import { type Accepted, type Found, judge, type Outcome, type Part } from './part.ts';
import { CACHE, lastLineOf, Missing, pythonTool, run } from './programs.ts';

const VERSION = '3.3.30';

/** One of each kind of thing that is deployed. */
const rotation = {
  targets: [
    {
      name: 'chat-prod',
      resourceId: signalr('chat'),
      publications: [{ secret: 'https://kv-a.vault.azure.net/secrets/chat' }],
      consumers: [{ name: 'web', evidence: 'app-service-reference', resourceId: site('web') }],
    },
  ],
};

/** As it comes; in a network of its own; and with everything closed that can be. */
const INSTALLATIONS = {
  default: { authClientId: 'cccccccc-0000-0000-0000-000000000001' },
  private: { network: 'private' },
  closed: {
    network: 'private',
    appPublicAccess: false,
    compromiseTopic: false,
    vaultEvents: false,
    signalrEvents: 'none',
    storageSku: 'Standard_ZRS',
  },
};

/**
 * infra/ under checkov. Its reader of Bicep leaves out files that use more of the language than it knows, so that the same templates are given
 * to it once more as what they come to, resource by resource.
 */
export const infrastructure: Part = {
  name: 'infra',
  peer: `checkov ${VERSION}`,
  async run(): Promise<Outcome> {
    const checkov = await pythonTool('checkov', VERSION);
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, 'arm-'));
    try {
      let resources = 0;
      for (const [name, params] of Object.entries(INSTALLATIONS))
        resources += render(join(folder, `${name}.json`), params);
      const asBicep = await look(checkov, 'infra', 'bicep');
      const asArm = await look(checkov, folder, 'arm');
      if (asArm.unread.length > 0) throw new Error(`checkov cannot read ${asArm.unread.join(', ')}.`);
      const accepted = JSON.parse(readFileSync('interop/infrastructure.json', 'utf8')) as Accepted[];
      const passed = asBicep.passed + asArm.passed;
      const figures = `${resources} resources of 3 installations, ${passed} checks passed; of the Bicep files themselves it cannot read ${asBicep.unread.length}`;
      return judge([...asBicep.found, ...asArm.found], accepted, figures);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function render(file: string, params: Readonly<Record<string, Value>>): number {
  const resources = anInstallation({ rotation, params })
    .all.flatMap((deployment) => deployment.resources)
    .map(({ type, version, name, body }) => ({ type, apiVersion: version, name, ...body }));
  const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
  // What only Azure knows, such as the principal of an identity that is yet to be made, is a text here.
  const plain = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && value.constructor !== Object
      ? String(value)
      : value;
  writeFileSync(file, JSON.stringify({ $schema, contentVersion: '1.0.0.0', resources }, plain));
  return resources.length;
}

interface Report {
  readonly summary: { readonly passed: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
      readonly file_path: string;
    }[];
    readonly parsing_errors: readonly string[];
  };
}

async function look(
  checkov: string,
  folder: string,
  framework: 'arm' | 'bicep',
): Promise<{ readonly found: readonly Found[]; readonly passed: number; readonly unread: readonly string[] }> {
  const args = ['-d', folder, '--framework', framework, '--compact', '--skip-download', '-o', 'json'];
  const { code, stdout, stderr } = await run(checkov, args);
  // 0 without and 1 with findings, and 1 where it fails as well.
  if (code === null) throw new Missing('checkov does not start');
  if (!stdout.trimStart().startsWith('{')) throw new Error(`checkov failed: ${lastLineOf(stderr)}`);
  const { summary, results } = JSON.parse(stdout) as Report;
  const found = results.failed_checks.map(({ check_id, check_name, resource, file_path }) => ({
    check: check_id,
    of: typeIn(resource),
    detail: `${check_name} (${file_path.replace(/^\//, '')})`,
  }));
  return { found, passed: summary.passed, unread: results.parsing_errors };
}

/** `Microsoft.Web/sites.name`, with dots in the name of the provider too. */
const typeIn = (resource: string): string => /^Microsoft\.\w+(?:\/\w+)+/.exec(resource)?.[0] ?? resource;
