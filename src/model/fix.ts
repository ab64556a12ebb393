/** Repairs of the fix ledger: what they are of, what became of them, and what one says to whoever is to make it. */

/** Copies of one thing, a deal without its account, a deal nobody decided, a field nobody filled in. */
export const fixKind = [
  'deal_copies',
  'person_copies',
  'account_copies',
  'orphan_deal',
  'stale_deal',
  'missing_value',
] as const;
export type FixKind = (typeof fixKind)[number];
/** undone: the fault came back; withdrawn: it went without a repair. */
export const fixState = ['open', 'done', 'undone', 'withdrawn'] as const;
export type FixState = (typeof fixState)[number];

/** What to do in Salesforce. */
export function fixTodo(kind: FixKind, recordCount: number): string {
  switch (kind) {
    case 'deal_copies':
      return `Keep one of ${recordCount} copies of the deal`;
    case 'person_copies':
      return `Merge the ${recordCount} records of one person`;
    case 'account_copies':
      return `Merge the ${recordCount} accounts of one company`;
    case 'orphan_deal':
      return 'Choose the account of the deal';
    case 'stale_deal':
      return 'Close the stale deal, or bring it up to date';
    default:
      return 'Fill in the missing value';
  }
}

/** What a repair alone moves, by metric. */
export type Promised = { kind: FixKind; bookings: number; openPipeline: number; customers?: number };

/** As a sentence goes on: `takes up to 695,046 out of open pipeline`; null where none of them moves. A stale deal may live on. */
export function promiseText({ kind, bookings, openPipeline, customers = 0 }: Promised): string | null {
  const upTo = kind === 'stale_deal' ? 'up to ' : '';
  const parts = (
    [
      [bookings, 'bookings'],
      [openPipeline, 'open pipeline'],
      [customers, 'customers'],
    ] as const
  ).flatMap(([amount, metric]) => {
    if (Math.round(amount) === 0) return [];
    const figure = Math.round(Math.abs(amount)).toLocaleString('en-US');
    return [amount < 0 ? `takes ${upTo}${figure} out of ${metric}` : `adds ${upTo}${figure} to ${metric}`];
  });
  return parts.length === 0 ? null : parts.join(' and ');
}
