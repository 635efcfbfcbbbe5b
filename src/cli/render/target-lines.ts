import type { TargetReport } from '../../app/report/schema.ts';
import { type Instant, SLOTS } from '../../core/model.ts';
import { shortSecret } from '../../views/names.ts';
import { reasonWords } from '../../views/rotation.ts';
import { distance } from '../../views/times.ts';
import type { Paint } from '../terminal/paint.ts';
import { table } from '../terminal/table.ts';
import { awaitedLines } from './awaited-lines.ts';
import { dueIn, STYLES } from './report-lines.ts';
import { standing } from './standing.ts';

/** Everything that an operator wants to know of one target. */
export function targetLines(target: TargetReport, now: Instant, paint: Paint): readonly string[] {
  const { name, resourceId, observedAt } = target;
  const looked = observedAt === null ? '' : paint('dim', `, as seen ${distance(Date.parse(observedAt), now)}`);
  return [
    `${paint('bold', name)}  ${standing(target, paint)}${looked}`,
    paint('dim', resourceId),
    ...part('', conditionLines(target, now)),
    ...part(paint('bold', 'Keys'), keyLines(target, now, paint)),
    ...part(paint('bold', 'Rotation'), rotationLines(target, now)),
    ...part(paint('bold', 'Publications'), publicationLines(target, now)),
    ...part(paint('bold', 'Consumers'), consumerLines(target)),
    ...part(`${paint('bold', 'Local authentication')}  ${target.localAuth.verdict}`, verdictLines(target)),
    ...part(paint('bold', 'Findings'), findingLines(target, paint)),
  ];
}

const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', ...(title === '' ? [] : [title]), ...lines];

function conditionLines({ condition }: TargetReport, now: Instant): readonly string[] {
  if (condition === null) return [];
  const { code, since, meaning, remedy } = condition;
  return [`Held since ${distance(Date.parse(since), now)}: ${code}. ${meaning}`, `What to do: ${remedy}`];
}

const keyLines = ({ keys }: TargetReport, now: Instant, paint: Paint): readonly string[] =>
  table(
    SLOTS.map((slot) => {
      const { role, fingerprint, age } = keys[slot];
      return [`  ${slot}`, role ?? '', fingerprint ?? 'not seen yet', age, dueIn(keys[slot], now, paint)];
    }),
  );

function rotationLines({ rotation }: TargetReport, now: Instant): readonly string[] {
  if (rotation === null) return [];
  const { id, startedAt, reason, awaiting, regenerated, givenUp } = rotation;
  return [
    `  began ${distance(Date.parse(startedAt), now)}, because ${reasonWords(reason)} (${id})`,
    ...regenerated.map(({ slot, from, to, at }) => `  ${slot} ${from} → ${to} ${distance(Date.parse(at), now)}`),
    ...(awaiting.length === 0 ? [] : ['  waits for:']),
    ...awaitedLines(awaiting, now).map((line) => `  ${line}`),
    ...givenUp.map(({ consumer, who, why }) => `  ${consumer} was given up by ${who}: ${why}`),
  ];
}

const publicationLines = ({ publications }: TargetReport, now: Instant): readonly string[] =>
  table(
    publications.map(({ secret, credential, slot, code, expiresAt }) => [
      `  ${shortSecret(secret)}`,
      [credential ?? 'not read', slot === null ? '' : `of ${slot}`].filter(Boolean).join(' '),
      [code, expiresAt === null ? '' : `expires ${distance(Date.parse(expiresAt), now)}`].filter(Boolean).join(', '),
    ]),
  );

const consumerLines = ({ consumers }: TargetReport): readonly string[] =>
  table(consumers.map(({ name, evidence, reads }) => [`  ${name}`, evidence, reads.map(shortSecret).join(', ')]));

const verdictLines = ({ localAuth }: TargetReport): readonly string[] =>
  table(localAuth.reasons.map(({ code, weighs, meaning }) => [`  ${code}`, weighs, meaning]));

const findingLines = ({ findings }: TargetReport, paint: Paint): readonly string[] =>
  table(
    findings.map(({ severity, code, evidence }) => [`  ${paint(STYLES[severity], severity)}`, code, evidence.meaning]),
  );
