/** A reviewer made of the truth: takes pairs from the top of the queue and answers them, now and then wrongly. */
import { Random } from '@assay/emulator/seed/random.ts';
import type { MatchResult } from '../../src/matcher/engine.ts';
import type { Label } from '../../src/matcher/weigh/label.ts';

type Asked = Omit<Label, 'same'>;

/** Pairs as the service's review queue has them without money: the unsure and the cut, by uncertainty times ln(1 + records of both). */
export function reviewQueue({ clusters, pairs, model }: MatchResult): Asked[] {
  const sizes = new Int32Array(clusters.length);
  for (const root of clusters) sizes[root] = (sizes[root] as number) + 1;
  const items: (Asked & { priority: number })[] = [];
  for (const [at, weight] of pairs.score.entries()) {
    const [l, r] = [pairs.left[at] as number, pairs.right[at] as number];
    const [a, b] = [clusters[l] as number, clusters[r] as number];
    if (weight <= model.threshold.review || (weight > 0 && a === b)) continue;
    const uncertainty = weight > 0 ? 1 : 1 - Math.abs(2 / (1 + 2 ** -weight) - 1);
    const recordCount = (sizes[a] as number) + (a === b ? 0 : (sizes[b] as number));
    items.push({ l, r, weight, priority: uncertainty * Math.log(1 + recordCount) });
  }
  return items.sort((x, y) => y.priority - x.priority || x.l - y.l || x.r - y.r);
}

/** @param truth by place: the entity. @param wrongShare 0..1 of the answers, rounded to whole answers */
export function answer(queue: readonly Asked[], truth: Int32Array, wrongShare: number, seed: number): Label[] {
  const random = new Random(seed, 'reviewer');
  const order = queue.map((_, at) => ({ at, draw: random.next() })).sort((x, y) => x.draw - y.draw);
  const wrong = new Set(order.slice(0, Math.round(wrongShare * queue.length)).map(({ at }) => at));
  return queue.map(({ l, r, weight }, at) => ({ l, r, weight, same: (truth[l] === truth[r]) !== wrong.has(at) }));
}
