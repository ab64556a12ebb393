/** The scores of a run become each object's measures with the history they may be compared with. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { completeStates } from '../../model/run.ts';
import type { Dimension } from '../../model/rule.ts';
import type { Check } from './explain.ts';
import type { Scored } from './judge.ts';

/** `history`: newest first, complete runs of the same rules only. */
export type Measure = {
  object: string;
  dimension: Dimension | null;
  score: number;
  recordCount: number;
  /** Of the rules it is a score by. */
  rulesHash: string;
  history: Scored[];
};

/** Measured scores of the run, each object's own score before its dimensions. */
export async function measuresOf(db: Queryable, runId: string, historyCount: number): Promise<Measure[]> {
  return db.query<Measure>(sql`/* alert.measure */
    select s.object, s.dimension, s.score, s.record_count::double precision as "recordCount",
      s.rules_hash as "rulesHash",
      coalesce((
        select jsonb_agg(jsonb_build_object('runId', h.run_id, 'score', h.score) order by h.measured_at desc)
        from (
          select p.run_id, p.score, p.measured_at from quality.score p join control.run r on r.id = p.run_id
          where p.connection_id = s.connection_id and p.object = s.object and p.dimension is not distinct from s.dimension
            and p.rules_hash = s.rules_hash and p.score is not null and p.run_id <> s.run_id
            and p.measured_at <= s.measured_at and r.state = any(${[...completeStates]}::text[])
          order by p.measured_at desc limit ${historyCount}
        ) h
      ), '[]') as history
    from quality.score s
    where s.run_id = ${runId} and s.score is not null
    order by s.object, s.dimension nulls first`);
}

/** Check results of one object by run, in the order of the runs given. */
export async function checksOf(db: Queryable, object: string, runIds: string[]): Promise<Check[][]> {
  const checks = await db.query<Check>(sql`/* alert.checks */
    select run_id as "runId", rule_id as "ruleId", dimension, applicable_count::double precision as "applicableCount",
      violated_count::double precision as "violatedCount"
    from quality.check_result where object = ${object} and run_id = any(${runIds}::text[])`);
  return runIds.map((runId) => checks.filter((check) => check.runId === runId));
}
