/** The records of each golden entity become one golden row: every field from the record whose value survives, with proof. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier, identifiers } from '../db/identifier.ts';
import type { Transaction } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { candidates } from './survive/candidate.ts';
import { ensureGoldenTable, goldenType } from './survive/table.ts';

/**
 * Rewrites golden.<entity> and golden.provenance where the outcome differs; a second run changes nothing.
 * @throws DomainError `request-invalid` when there is no such entity.
 */
export async function survive(context: Context, subject: string): Promise<StageResult> {
  const { entities, objects } = context.definitions;
  const entity = entities.find((one) => one.name === subject);
  if (!entity) {
    throw new DomainError(
      'request-invalid',
      `No entity "${subject}"; they are ${entities.map((e) => e.name).join(', ')}.`,
    );
  }
  return context.write(async (tx) => {
    await ensureGoldenTable(tx, entity);
    await tx.query(sql`/* survive.candidate */ create temporary table candidate on commit drop as
      ${candidates(entity, objects)}`);
    await tx.query(sql`/* survive.survivor */ create temporary table survivor on commit drop as ${survivors()}`);
    await tx.query(sql`/* survive.analyze */ analyze survivor`);
    const [counted] = await tx.query<{ count: string }>(sql`/* survive.count */ select count(*) from golden.crosswalk
      where entity = ${entity.name}`);
    const changedCount = await mergeGolden(tx, entity);
    const provenanceCount = await mergeProvenance(tx, entity);
    await tx.query(sql`/* survive.drop */ drop table survivor, candidate`);
    return { readCount: Number(counted!.count), changedCount, detail: { provenanceCount } };
  });
}

/**
 * One record wins each group of fields that move together: by the leading field's strategy among records that have
 * it; when none has, the record with most of the group. So an address is never put together from two records.
 */
function survivors(): Sql {
  return sql`
    with weighed as (
      select *, field = field_group as is_leader,
        case
          when field <> field_group then count(*) over (partition by golden_id, field_group, connection_id, id)
          when strategy = 'most-frequent' then count(*) over (partition by golden_id, field, lower(value))
          when strategy = 'longest' then length(value)
          when strategy = 'any-true' then (value = 'true')::int
          else 0
        end as weight
      from candidate
    ),
    winner as (
      select distinct on (golden_id, field_group) golden_id, field_group, connection_id, id
      from weighed
      order by golden_id, field_group, is_leader desc, weight desc, value_since desc nulls last, id collate "C", connection_id
    )
    select golden_id, field, value, connection_id, id, strategy
    from candidate join winner using (golden_id, field_group, connection_id, id)`;
}

async function mergeGolden(tx: Transaction, entity: EntityDefinition): Promise<number> {
  const fields = Object.keys(entity.fields);
  const columns = [...fields, 'record_count', 'object_count'];
  const picks = fields.map(
    (field) =>
      sql`(max(s.value) filter (where s.field = ${field}))::${raw(goldenType(entity, field))} as ${identifier(field)}`,
  );
  const [row] = await tx.query<{ count: string }>(sql`/* survive.golden */
    with picked as (
      select member.golden_id, ${join(picks)}, member.record_count, member.object_count
      from (select golden_id, count(*)::int as record_count, count(distinct object)::int as object_count
        from golden.crosswalk where entity = ${entity.name} group by golden_id) member
      left join survivor s using (golden_id)
      group by member.golden_id, member.record_count, member.object_count
    ),
    merged as (
      merge into ${identifier('golden', entity.name)} t using picked s on t.golden_id = s.golden_id
      when matched and (${identifiers(columns, 't')}) is distinct from (${identifiers(columns, 's')}) then
        update set ${join(columns.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
      when not matched then insert (golden_id, ${identifiers(columns)}) values (s.golden_id, ${identifiers(columns, 's')})
      when not matched by source then delete
      returning 1
    )
    select count(*) from merged`);
  return Number(row!.count);
}

async function mergeProvenance(tx: Transaction, entity: EntityDefinition): Promise<number> {
  const [row] = await tx.query<{ count: string }>(sql`/* survive.provenance */
    with merged as (
      merge into golden.provenance t using survivor s on t.golden_id = s.golden_id and t.field = s.field
      when matched and (t.connection_id, t.id, t.strategy) is distinct from (s.connection_id, s.id, s.strategy) then
        update set connection_id = s.connection_id, id = s.id, strategy = s.strategy
      when not matched then insert (golden_id, field, connection_id, id, strategy)
        values (s.golden_id, s.field, s.connection_id, s.id, s.strategy)
      when not matched by source and starts_with(t.golden_id, ${`${entity.idPrefix}_`}) then delete
      returning 1
    )
    select count(*) from merged`);
  return Number(row!.count);
}
