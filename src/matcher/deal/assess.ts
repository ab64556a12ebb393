/**
 * How good the groups of deals are, told without labels: by what the pairs that are linked, and those that are not, are likely to be.
 * With few links nothing is told: what copies have in common is then believed and not learnt, and orders look as copies would.
 */
import type { Assessment, EstimatedShare } from '../../model/assessment.ts';
import type { DealVerdict } from './weigh.ts';

/** As many copies as are believed before any is seen (copies.ts). */
const fewest = 20;
/**
 * By how much the estimates err, as parts of what is estimated to be wrong or missed and beside them: chosen on the seeds 1 to 3 of
 * `bench -- deals`, held on 11 to 13.
 */
const wrongBy = { more: 2, beside: 0.02, less: 0.5, off: 0.02 };
const missedBy = { more: 1.3, beside: 0.05, less: 0.3, off: 0.03 };

/** @param verdicts of all pairs that were compared */
export function assessDeals(verdicts: readonly DealVerdict[]): Assessment {
  const linked = verdicts.filter(({ decision }) => decision === 'link');
  if (linked.length < fewest) {
    const few = `only ${linked.length} ${linked.length === 1 ? 'pair of deals is' : 'pairs of deals are'} linked`;
    return { precision: null, recall: null, weakestField: null, cannotTell: `${few}, too few to learn from` };
  }
  const sum = (of: readonly DealVerdict[]) => of.reduce((total, { probability }) => total + probability, 0);
  const right = sum(linked);
  const all = sum(verdicts);
  return {
    precision: shareOf(1 - right / linked.length, linked.length, wrongBy),
    recall: shareOf(1 - right / all, all, missedBy),
    weakestField: weakestOf(linked),
    cannotTell: null,
  };
}

/** The field that says least for the links. */
function weakestOf(linked: readonly DealVerdict[]): string {
  const sums = new Map<string, number>();
  for (const { field, weight } of linked.flatMap(({ evidence }) => evidence))
    sums.set(field, (sums.get(field) ?? 0) + weight);
  return [...sums].reduce((least, one) => (one[1] < least[1] ? one : least))[0];
}

function shareOf(part: number, count: number, by: typeof wrongBy): EstimatedShare {
  const chance = 1.64 * Math.sqrt(Math.max(part * (1 - part), 1 / (count + 2)) / (count + 2));
  const round = (share: number) => Math.round(1000 * Math.max(0, Math.min(1, share))) / 1000;
  return {
    estimate: round(1 - part),
    low: round(1 - by.more * part - by.beside - chance),
    high: round(1 - Math.max(0, by.less * part - by.off - chance)),
  };
}
