/** The standard records of one object become findings, check results and scores. */
import sql from 'sql-template-tag';
import { preparing, type Queryable } from '../db/connect.ts';
import { sizedFor } from '../db/steps.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { RuleDefinition } from '../model/rule.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { judge, type Judged } from './score/judge.ts';
import { putMarks } from './marks.ts';
import type { Judging } from '../quality/row.ts';
import { recordVersions, rulesHash } from '../quality/rule-version.ts';
import { type ScoreScope, scopeOf } from './score/scope.ts';
import { ownerObject, standardExists } from '../quality/subject.ts';
import { type CheckCounts, weigh } from '../quality/weigh.ts';

/**
 * Judges by every rule of the object the records that moved, or whose verdict time changes; all of them once a day, in a full sync
 * and by other rules. In one transaction, so that scores and findings of an object are always of one run. `readCount` is the
 * records judged, `changedCount` the findings opened and closed. An object without rules, or never synced, gives nothing.
 */
export async function score(context: Context, object: ObjectDefinition): Promise<StageResult> {
  const { db, run, definitions, clock } = context;
  const rules = definitions.rules.filter((rule) => rule.object === object.name).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (rules.length === 0 || !(await standardExists(db, object))) return { readCount: 0, changedCount: 0 };
  const users = await ownerObject(db, definitions);
  const asked = { connectionId: run.connectionId, object, rules, users, now: clock.now() };

  return context.write(async (tx) => {
    const prepared = preparing(tx);
    const warnings = await recordVersions(prepared, rules, run.id, asked.now);
    const scope = await scopeOf(tx, prepared, asked, run.mode);
    const judging = { ...asked, until: scope.until };
    const done = await judge(await sizedFor(tx, prepared, scope.ids?.length ?? null), judging, scope, run.id);
    const checks = rules.map((rule, place) => checkOf(rule, place, done.counts));
    const scores = weigh(checks);
    await record(prepared, run.id, judging, scope, { checks, scores, done });
    const whole = scores.find((one) => one.dimension === null);
    const { readCount, changedCount } = done;
    return { readCount, changedCount, warnings, detail: { score: whole?.score ?? null, ruleCount: rules.length } };
  });
}

type Check = CheckCounts & Pick<RuleDefinition, 'id' | 'version'>;

function checkOf({ id, version, dimension }: RuleDefinition, place: number, counts: Judged['counts']): Check {
  const of = (marks: string) =>
    Object.entries(counts).reduce((sum, [verdict, count]) => sum + (marks.includes(verdict[place]!) ? count : 0), 0);
  return { id, version, dimension, applicableCount: of('kv'), violatedCount: of('v') };
}

async function record(
  tx: Queryable,
  runId: string,
  { connectionId, object, rules, now }: Judging,
  scope: ScoreScope,
  { checks, scores, done }: { checks: Check[]; scores: ReturnType<typeof weigh>; done: Judged },
): Promise<void> {
  const at = now.toISOString();
  const recordCount = Object.values(done.counts).reduce((sum, count) => sum + count, 0);
  const results = checks.map(({ id, version, dimension, applicableCount, violatedCount }) => ({
    rule_id: id,
    rule_version: version,
    dimension,
    applicable_count: applicableCount,
    violated_count: violatedCount,
  }));
  const rows = scores.map((one) => ({
    dimension: one.dimension,
    score: one.score,
    applicable_count: one.applicableCount,
    rules_hash: rulesHash(rules, one.dimension),
  }));
  await tx.query(sql`/* score.record */ with checked as (
      insert into quality.check_result (run_id, connection_id, rule_id, rule_version, object, dimension, applicable_count, violated_count)
      select ${runId}, ${connectionId}, r.rule_id, r.rule_version, ${object.name}, r.dimension, r.applicable_count, r.violated_count
      from jsonb_to_recordset(${JSON.stringify(results)}::jsonb)
        r (rule_id text, rule_version int, dimension text, applicable_count bigint, violated_count bigint)
      on conflict (run_id, rule_id) do update
        set applicable_count = excluded.applicable_count, violated_count = excluded.violated_count),
    scored as (
      insert into quality.score (run_id, connection_id, object, dimension, score, applicable_count, record_count, rules_hash, measured_at)
      select ${runId}, ${connectionId}, ${object.name}, s.dimension, s.score, s.applicable_count, ${recordCount}, s.rules_hash, ${at}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        s (dimension text, score double precision, applicable_count bigint, rules_hash text)
      on conflict (run_id, object, dimension) do update set score = excluded.score,
        applicable_count = excluded.applicable_count, record_count = excluded.record_count,
        rules_hash = excluded.rules_hash, measured_at = excluded.measured_at),
    marked as (${putMarks('score', scope.marks)})
    insert into quality.judgement (connection_id, object, verdict_counts, until_at, run_id, judged_at)
    values (${connectionId}, ${object.name}, ${JSON.stringify(done.counts)}::jsonb, ${scope.until.toISOString()}, ${runId}, ${at})
    on conflict (connection_id, object) do update set verdict_counts = excluded.verdict_counts, until_at = excluded.until_at, run_id = excluded.run_id, judged_at = excluded.judged_at`);
}
