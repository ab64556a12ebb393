/** What a rule found since the baseline, split by who wrote the records and whether they are new, and what they have in common. */
import sql, { join, raw } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { Context } from '../context.ts';

/**
 * Records that came into violation since the baseline and are in it still. by: a record that is new was made by that user, an old
 * one was last edited by it when it came, whoever edited it since; null: nobody wrote it, time alone did it.
 */
export type CausePart = {
  records: 'new' | 'old';
  userId: string | null;
  /** Of an integration user: the name of a program may be in a message, that of a person may not. */
  userName: string | null;
  recordCount: number;
  /** In score, of the cause's contribution. The last part of a cause is the rest: what no record that came in explains. */
  contribution: number;
};

/** What at least half of those records share, and most other records do not. `column`: of the standard table; the owner's is its own. */
export type CommonValue = { column: string; value: string; recordCount: number };

export type Origin = { parts: Omit<CausePart, 'contribution'>[]; common: CommonValue[]; sampleIds: string[] };

/** Users named one by one; the others are in the rest. */
const partLimit = 5;
const sampleLimit = 5;
/** Of fewer records nothing is said that they share. */
const commonLeast = 5;

/** Of the records that came into violation since the run, whose records of the rule are those of the baseline; null: since ever. */
export async function originOf(
  tx: Queryable,
  context: Context,
  object: ObjectDefinition,
  ruleId: string,
  sinceRunId: string | null,
): Promise<Origin> {
  const { run } = context;
  const columns = await columnsOf(tx, object);
  const column = (name: string, type: string) => (columns.has(name) ? identifier('r', name) : sql`null::${raw(type)}`);
  // What was written after the baseline began to read was not seen by it, whenever it was scored.
  const base = sql`scored as (select coalesce((select max(measured_at) from quality.score where run_id = ${sinceRunId}),
      (select created_at from control.run where id = ${sinceRunId}), '-infinity') as at),
    base as (select at, coalesce((select started_at from control.run_stage
      where run_id = ${sinceRunId} and stage = 'pull' and subject = ${object.name}), at) as read_at from scored),
    came as (select f.record_id, f.opened_at, f.modified_at, f.modified_by_id, base.read_at as at from base, quality.finding f
      where f.connection_id = ${run.connectionId} and f.rule_id = ${ruleId} and f.closed_at is null and not f.is_waived
        and f.opened_at > base.at)`;
  const records = sql`${identifier('standard', object.table)} r`;
  const [row] = await tx.query<{ parts: Origin['parts']; samples: string[] }>(sql`/* alert.origin */
    with ${base},
    part as (
      select coalesce(r.created_at > c.at, false) as is_new, case when r.created_at > c.at then r.created_by_id
          when c.modified_at > c.at then c.modified_by_id
          when c.modified_at is null and ${column('modified_at', 'timestamptz')} > c.at then ${column('modified_by_id', 'text')} end as user_id,
        count(*)::int as n
      from came c left join ${records} on r.connection_id = ${run.connectionId} and r.id = c.record_id group by 1, 2),
    shown as (select * from part order by n desc, user_id nulls last limit ${partLimit})
    select coalesce((select jsonb_agg(jsonb_build_object('records', case when is_new then 'new' else 'old' end, 'userId', user_id,
        'userName', null, 'recordCount', n) order by n desc, user_id nulls last) from shown), '[]') as parts,
      array(select record_id from came order by opened_at desc, record_id limit ${sampleLimit}) as samples`);
  const { parts, samples } = row!;
  for (const part of parts) part.userName = part.userId === null ? null : await programName(tx, context, part.userId);
  const segments = [...Object.values(object.segments), object.country ?? '', object.owner ?? ''];
  const shared = segments.filter((name) => columns.has(name));
  if (shared.length === 0 || parts.length === 0) return { parts, common: [], sampleIds: samples };
  const pairs = join(shared.map((name) => sql`(${name}, ${identifier('r', name)}::text)`));
  const common = await tx.query<CommonValue>(sql`/* alert.common */
    with ${base},
    value as (
      select v.name, v.value, count(*) filter (where c.record_id is not null)::int as n,
        count(*) filter (where c.record_id is null) as others
      from ${records} left join came c on c.record_id = r.id cross join lateral (values ${pairs}) v (name, value)
      where r.connection_id = ${run.connectionId} group by 1, 2),
    whole as (select name, sum(n) as n, sum(others) as others from value group by 1)
    select v.name as "column", v.value, v.n as "recordCount" from value v join whole w using (name)
    where v.value is not null and w.n >= ${commonLeast} and v.n * 2 >= w.n
      and v.others / greatest(1, w.others) <= 0.5 * v.n / w.n
    order by v.n desc, v.name`);
  return { parts, common, sampleIds: samples };
}

async function columnsOf(tx: Queryable, { table }: ObjectDefinition): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>(sql`/* alert.columns */ select attname::text as name from pg_attribute
    where attrelid = to_regclass(${`standard.${table}`}) and attnum > 0 and not attisdropped`);
  return new Set(rows.map(({ name }) => name));
}

/** As published, where the org shows its users. */
async function programName(tx: Queryable, { run, definitions }: Context, userId: string): Promise<string | null> {
  if (!definitions.integrationUserIds.some((id) => id.slice(0, 15) === userId.slice(0, 15))) return null;
  if (!(await tableExists(tx, 'unified', 'dim_user'))) return null;
  const [user] = await tx.query<{ name: string | null }>(sql`/* alert.program */
    select name from unified.dim_user where connection_id = ${run.connectionId} and user_id = ${userId}`);
  return user?.name ?? null;
}
