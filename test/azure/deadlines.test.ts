import { expect, it } from 'vitest';
import { longestRequestMs } from '../../src/azure/transport.ts';
import { until } from '../local/host/running.ts';
import { aDeadEnd } from './a-dead-end.ts';
import { calls, type Ports, portsAt } from './every-call.ts';
import { never } from './local-services.ts';

/** @returns which calls are not over by then, and how many were made */
async function asked(
  ports: Ports,
  within: number,
): Promise<{ readonly made: number; readonly late: readonly string[] }> {
  const open = new Set<string>();
  const all = Object.entries(calls).flatMap(([port, methods]) =>
    Object.entries(methods).flatMap(([name, call]) =>
      (call as (port: unknown) => Promise<unknown>[])(ports[port as keyof Ports]).map((promise, i) => {
        const called = `${port}.${name} ${i}`;
        open.add(called);
        return promise.catch(() => undefined).finally(() => open.delete(called));
      }),
    ),
  );
  const over = Promise.all(all).then(() => [] as string[]);
  const late = new Promise<string[]>((resolve) => setTimeout(() => resolve([...open]), within).unref());
  return { made: all.length, late: await Promise.race([over, late]) };
}

const manners = ['silent', 'trickling'] as const;

it.each(manners)(
  'where whoever is asked is %s, every call ends with its invocation and leaves no connection behind',
  async (manner) => {
    const deadEnd = await aDeadEnd(manner);
    const invocation = new AbortController();
    // Far less than the time that a call has for itself, and more than a busy machine needs.
    const asking = asked(portsAt(deadEnd, invocation.signal), 20_000);
    await until(
      () => deadEnd.seen,
      (seen) => seen > 40,
      15_000,
    );
    invocation.abort(new DOMException('The invocation is over.', 'TimeoutError'));
    const { made, late } = await asking;
    expect(late).toEqual([]);
    expect(made).toBeGreaterThan(40);
    await until(
      () => deadEnd.open.size,
      (size) => size === 0,
      15_000,
    );
  },
);

it('every call ends within its own time where the invocation has more', { timeout: 60_000 }, async () => {
  const deadEnds = await Promise.all(manners.map(aDeadEnd));
  const ends = await Promise.all(deadEnds.map((deadEnd) => asked(portsAt(deadEnd, never), longestRequestMs + 4_000)));
  expect(ends.map(({ late }) => late)).toEqual([[], []]);
});

it('no call is left out', () => {
  const ports = portsAt({ origin: new URL('http://127.0.0.1:1') }, never);
  const names = (of: object) =>
    Object.entries(of).map(([port, methods]) => [port, Object.keys(methods as object).sort()]);
  expect(Object.fromEntries(names(calls))).toEqual(Object.fromEntries(names(ports)));
});
