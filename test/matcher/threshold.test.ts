import { describe, expect, it } from 'vitest';
import { findThreshold, type Weighed } from '../../src/matcher/weigh/threshold.ts';
import { partneredShare, witnessedPairs } from '../../src/matcher/weigh/witness.ts';

/** Pairs per bit by a rule, from -20 on. */
function spread(pairsAt: (bits: number) => number): Weighed {
  const weights = Float64Array.from({ length: 56 }, (_, at) => at - 20);
  return { weights, counts: weights.map(pairsAt) };
}
const bell = (bits: number, middle: number, width: number) => Math.exp(-0.5 * ((bits - middle) / width) ** 2);
const nothingTold = { weights: new Float64Array(), same: [] };
const toldOf = (answers: [bits: number, same: boolean][]) => ({
  weights: Float64Array.from(answers, ([bits]) => bits),
  same: answers.map(([, same]) => same),
});

describe('the threshold', () => {
  it('stays at even odds where the valley of the weights is there', () => {
    const { shift, review } = findThreshold(
      spread((bits) => 900 * bell(bits, -15, 4) + 300 * bell(bits, 15, 4)),
      0.3,
      nothingTold,
    );
    expect(Math.abs(shift)).toBeLessThanOrEqual(1);
    expect(review).toBe(-4);
  });

  it('moves above namesakes that the model holds for copies, and shows them to a reviewer', () => {
    const { shift, review } = findThreshold(
      spread((bits) => 900 * bell(bits, -12, 4) + 30 * bell(bits, 0, 1) + 300 * bell(bits, 22, 3)),
      0.3,
      nothingTold,
    );
    expect(shift).toBeGreaterThan(2);
    expect(shift).toBeLessThan(16);
    expect(review).toBe(-Math.max(4, shift));
  });

  it('moves below 0 where records of few fields weigh too little, sooner where nearly all have a partner', () => {
    const weights = spread((bits) => 900 * bell(bits, -14, 3) + 300 * bell(bits, 3, 4));
    const few = findThreshold(weights, 0.3, nothingTold).shift;
    const many = findThreshold(weights, 0.9, nothingTold).shift;
    expect(many).toBeLessThan(0);
    expect(many).toBeLessThanOrEqual(few);
  });

  it('moves towards what reviewers said, and only so far', () => {
    const weights = spread((bits) => 900 * bell(bits, -15, 4) + 300 * bell(bits, 15, 4));
    const said = (same: boolean, bits: number, count: number) => ({
      weights: new Float64Array(count).fill(bits),
      same: Array.from({ length: count }, () => same),
    });
    const shiftOf = (labels: ReturnType<typeof said>) =>
      findThreshold(weights, 0.3, nothingTold, { unsure: labels, linked: nothingTold }).shift;
    const [up, plain, down] = [shiftOf(said(false, 2, 20)), shiftOf(said(true, 2, 0)), shiftOf(said(true, -2, 20))];
    expect(up).toBeGreaterThan(plain);
    expect(down).toBeLessThan(plain);
    expect(up).toBeLessThanOrEqual(10);
    expect(shiftOf(said(false, 2, 400))).toBeLessThanOrEqual(10);
  });

  it('stays where reviewers agree with it, and is not moved by one that errs', () => {
    const weights = spread((bits) => 900 * bell(bits, -15, 4) + 300 * bell(bits, 15, 4));
    const said = (...answers: [bits: number, same: boolean][]) =>
      findThreshold(weights, 0.3, nothingTold, { unsure: toldOf(answers), linked: nothingTold }).shift;
    const plain = said();
    // All that is asked lies below the threshold: "two" there says that it is right.
    const apart = [-0.5, -1, -1.5, -2, -2.5, -3, -3.5].map((bits): [number, boolean] => [plain + bits, false]);
    expect(said(...apart, ...apart, ...apart)).toBe(plain);
    expect(Math.abs(said(...apart, [plain - 3, true]) - plain)).toBeLessThanOrEqual(0.25);
  });

  it('moves down where linked pairs that others spoke against are one, and never up where they are two', () => {
    const weights = spread((bits) => 900 * bell(bits, -15, 4) + 300 * bell(bits, 15, 4));
    const said = (...answers: [bits: number, same: boolean][]) =>
      findThreshold(weights, 0.3, nothingTold, { unsure: nothingTold, linked: toldOf(answers) }).shift;
    const linked = (same: boolean) => [1, 2, 3, 4, 5].flatMap((bits) => Array<[number, boolean]>(6).fill([bits, same]));
    expect(said(...linked(true))).toBeLessThan(said());
    expect(said(...linked(false))).toBe(said());
    // As many of one as of the other: it is where it should be.
    expect(said(...linked(true), ...linked(false))).toBe(said());
  });

  it('links nothing of a tail that has no hill of copies behind it', () => {
    expect(
      findThreshold(
        spread((bits) => 20 * 2 ** (-bits / 3)),
        0.02,
        nothingTold,
      ).shift,
    ).toBe(10);
  });

  it('never climbs over a hill of copies to an empty place behind it', () => {
    const { shift } = findThreshold(
      spread((bits) => 900 * bell(bits, -14, 3) + 300 * bell(bits, 3, 1)),
      0.3,
      nothingTold,
    );
    expect(shift).toBeLessThan(2);
  });

  it('listens to pairs that others tell of', () => {
    const flat = spread(() => 3);
    const at = (bits: number, same: boolean) => ({
      weights: new Float64Array(30).fill(bits),
      same: Array<boolean>(30).fill(same),
    });
    expect(findThreshold(flat, 0.3, at(4, false)).shift).toBeGreaterThan(0);
    expect(findThreshold(flat, 0.3, at(-4, true)).shift).toBeLessThan(0);
  });
});

describe('what third records tell', () => {
  // 0 and 1 are surely one, 0 and 2 as well: so 1 and 2 are one. 3 is surely not 0, whatever it has with 1.
  const pairs = {
    left: Int32Array.of(0, 0, 1, 1),
    right: Int32Array.of(1, 2, 2, 3),
    score: Float64Array.of(12, 10, -3, 2),
  };

  it('is that two records with one sure partner are one, and that one it shuns is another', () => {
    const { weights, same } = witnessedPairs(4, pairs);
    expect([...weights]).toEqual([-3, 2]);
    expect(same).toEqual([true, false]);
  });

  it('counts who has a partner by the heaviest pair', () => {
    expect(partneredShare(4, pairs)).toBeCloseTo((3 + 1 / (1 + 2 ** -2)) / 4, 2);
    expect(partneredShare(10, pairs)).toBeLessThan(0.4);
  });

  it('follows what a field says of the pairs that the others weigh, the more pairs tell it', () => {
    const weights = spread((bits) => 900 * bell(bits, -12, 5) + 20 * bell(bits, 3, 2) + 300 * bell(bits, 18, 4));
    const shiftOf = (pairCount: number, bits = 1) =>
      findThreshold(weights, 0.3, nothingTold, undefined, { bits, pairCount }).shift;
    expect(shiftOf(0)).toBeGreaterThan(shiftOf(2000) + 1);
    expect(Math.abs(shiftOf(2000) - 1)).toBeLessThanOrEqual(1.5);
    expect(shiftOf(2000, -3)).toBeLessThan(shiftOf(2000));
  });
});
