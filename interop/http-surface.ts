import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anApp, FUNCTION_KEY } from './an-app.ts';
import { type Accepted, judge, type Outcome, type Part } from './part.ts';
import { CACHE, lastLineOf, pythonTool, run } from './programs.ts';

const VERSION = '4.32.5';
const SECONDS = 90;

/** The surface under schemathesis with docs/openapi.json: what it does not say, and what it says and nobody does. */
export const httpSurface: Part = {
  name: 'http',
  peer: `schemathesis ${VERSION}`,
  async run(): Promise<Outcome> {
    const schemathesis = await pythonTool('schemathesis', VERSION);
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, 'http-'));
    const app = await anApp();
    try {
      // Made-up names of targets would never get past 404.
      const config = join(folder, 'schemathesis.toml');
      writeFileSync(config, '[parameters]\n"path.target" = "chat-prod"\n');
      // Its way to leave the key out does not, since the key is given for all requests: test/functions/authorisation.test.ts leaves it out.
      const reports = [];
      for (const [phases, ...more] of [['examples,coverage'], ['fuzzing,stateful', '--max-time', String(SECONDS)]]) {
        const report = join(folder, 'report.json');
        const ended = await run(schemathesis, [
          ...['--no-color', '--config-file', config, 'run', 'docs/openapi.json', '--url', app.url],
          ...[
            '--header',
            `x-functions-key:${FUNCTION_KEY}`,
            '--checks',
            'all',
            '--exclude-checks',
            'ignored_auth',
            '--phases',
            String(phases),
            ...more,
          ],
          ...['--continue-on-failure', '--seed', '1', '--request-timeout', '30', '--warnings', 'off'],
          ...['--report', 'json', '--report-json-path', report],
        ]);
        if (!existsSync(report)) throw new Error(`schemathesis failed: ${lastLineOf(ended.stderr || ended.stdout)}`);
        reports.push(JSON.parse(readFileSync(report, 'utf8')) as Report);
        writeFileSync(join(CACHE, `http-${String(phases).split(',')[0]}.log`), ended.stdout);
        rmSync(report);
      }
      const broken = reports.flatMap(({ errors }) => errors);
      if (broken.length > 0) throw new Error(`schemathesis could not test: ${JSON.stringify(broken).slice(0, 500)}`);
      const found = reports.flatMap(({ failures }) =>
        failures.flatMap(({ type, title, operations }) => operations.map((of) => ({ check: type, of, detail: title }))),
      );
      const requests = reports.reduce((sum, { test_cases }) => sum + test_cases.generated, 0);
      const accepted = JSON.parse(readFileSync('interop/http-surface.json', 'utf8')) as Accepted[];
      return judge(found, accepted, `${requests} requests to ${reports[0]?.operations.tested} operations`);
    } finally {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Report {
  readonly operations: { readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly {
    readonly type: string;
    readonly title: string;
    readonly operations: readonly string[];
  }[];
  readonly errors: readonly unknown[];
}
