/** A night of a made org becomes the rows that the alert stage reads: a run, checks, scores, findings and their records. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import type { Dimension } from '../../src/model/rule.ts';
import { newRunId } from '../../src/model/run.ts';
import { weigh } from '../../src/quality/weigh.ts';
import type { Came } from './damage.ts';
import type { Check } from '../../src/pipeline/alert/explain.ts';

export type NightOf = { object: string; recordCount: number; checks: Check[]; came: Came[] };

export async function makeTables(db: Db, tables: string[]): Promise<void> {
  for (const table of tables) {
    await db.query(sql`create table ${identifier('standard', table)} (connection_id text, id text, created_at timestamptz,
      created_by_id text, modified_at timestamptz, modified_by_id text, owner_id text, primary key (connection_id, id))`);
  }
}

/** Drops what the years before left, so that the thousandth night costs what the first did. */
export async function forgetAll(db: Db, tables: string[]): Promise<void> {
  const all = tables.map((table) => `standard.${table}`).join(', ');
  await db.query(
    raw(`truncate alert.incident, alert.message, alert.post, alert.step, quality.score, quality.check_result, quality.finding,
      control.run, ${all} cascade`),
  );
}

let recordAt = 0;

/** Returns the run. */
export async function storeNight(db: Db, at: Date, nights: NightOf[]): Promise<string> {
  const runId = newRunId();
  const when = at.toISOString();
  const checks = nights.flatMap(({ object, checks: own }) => own.map((check) => ({ object, ...check })));
  const scores = nights.flatMap(({ object, recordCount, checks: own }) =>
    weigh(own)
      .filter(({ score }) => score !== null)
      .map((one) => ({ object, recordCount: Math.round(recordCount), ...one })),
  );
  await db.transaction(async (tx) => {
    await tx.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
      values (${runId}, 'default', 'cli', 'auto', 'succeeded', 'bench')`);
    await tx.query(sql`with checks as (insert into quality.check_result
        select ${runId}, 'default', "ruleId", "ruleVersion", object, dimension, "applicableCount", "violatedCount"
        from jsonb_to_recordset(${JSON.stringify(checks)}::jsonb) c (object text, "ruleId" text, "ruleVersion" int,
          dimension text, "applicableCount" bigint, "violatedCount" bigint))
      insert into quality.score
        select ${runId}, 'default', object, dimension, score, "applicableCount", "recordCount", 'h', ${when}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) s (object text, dimension text, score float8,
          "applicableCount" bigint, "recordCount" bigint)`);
    for (const { object, came } of nights) {
      for (const one of came) {
        if (one.count <= 0) continue;
        const first = recordAt;
        recordAt += one.count;
        const dimension: Dimension = 'completeness';
        const created = one.isNew ? when : '2020-01-01T00:00:00Z';
        const by = one.isNew ? one.userId : '005000000000CREATR';
        await tx.query(sql`with record as (insert into ${identifier('standard', tableNames[object]!)}
            select 'default', ${object.slice(0, 3)} || lpad(n::text, 15, '0'), ${created}::timestamptz, ${by}, ${when}::timestamptz,
              ${one.userId}, '00500000000OWNER' || lpad((n % 40)::text, 2, '0')
            from generate_series(${first}::bigint, ${first + one.count - 1}::bigint) n returning id)
          insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity, is_stale,
            opened_run_id, opened_at, last_seen_run_id, last_seen_at)
          select ${one.ruleId}, 1, 'default', ${object}, id, ${dimension}, 'warn', false, ${runId}, ${when}::timestamptz,
            ${runId}, ${when}::timestamptz from record`);
      }
    }
  });
  return runId;
}

/** What a damage brought is mended: its findings close. */
export async function closeFindings(db: Db, object: string, userId: string, at: Date): Promise<void> {
  await db.query(sql`update quality.finding f set closed_at = ${at.toISOString()}::timestamptz, closed_run_id = 'mended'
    where object = ${object} and closed_at is null and record_id in (
      select id from ${identifier('standard', tableNames[object]!)} where modified_by_id = ${userId})`);
}

export const tableNames: Record<string, string> = {
  Account: 'account',
  Contact: 'contact',
  Lead: 'lead',
  Opportunity: 'opportunity',
};
