/** The standard records of one object become findings, check results and scores. */
import sql from 'sql-template-tag';
import { preparing, type Queryable } from '../db/connect.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { RuleDefinition } from '../model/rule.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { judge, type Judged } from './score/judge.ts';
import { putMarks } from './marks.ts';
import { factsSql, type Judging, type KnownFacts } from '../quality/row.ts';
import { ensurePlaces } from '../quality/place.ts';
import { recordVersions, rulesHash, versionsOf } from '../quality/rule-version.ts';
import { type ScoreScope, scopeOf } from './score/scope.ts';
import { waiversOf } from '../quality/waived.ts';
import { ownerObject, standardExists, zoneOf } from '../quality/subject.ts';
import { type CheckCounts, weigh } from '../quality/weigh.ts';

/**
 * Judges by every rule of the object the records that moved, or whose verdict time changes; once a day all of them by the rules that
 * time may answer otherwise, in a full sync and by other rules all of them by all. In one transaction, so that scores and findings of an object are always of one run. `readCount` is the
 * records judged, `changedCount` the findings opened and closed. An object that never had rules, or was never synced, gives nothing.
 */
export async function score(context: Context, object: ObjectDefinition): Promise<StageResult> {
  const { db, run, definitions, clock } = context;
  const rules = definitions.rules.filter((rule) => rule.object === object.name).sort((a, b) => (a.id < b.id ? -1 : 1));
  const { connectionId } = run;
  if (!(await standardExists(db, object))) return { readCount: 0, changedCount: 0 };
  if (rules.length === 0 && !(await wasJudged(db, connectionId, object))) return { readCount: 0, changedCount: 0 };
  const users = await ownerObject(db, definitions);
  const asked = {
    connectionId,
    object,
    rules,
    users,
    now: clock.now(),
    zone: await zoneOf(db, connectionId),
    waivers: await waiversOf(db, connectionId, object),
  };

  await ensurePlaces(db, (work) => context.write(work));
  return context.write(async (tx) => {
    const prepared = preparing(tx);
    const warnings = await recordVersions(prepared, rules, run.id, asked.now);
    const scope = await scopeOf(tx, prepared, asked, run.mode);
    const facts = await factsOf(prepared, asked, scope);
    const judging = { ...asked, until: scope.until, facts };
    const done = await judge(tx, prepared, judging, scope, run.id);
    const checks = rules.map((rule, place) => checkOf(rule, place, done.counts));
    const scores = weigh(checks);
    await record(prepared, run.id, judging, scope, { checks, scores, done });
    const whole = scores.find((one) => one.dimension === null);
    const { readCount, changedCount } = done;
    return { readCount, changedCount, warnings, detail: { score: whole?.score ?? null, ruleCount: rules.length } };
  });
}

/** What rules say of the whole org is asked when all records are, and holds until the next time. */
async function factsOf(db: Queryable, { rules, now, zone, connectionId }: Omit<Judging, 'until'>, scope: ScoreScope) {
  if (scope.kind === 'some' || scope.kind === 'none') return scope.seen?.facts ?? {};
  const [row] = await db.query<{ facts: KnownFacts }>(
    sql`/* score.facts */ select ${factsSql(rules, { now, zone, connectionId })} as facts`,
  );
  return row!.facts;
}

type Check = CheckCounts & Pick<RuleDefinition, 'id' | 'version' | 'revision' | 'alerts'> & { waivedCount: number };

/** Of an object whose rules were all switched off the findings are still to be closed. */
async function wasJudged(db: Queryable, connectionId: string, { name }: ObjectDefinition): Promise<boolean> {
  const found = await db.query(sql`/* score.was_judged */ select from quality.judgement
    where connection_id = ${connectionId} and object = ${name}`);
  return found.length > 0;
}

function checkOf(rule: RuleDefinition, place: number, counts: Judged['counts']): Check {
  const of = (marks: string) =>
    Object.entries(counts).reduce((sum, [verdict, count]) => sum + (marks.includes(verdict[place]!) ? count : 0), 0);
  const { id, version, revision, dimension, weight, alerts } = rule;
  const counted = { applicableCount: of('kv'), violatedCount: of('v'), waivedCount: of('w') };
  return { id, version, revision, dimension, weight, alerts, ...counted };
}

async function record(
  tx: Queryable,
  runId: string,
  { connectionId, object, rules, now, facts }: Judging,
  scope: ScoreScope,
  { checks, scores, done }: { checks: Check[]; scores: ReturnType<typeof weigh>; done: Judged },
): Promise<void> {
  const at = now.toISOString();
  const recordCount = Object.values(done.counts).reduce((sum, count) => sum + count, 0);
  const results = checks.map((check) => ({
    rule_id: check.id,
    rule_version: check.version,
    rule_revision: check.revision,
    dimension: check.dimension,
    applicable_count: check.applicableCount,
    violated_count: check.violatedCount,
    waived_count: check.waivedCount,
    weight: check.weight,
    is_alerting: check.alerts,
  }));
  const rows = scores.map((one) => ({
    dimension: one.dimension,
    score: one.score,
    applicable_count: one.applicableCount,
    rules_hash: rulesHash(rules, one.dimension),
    rules: versionsOf(rules, one.dimension),
  }));
  await tx.query(sql`/* score.record */ with checked as (
      insert into quality.check_result (run_id, connection_id, rule_id, rule_version, object, dimension, applicable_count, violated_count,
        waived_count, weight, is_alerting, rule_revision)
      select ${runId}, ${connectionId}, r.rule_id, r.rule_version, ${object.name}, r.dimension, r.applicable_count, r.violated_count,
        r.waived_count, r.weight, r.is_alerting, r.rule_revision
      from jsonb_to_recordset(${JSON.stringify(results)}::jsonb) r (rule_id text, rule_version int, dimension text,
        applicable_count bigint, violated_count bigint, waived_count bigint, weight double precision, is_alerting boolean, rule_revision int)
      on conflict (run_id, rule_id) do update set applicable_count = excluded.applicable_count, violated_count = excluded.violated_count,
        waived_count = excluded.waived_count, weight = excluded.weight, is_alerting = excluded.is_alerting, rule_revision = excluded.rule_revision),
    known as (insert into quality.rule_set (hash, rules)
      select distinct on (s.rules_hash) s.rules_hash, s.rules from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) s (rules_hash text, rules text[])
      where not exists (select from quality.rule_set r where r.hash = s.rules_hash) on conflict do nothing),
    scored as (
      insert into quality.score (run_id, connection_id, object, dimension, score, applicable_count, record_count, rules_hash, measured_at)
      select ${runId}, ${connectionId}, ${object.name}, s.dimension, s.score, s.applicable_count, ${recordCount}, s.rules_hash, ${at}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        s (dimension text, score double precision, applicable_count bigint, rules_hash text)
      on conflict (run_id, object, dimension) do update set score = excluded.score,
        applicable_count = excluded.applicable_count, record_count = excluded.record_count,
        rules_hash = excluded.rules_hash, measured_at = excluded.measured_at),
    marked as (${putMarks('score', scope.marks)})
    insert into quality.judgement (connection_id, object, verdict_counts, facts, until_at, run_id, judged_at)
    values (${connectionId}, ${object.name}, ${JSON.stringify(done.counts)}::jsonb, ${JSON.stringify(facts)}::jsonb,
      ${scope.until.toISOString()}, ${runId}, ${at})
    on conflict (connection_id, object) do update set verdict_counts = excluded.verdict_counts, facts = excluded.facts, until_at = excluded.until_at, run_id = excluded.run_id, judged_at = excluded.judged_at`);
}
