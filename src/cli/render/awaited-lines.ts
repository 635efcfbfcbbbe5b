import type { TargetReport } from '../../app/report/schema.ts';
import type { Instant } from '../../core/model.ts';
import { shortSecret } from '../../views/names.ts';
import { shownWords } from '../../views/rotation.ts';
import { distance } from '../../views/times.ts';
import { table } from '../terminal/table.ts';

type Awaited = NonNullable<TargetReport['rotation']>['awaiting'][number];

/** Who is waited for, what each showed last, and what is wrong with it. */
export const awaitedLines = (awaiting: readonly Awaited[], now: Instant): readonly string[] =>
  table(awaiting.map((each) => [`  ${each.consumer}`, shortSecret(each.secret), told(each, now)]));

function told({ shows, trouble, expectedAt }: Awaited, now: Instant): string {
  const shown = shownWords(shows);
  return [
    shown === '' ? 'has shown nothing yet' : `last showed ${shown}`,
    troubleIn(trouble),
    typeof expectedAt === 'string' ? `counts as gone ${distance(Date.parse(expectedAt), now)}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** The codes of docs/operations.md, which says what to do about each. */
function troubleIn(trouble: unknown): string {
  if (typeof trouble !== 'object' || trouble === null || !('is' in trouble)) return '';
  const detail = 'detail' in trouble && typeof trouble.detail === 'string' ? ` (${trouble.detail})` : '';
  return `trouble: ${String(trouble.is)}${detail}`;
}
