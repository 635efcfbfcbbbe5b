import { beforeAll, describe, expect, it } from 'vitest';
import { isSound, type StampedeDocument } from '../../../local/stampede/document.ts';
import type { Staged } from '../../../local/stampede/fleet.ts';
import { stampede } from '../../../local/stampede/stampede.ts';

/*
 * The whole of `npm run stampede`, small and at twelve times the speed. Two of its targets are spoilt, so that what the
 * others show is worth something.
 */

const second = 1_000;

describe('a stampede', { timeout: 300_000 }, () => {
  let document: StampedeDocument;
  let doubled: Staged;
  let cutOff: Staged;

  beforeAll(async () => {
    document = await stampede({
      ...{ processes: 2, targets: 5, kills: 2, skew: 480 * second, seed: 6, speed: 12 },
      ...{ spread: 20 * second, patience: 1_500 * second },
      progress: () => undefined,
      signal: new AbortController().signal,
      tamper: ({ targets, crowd }) => {
        // Its readers are taken to switch in time, and do not.
        cutOff = targets.find(({ readers }) => readers.every(({ acknowledges }) => !acknowledges)) as Staged;
        crowd.petrify(cutOff);
        doubled = targets.find((target) => target !== cutOff) as Staged;
        const { resource, publications } = doubled;
        const published = publications[0]?.vault.current('signalr')?.value;
        resource.regenerate(published === resource.connectionString('primary') ? 'secondary' : 'primary');
      },
    });
  }, 300_000);

  const others = () =>
    document.examples.filter((text) => ![doubled.name, cutOff.name].some((name) => text.startsWith(name)));

  it('rotates each target whatever is killed, and takes over the leases of the dead', () => {
    expect(document).toMatchObject({ processes: 2, targets: 5, kills: 2, rotations: 5, seed: 6, leaseOverlaps: 0 });
    expect(document.pressure.mutations).toBeGreaterThan(20);
    expect(document.pressure.leasesOrphaned).toBeGreaterThan(0);
    expect(document.pressure.takeovers).toBeGreaterThan(0);
    expect(others(), JSON.stringify(document)).toEqual([]);
  });

  it('tells a key that was regenerated twice', () => {
    expect(document.completedTwice).toBe(1);
    expect(document.examples).toContainEqual(
      expect.stringMatching(new RegExp(`^${doubled.name}: the \\w+ key was regenerated 2 times`)),
    );
  });

  it('tells a consumer that was cut off', () => {
    expect(document.refused).toBeGreaterThan(0);
    expect(document.examples).toContainEqual(expect.stringMatching(`^${cutOff.name}: .+ key, which reader-\\d uses`));
    expect(document.examples).toContainEqual(expect.stringMatching(`^${cutOff.name}: \\d+ calls of its consumers`));
    expect(isSound(document)).toBe(false);
  });
});
