/** Where a pair is linked and where a reviewer is asked, in bits of the model's weight. */
export type Threshold = {
  /** Bits taken off every weight, so that 0 is where linking starts. */
  shift: number;
  /** Pairs between it and 0 are for review. */
  review: number;
};

/** Even odds, and from 1:16 on a reviewer sees the pair: the model's weights are taken at their word (docs/matching.md). */
export const evenOdds: Threshold = { shift: 0, review: -4 };
