import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeRecord, encodeRecord } from '../../src/azure/ledger-rows.ts';
import { type ConfigFault, parseRotationFile } from '../../src/config.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import type { Rotation } from '../../src/core/model.ts';
import { computing } from './area.ts';
import { aFullRecord } from './row-samples.ts';
import { anOddity, anyText, spoilt, spoiltText } from './spoilt.ts';

const example: unknown = JSON.parse(readFileSync('rotation.example.json', 'utf8'));

const options = fc.record({
  development: fc.boolean(),
  cloud: fc.constantFrom(null, ...Object.values(CLOUDS)),
});

/** A file of many parts costs a multiple of one part, and no power of it. */
const PATIENCE_MS = 2_000;

const isFault = ({ path, message, ...rest }: ConfigFault): boolean =>
  typeof path === 'string' && typeof message === 'string' && message !== '' && Object.keys(rest).length === 0;

const many = fc.integer({ min: 1, max: 300 }).chain((count) =>
  fc.array(anOddity, { minLength: 1, maxLength: 3 }).map((oddities) => {
    const { targets } = example as { readonly targets: readonly object[] };
    const all = Array.from({ length: count }, (_, i) => ({
      ...targets[i % targets.length],
      name: `t-${i}`,
      windows: oddities,
    }));
    return JSON.stringify({ ...(example as object), targets: all });
  }),
);

export const open = computing([
  {
    says: 'is a configuration or a list of problems, each with its place, in bounded time',
    property: fc.property(
      fc.oneof({ arbitrary: spoiltText(example), weight: 6 }, anyText, many),
      options,
      (text, how) => {
        const began = performance.now();
        const parsed = parseRotationFile(text, how);
        assert.ok(performance.now() - began < PATIENCE_MS);
        if (parsed.ok) return;
        assert.notEqual(parsed.faults.length, 0);
        assert.ok(parsed.faults.every(isFault));
      },
    ),
    cost: 2,
  },
  {
    says: 'that is taken means the same whatever is written around its values',
    property: fc.property(spoilt(example), options, (json, how) => {
      const told = (text: string) => {
        const parsed = parseRotationFile(text, how);
        return parsed.ok ? { ...parsed.value, hash: '' } : parsed.faults;
      };
      assert.deepEqual(told(JSON.stringify(json)), told(JSON.stringify(json, null, 2)));
    }),
    cost: 2,
  },
  {
    says: 'that is taken can be written into the ledger as a rotation has it, with every time it leads to',
    property: fc.property(spoilt(example, 6), options, (json, how) => {
      const parsed = parseRotationFile(JSON.stringify(json), how);
      if (!parsed.ok) return;
      for (const { resourceId, publications, consumers, policy } of parsed.value.targets) {
        const record = aFullRecord(resourceId);
        const rotation = { ...(record.state.rotation as Rotation), participants: { publications, consumers } };
        const { rotateAfter, maxKeyAge, observeEvery, adoptionSpread, verification, switchover } = policy;
        const longest = Math.max(
          rotateAfter,
          maxKeyAge,
          observeEvery,
          adoptionSpread,
          verification.settle,
          switchover.maxWait,
        );
        const written = { ...record, wakeAt: record.wakeAt + longest, state: { ...record.state, rotation } };
        assert.deepEqual(decodeRecord(resourceId, encodeRecord(written)), written);
      }
    }),
    cost: 4,
  },
  {
    says: 'that is taken names no target, secret or resource twice and has only numbers for its times',
    property: fc.property(spoilt(example, 6), options, (json, how) => {
      const parsed = parseRotationFile(JSON.stringify(json), how);
      if (!parsed.ok) return;
      const { targets } = parsed.value;
      for (const all of [
        targets.map(({ name }) => name),
        targets.map(({ resourceId }) => resourceId as string),
        targets.flatMap(({ publications }) => publications.map(({ secret }) => secret as string)),
      ]) {
        assert.equal(new Set(all.map((each) => each.toLowerCase())).size, all.length);
      }
      for (const { policy } of targets) {
        assert.ok([policy.rotateAfter, policy.maxKeyAge, policy.observeEvery].every(Number.isSafeInteger));
        assert.ok(policy.rotateAfter + policy.switchover.maxWait < policy.maxKeyAge);
      }
    }),
    cost: 2,
  },
]);
