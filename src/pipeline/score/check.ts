/** One rule over one object becomes opened, kept and closed findings and one check result, in one statement. */
import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { RuleDefinition } from '../../model/rule.ts';
import { condition } from './condition.ts';
import { ruleRows } from './row.ts';

export type CheckScope = {
  runId: string;
  connectionId: string;
  now: Date;
  object: ObjectDefinition;
  /** The object that owners are records of. */
  users: ObjectDefinition | undefined;
};

export type CheckOutcome = { applicableCount: number; violatedCount: number; openedCount: number; closedCount: number };

/** What the rule says of every record it is asked of: record_id, owner_id, amount, is_violated. */
export function judgement(scope: Omit<CheckScope, 'runId'>, rule: RuleDefinition): Sql {
  const { object, now, users, connectionId } = scope;
  const column = (name: string | null, type: Sql) => (name === null ? sql`null::${type}` : identifier('r', name));
  return sql`select r.id as record_id, ${column(object.owner, sql`text`)} as owner_id,
      ${column(object.amount, sql`double precision`)}::double precision as amount,
      coalesce((${condition(rule.violated, now)}), false) as is_violated
    from ${ruleRows(object, rule, users)} r
    where r.connection_id = ${connectionId} and (${condition(rule.applies, now)})`;
}

/** Repeating it within a run changes nothing more. A violation that comes back after its finding closed opens a new one. */
export async function check(tx: Transaction, scope: CheckScope, rule: RuleDefinition): Promise<CheckOutcome> {
  const { runId, connectionId, object } = scope;
  const now = scope.now.toISOString();
  const [row] = await tx.query<Record<keyof CheckOutcome, string>>(sql`/* score.check */
    with judged as materialized (${judgement(scope, rule)}),
    violation as materialized (select * from judged where is_violated),
    open as materialized (
      select id, record_id from quality.finding
      where rule_id = ${rule.id} and connection_id = ${connectionId} and closed_at is null
    ),
    opened as (
      insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, field, dimension, severity,
        is_stale, owner_id, amount, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
      select ${rule.id}, ${rule.version}, ${connectionId}, ${object.name}, v.record_id, ${rule.field}, ${rule.dimension},
        ${rule.severity}, ${rule.stale}, v.owner_id, v.amount, ${runId}, ${now}::timestamptz, ${runId}, ${now}::timestamptz
      from violation v where not exists (select from open o where o.record_id = v.record_id)
      returning 1
    ),
    seen as (
      update quality.finding f set last_seen_run_id = ${runId}, last_seen_at = ${now}::timestamptz,
        owner_id = v.owner_id, amount = v.amount, rule_version = ${rule.version}, severity = ${rule.severity},
        version = case when (f.owner_id, f.amount, f.severity) is distinct from (v.owner_id, v.amount, ${rule.severity})
          then nextval('mirror.version') else f.version end
      from violation v, open o
      where o.record_id = v.record_id and f.id = o.id and f.last_seen_run_id <> ${runId}
      returning 1
    ),
    closed as (
      update quality.finding f set closed_run_id = ${runId}, closed_at = ${now}::timestamptz,
        version = nextval('mirror.version')
      from open o
      where f.id = o.id and not exists (select from violation v where v.record_id = o.record_id)
      returning 1
    ),
    result as (
      insert into quality.check_result (run_id, connection_id, rule_id, rule_version, object, dimension,
        applicable_count, violated_count)
      select ${runId}, ${connectionId}, ${rule.id}, ${rule.version}, ${object.name}, ${rule.dimension}, count(*),
        count(*) filter (where is_violated)
      from judged
      on conflict (run_id, rule_id) do update
        set applicable_count = excluded.applicable_count, violated_count = excluded.violated_count
      returning applicable_count, violated_count
    )
    select applicable_count as "applicableCount", violated_count as "violatedCount",
      (select count(*) from opened) as "openedCount", (select count(*) from closed) as "closedCount"
    from result`);
  // `result` always returns one row: an aggregate without group by.
  const { applicableCount, violatedCount, openedCount, closedCount } = row!;
  return {
    applicableCount: Number(applicableCount),
    violatedCount: Number(violatedCount),
    openedCount: Number(openedCount),
    closedCount: Number(closedCount),
  };
}
