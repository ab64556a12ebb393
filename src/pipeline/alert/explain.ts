/** Check results of now and of the baseline become the share each rule has in the fall, adding up to it. */
import { type Dimension, dimensionWeight } from '../../model/rule.ts';

export type Check = {
  ruleId: string;
  ruleVersion: number;
  /** Of what people have set of it; 0: nothing. */
  ruleRevision: number;
  dimension: Dimension;
  applicableCount: number;
  violatedCount: number;
  /** Of a record, against 1 of another rule of the dimension. */
  weight: number;
};

/**
 * `contribution` in score (0.02 = two points lost to this rule); `addedCount` against the mean of the baseline; `perRecord`: what one
 * violating record costs now.
 */
export type Cause = {
  ruleId: string;
  contribution: number;
  violatedCount: number;
  addedCount: number;
  perRecord: number;
};

/**
 * Of every run: score = 1 - sum over rules of weight(dimension) * weight(rule) * violated / pooled applicable. So the fall from the mean
 * of the baseline is the sum of each rule's loss now less its mean loss then. Without a baseline the loss is against 1.
 * `measure` null explains the object's score, else that dimension's. The largest contribution comes first.
 */
export function explain(
  measure: Dimension | null,
  now: readonly Check[],
  baseline: readonly (readonly Check[])[],
): Cause[] {
  const lossNow = losses(measure, now);
  const lossThen = baseline.map((checks) => losses(measure, checks));
  const mean = (pick: (run: number) => number) =>
    baseline.length === 0 ? 0 : baseline.reduce((sum, _, run) => sum + pick(run), 0) / baseline.length;
  const ruleIds = new Set([lossNow, ...lossThen].flatMap((loss) => [...loss.keys()]));
  return [...ruleIds]
    .map((ruleId) => {
      const violatedCount = lossNow.get(ruleId)?.violatedCount ?? 0;
      return {
        ruleId,
        contribution: (lossNow.get(ruleId)?.loss ?? 0) - mean((run) => lossThen[run]!.get(ruleId)?.loss ?? 0),
        violatedCount,
        perRecord: lossNow.get(ruleId)?.perRecord ?? 0,
        addedCount: violatedCount - mean((run) => lossThen[run]!.get(ruleId)?.violatedCount ?? 0),
      };
    })
    .sort((a, b) => b.contribution - a.contribution || (a.ruleId < b.ruleId ? -1 : 1));
}

function losses(measure: Dimension | null, checks: readonly Check[]) {
  const own = checks.filter((check) => measure === null || check.dimension === measure);
  const applicable = Map.groupBy(own, (check) => check.dimension);
  const pooled = new Map(
    [...applicable].map(([name, group]) => [
      name,
      group.reduce((sum, check) => sum + check.weight * check.applicableCount, 0),
    ]),
  );
  let weightSum = 0;
  for (const [name, count] of pooled) if (count > 0) weightSum += dimensionWeight[name];
  return new Map(
    own.map((check) => {
      const count = pooled.get(check.dimension)!;
      const perRecord = count === 0 ? 0 : ((dimensionWeight[check.dimension] / weightSum) * check.weight) / count;
      const { violatedCount } = check;
      return [check.ruleId, { loss: perRecord * violatedCount, violatedCount, perRecord }];
    }),
  );
}
