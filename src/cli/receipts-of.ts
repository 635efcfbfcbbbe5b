import { historyAnswer, type Receipt } from './answers.ts';
import { inPath } from './app-command.ts';
import type { AppClient } from './client.ts';

/** Every receipt of a target behind that one, oldest first. */
export async function receiptsOf(target: string, app: AppClient, after = 0): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  let next: number | null = after;
  while (next !== null) {
    const page: { receipts: Receipt[]; next: number | null } = await app.json(
      `targets/${inPath(target)}/history?after=${next}`,
      historyAnswer,
    );
    receipts.push(...page.receipts);
    // A page that leads nowhere would be asked for without end.
    next = page.next !== null && page.next > next ? page.next : null;
  }
  return receipts;
}
