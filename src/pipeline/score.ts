/** The standard records of one object become findings, check results and scores. */
import sql from 'sql-template-tag';
import type { Transaction } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { RuleDefinition } from '../model/rule.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { check, type CheckScope } from './score/check.ts';
import { recordVersion, rulesHash } from './score/rule-version.ts';
import { ownerObject, standardExists } from './score/subject.ts';
import { type CheckCounts, type Score, weigh } from './score/weigh.ts';

/**
 * Runs every rule of the object in one transaction, so that scores and findings of an object are always of one run.
 * `readCount` is the rows judged, `changedCount` the findings opened and closed. An object without rules, or never
 * synced, gives nothing.
 */
export async function score(context: Context, object: ObjectDefinition): Promise<StageResult> {
  const { db, run, definitions, clock } = context;
  const rules = definitions.rules.filter((rule) => rule.object === object.name);
  if (rules.length === 0 || !(await standardExists(db, object))) return { readCount: 0, changedCount: 0 };
  const users = await ownerObject(db, definitions);
  const scope: CheckScope = { runId: run.id, connectionId: run.connectionId, now: clock.now(), object, users };

  return context.write(async (tx) => {
    const warnings: string[] = [];
    const checks: CheckCounts[] = [];
    let readCount = 0;
    let changedCount = await closeWithdrawn(tx, scope, rules);
    for (const [index, rule] of rules.entries()) {
      context.signal.throwIfAborted();
      warnings.push(...(await recordVersion(tx, rule, run.id, scope.now)));
      const outcome = await check(tx, scope, rule);
      checks.push({ dimension: rule.dimension, ...outcome });
      readCount += outcome.applicableCount;
      changedCount += outcome.openedCount + outcome.closedCount;
      context.report({ stage: 'score', subject: object.name, doneCount: index + 1, totalCount: rules.length });
    }
    const scores = weigh(checks);
    await writeScores(tx, scope, rules, scores);
    await markFindings(tx, scope);
    const whole = scores.find((one) => one.dimension === null);
    return { readCount, changedCount, warnings, detail: { score: whole?.score ?? null, ruleCount: rules.length } };
  });
}

/** Findings of rules that are gone would stay open for ever. */
async function closeWithdrawn(tx: Transaction, scope: CheckScope, rules: RuleDefinition[]): Promise<number> {
  const closed = await tx.query(sql`/* score.close-withdrawn */
    update quality.finding set closed_run_id = ${scope.runId}, closed_at = ${scope.now.toISOString()},
      version = nextval('mirror.version')
    where connection_id = ${scope.connectionId} and object = ${scope.object.name} and closed_at is null
      and rule_id <> all(${rules.map((rule) => rule.id)}::text[])
    returning 1`);
  return closed.length;
}

/** Up to where there are findings to publish. */
async function markFindings(tx: Transaction, { connectionId, object }: CheckScope): Promise<void> {
  await tx.query(sql`/* score.progress */ insert into quality.progress as p
    select ${connectionId}, ${object.name}, max(version) from quality.finding
    where connection_id = ${connectionId} and object = ${object.name} having max(version) is not null
    on conflict (connection_id, object) do update set version = excluded.version where p.version <> excluded.version`);
}

async function writeScores(
  tx: Transaction,
  { runId, connectionId, object, now }: CheckScope,
  rules: RuleDefinition[],
  scores: Score[],
): Promise<void> {
  const rows = scores.map((one) => ({
    dimension: one.dimension,
    score: one.score,
    applicable_count: one.applicableCount,
    rules_hash: rulesHash(rules, one.dimension),
  }));
  await tx.query(sql`/* score.score */
    insert into quality.score (run_id, connection_id, object, dimension, score, applicable_count, record_count,
      rules_hash, measured_at)
    select ${runId}, ${connectionId}, ${object.name}, s.dimension, s.score, s.applicable_count,
      (select count(*) from ${identifier('standard', object.table)}
        where connection_id = ${connectionId} and is_deleted is not true), s.rules_hash, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as s(dimension text, score double precision, applicable_count bigint, rules_hash text)
    on conflict (run_id, object, dimension) do update set score = excluded.score,
      applicable_count = excluded.applicable_count, record_count = excluded.record_count,
      rules_hash = excluded.rules_hash, measured_at = excluded.measured_at`);
}
