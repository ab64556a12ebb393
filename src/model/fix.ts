/** Repairs of the fix ledger: what they are of, and what became of them. */

/** Copies of one thing, a deal nobody decided, a field nobody filled in. */
export const fixKind = ['deal_copies', 'person_copies', 'account_copies', 'stale_deal', 'missing_value'] as const;
export type FixKind = (typeof fixKind)[number];
/** undone: the fault came back; withdrawn: it went without a repair. */
export const fixState = ['open', 'done', 'undone', 'withdrawn'] as const;
export type FixState = (typeof fixState)[number];
