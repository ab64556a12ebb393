/** What copies, and different deals of one company, have in common before any deal is seen: all chances that are set by hand. */
import type { AmountLevel, CloseLevel, DateLevel, NameLevel, OutcomeLevel } from './level.ts';

/**
 * Of copies, set by hand: an org has too few for learning. Chosen on the seeded orgs and the copies planted in
 * `bench -- deals`; what no file of ours has (a copy closed as lost, say) got a low share, never none.
 */
export const ofCopies = {
  name: {
    same: 0.6,
    'same but for the company’s name': 0.28,
    'a letter apart': 0.06,
    'words added': 0.05,
    'other words': 0.01,
  } satisfies Record<NameLevel, number>,
  amount: { same: 0.84, 'within 5 %': 0.06, 'within 25 %': 0.06, differs: 0.04 } satisfies Record<AmountLevel, number>,
  created_on: {
    'same day': 0.35,
    'within 2 days': 0.22,
    'within 7 days': 0.27,
    'within 31 days': 0.12,
    'within 92 days': 0.03,
    later: 0.01,
  } satisfies Record<DateLevel, number>,
  /** A copy left behind when the deal closed keeps the day it was expected to; two closed ones hardly differ. */
  close_on_of_closed: {
    'same day': 0.78,
    'within 2 days': 0.08,
    'within 7 days': 0.07,
    'within 31 days': 0.045,
    'within 92 days': 0.01,
    later: 0.005,
    'as far as the day created': 0.01,
  } satisfies Record<CloseLevel, number>,
  close_on_of_open: {
    'same day': 0.6,
    'within 2 days': 0.08,
    'within 7 days': 0.08,
    'within 31 days': 0.115,
    'within 92 days': 0.075,
    later: 0.04,
    'as far as the day created': 0.01,
  } satisfies Record<CloseLevel, number>,
  outcome: { same: 0.72, 'open and won': 0.1, 'open and lost': 0.1, 'won and lost': 0.08 } satisfies Record<
    OutcomeLevel,
    number
  >,
  owner: { same: 0.65, differs: 0.35 },
  type: { same: 0.93, differs: 0.07 },
  lead_source: { same: 0.9, differs: 0.1 },
  currency: { same: 0.99, differs: 0.01 },
};

/** Field and level. */
export type CopyLevel = string;
export type CopyChances = Record<CopyLevel, number>;
export type Copying = {
  /** Share of deals that are entered again. */
  rate: number;
  copies: CopyChances;
};

/** Of two different deals of one company, before any is seen; counts as much as `doubt` pairs of the org. */
export const beforehand = {
  /** Of orders of the same name that followed one another: many are for the same amount. */
  amount: { same: 0.15, 'within 5 %': 0.1, 'within 25 %': 0.25, differs: 0.5 },
  created_on: {
    'same day': 0.02,
    'within 2 days': 0.015,
    'within 7 days': 0.035,
    'within 31 days': 0.1,
    'within 92 days': 0.16,
    later: 0.67,
  },
  close_on: {
    'same day': 0.03,
    'within 2 days': 0.02,
    'within 7 days': 0.05,
    'within 31 days': 0.09,
    'within 92 days': 0.14,
    later: 0.6,
    'as far as the day created': 0.07,
  },
  /** Deals entered in one sitting often get one close date. */
  close_on_of_one_sitting: {
    'same day': 0.15,
    'within 2 days': 0.03,
    'within 7 days': 0.05,
    'within 31 days': 0.1,
    'within 92 days': 0.15,
    later: 0.52,
    // Never so: deals of one sitting were created on one day.
    'as far as the day created': 0.001,
  },
  outcome: { same: 0.5, 'open and won': 0.2, 'open and lost': 0.15, 'won and lost': 0.15 },
  owner: { same: 0.6, differs: 0.4 },
  type: { same: 0.6, differs: 0.4 },
  lead_source: { same: 0.5, differs: 0.5 },
  currency: { same: 0.95, differs: 0.05 },
} as const;
/** Pairs of the org that the chances above count for. */
export const doubt = 30;
export const sameNameBeforehand = 0.05;
export const sameAmountBeforehand = 0.02;
export const sameOwnerBeforehand = 0.1;
