/** The scores of one object over time, with a mark where rules or settings changed. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { completeStates } from '../model/run.ts';

export type ScorePoint = {
  runId: string;
  measuredAt: Date;
  score: number | null;
  applicableCount: number;
  recordCount: number;
  /** Null where the rules are those of the point before. */
  mark: ScoreMark | null;
};
export type ScoreMark = {
  rules: {
    ruleId: string;
    change: 'added' | 'removed' | 'changed';
    reason: string | null;
    by: string | null;
    at: Date | null;
  }[];
};
export type SeriesAsk = { connectionId: string; object: string; dimension: string | null; limit: number };

/** The newest `limit` complete runs, oldest first. A partial run has points for what it scored alone. */
export async function scoreSeries(
  db: Queryable,
  { connectionId, object, dimension, limit }: SeriesAsk,
): Promise<ScorePoint[]> {
  type Row = Omit<ScorePoint, 'mark'> & { rules: string[] | null };
  const rows = await db.query<Row>(sql`/* scores.series */ select * from (
      select s.run_id as "runId", s.measured_at as "measuredAt", s.score, s.applicable_count::int as "applicableCount",
        s.record_count::int as "recordCount", k.rules
      from quality.score s join control.run r on r.id = s.run_id left join quality.rule_set k on k.hash = s.rules_hash
      where s.connection_id = ${connectionId} and s.object = ${object} and s.dimension is not distinct from ${dimension}
        and r.state = any(${[...completeStates]}::text[])
      order by s.measured_at desc, s.run_id desc limit ${limit}) newest order by "measuredAt", "runId"`);
  const said =
    await db.query<Said>(sql`/* scores.said */ select rule_id as id, revision, reason, set_by as by, set_at as at, is_on as "isOn"
    from review.rule_setting order by rule_id, revision`);
  return rows.map(({ rules, ...point }, at) => {
    const before = rows[at - 1]?.rules;
    return { ...point, mark: before && rules ? markOf(before, rules, said) : null };
  });
}

type Said = { id: string; revision: number; reason: string; by: string; at: Date; isOn: boolean };

function markOf(before: string[], after: string[], said: Said[]): ScoreMark | null {
  const idOf = (version: string) => version.slice(0, version.indexOf('@'));
  const [old, now] = [before, after].map((all) => new Map(all.map((version) => [idOf(version), version]))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  const rules = [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((ruleId) => {
    if (old.get(ruleId) === now.get(ruleId)) return [];
    const change = !old.has(ruleId)
      ? ('added' as const)
      : now.has(ruleId)
        ? ('changed' as const)
        : ('removed' as const);
    const revision = Number(now.get(ruleId)?.split('.')[1] ?? 0);
    const by = said.findLast(
      (one) => one.id === ruleId && (change === 'removed' ? !one.isOn : one.revision === revision),
    );
    return [{ ruleId, change, reason: by?.reason ?? null, by: by?.by ?? null, at: by?.at ?? null }];
  });
  return rules.length === 0 ? null : { rules };
}
