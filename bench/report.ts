import pLimit from 'p-limit';
import { startAzurite } from '../local/azurite.ts';
import type { App } from '../src/app/app.ts';
import type { Ports } from '../src/app/ports.ts';
import { EVERYTHING } from '../src/app/report/query.ts';
import { lookAtFleet, reportFor } from '../src/app/report/report.ts';
import { storageFrom } from '../src/azure/storage.ts';
import { tableFleet } from '../src/azure/table-fleet.ts';
import { tableInventory } from '../src/azure/table-inventory.ts';
import { tableLedger } from '../src/azure/table-ledger.ts';
import { transportFor } from '../src/azure/transport.ts';
import { csvOf } from '../src/views/csv.ts';
import { metricsOf } from '../src/views/metrics.ts';
import { reportPage } from '../src/views/page.ts';
import { aPostureRecord, aRecord, aSlotSummary } from '../test/azure/ledger-samples.ts';
import { aPolicy, aResourceId } from '../test/support/scene.ts';

/**
 * What the report costs for a large fleet, as a multiple of what it costs for 100 targets, on one Azurite in one run.
 * `node bench/report.ts [targets]`
 */
const large = Number(process.argv[2] ?? 10_000);
const SMALL = 100;
const TIMES = 5;

const azurite = await startAzurite();
try {
  const access = {
    storage: storageFrom({ AzureWebJobsStorage: azurite.connectionString }),
    httpClient: transportFor(null),
  };
  const signal = new AbortController().signal;
  const ledger = tableLedger(access)(signal);
  const ports = { ledger, fleet: tableFleet(access)(signal), inventory: tableInventory(access)(signal) } as Ports;
  const resources = Array.from({ length: large }, (_, n) => aResourceId(`chat-${String(n).padStart(5, '0')}`));
  const slots = { primary: aSlotSummary('active'), secondary: aSlotSummary('standby') };
  const limit = pLimit(16);
  const write = async (from: number, to: number): Promise<void> => {
    const record = (n: number) => aRecord(resources[n] ?? aResourceId('none'), { slots, posture: aPostureRecord() });
    const rows = resources
      .slice(from, to)
      .map((resource, n) => () => ledger.commit(resource, null, record(from + n), []));
    await Promise.all(rows.map((row) => limit(row)));
  };
  const appOf = (targets: number) =>
    ({ targets: resources.slice(0, targets).map(targetOf), subscriptions: [] }) as unknown as App;
  await write(0, SMALL);
  const few = await measure(appOf(SMALL), ports);
  console.error(`Writing ${large} targets …`);
  await write(SMALL, large);
  const many = await measure(appOf(large), ports);
  console.log(`${large} targets against ${SMALL}, by the median of ${TIMES}:`);
  for (const [name, of] of Object.entries(many)) {
    console.log(`${name.padEnd(16)} ${(of / (few[name as keyof typeof few] ?? 1)).toFixed(1).padStart(7)} times`);
  }
  console.log(`a page of the list takes ${((100 * many.page) / many.metrics).toFixed(0)} % of the metrics of all`);
} finally {
  await azurite.stop();
}
process.exit(0);

function targetOf(resourceId: ReturnType<typeof aResourceId>) {
  const name = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  const rest = { publications: [], consumers: [], group: null, spread: 0, repositories: [] };
  return { name, resourceId, policy: aPolicy(), ...rest };
}

async function measure(app: App, ports: Ports) {
  return {
    page: await median(async () => reportPage(await reportFor(EVERYTHING, app, ports), EVERYTHING)),
    json: await median(async () => JSON.stringify(await reportFor(EVERYTHING, app, ports))),
    csv: await median(async () => csvOf((await lookAtFleet(app, ports)).entries)),
    metrics: await median(async () => {
      const { entries, facts } = await lookAtFleet(app, ports);
      return await metricsOf(entries, {
        generatedAt: facts.now,
        targets: entries.length,
        unmanaged: 0,
        deadLetters: null,
      });
    }),
  };
}

async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
}
