/** The weights of all patterns into the one above which a pair is linked, and the band below it a reviewer should see. */
export type Threshold = {
  /** Bits taken off every weight, so that 0 is where linking starts. */
  shift: number;
  /** Calibrated bits; pairs between it and 0 are for review. */
  review: number;
};

/** From here on a reviewer sees a pair: 1:16. */
const reviewFrom = -4;

export function chooseThreshold(): Threshold {
  return { shift: 0, review: reviewFrom };
}
