/** The records of each golden entity become one golden row: every field from the record whose value survives, with proof. */
import sql, { join, raw } from 'sql-template-tag';
import { identifier, identifiers } from '../db/identifier.ts';
import type { Transaction } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { candidates, within } from './survive/candidate.ts';
import { scopeOf, settle } from './survive/scope.ts';
import { survivors } from './survive/survivor.ts';
import { ensureGoldenTable, goldenType } from './survive/table.ts';

/**
 * Rewrites golden.<entity> and golden.provenance where the outcome differs, looking only at golden records whose members,
 * values or pins moved; a second run changes nothing.
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
    // Two orgs may be synced at once, and share golden records.
    await tx.query(sql`/* survive.lock */ select pg_advisory_xact_lock(hashtext(${`golden.${entity.name}`}))`);
    await ensureGoldenTable(tx, entity);
    const scope = await scopeOf(tx, context, entity);
    const result = scope.ids?.length === 0 ? nothing : await redo(tx, entity, objects, scope.ids);
    await settle(tx, context, entity, scope);
    return result;
  });
}

const nothing: StageResult = { readCount: 0, changedCount: 0, detail: { provenanceCount: 0 } };

async function redo(
  tx: Transaction,
  entity: EntityDefinition,
  objects: ObjectDefinition[],
  ids: string[] | null,
): Promise<StageResult> {
  await tx.query(sql`/* survive.member */ create temporary table member on commit drop as
    select golden_id, count(*)::int as record_count, count(distinct object)::int as object_count
    from golden.crosswalk x where entity = ${entity.name} ${within(sql`x.golden_id`, ids)} group by golden_id`);
  await tx.query(sql`/* survive.candidate */ create temporary table candidate on commit drop as
    ${candidates(entity, objects, ids)}`);
  await tx.query(sql`/* survive.analyze */ analyze member (golden_id), candidate (golden_id, field, field_group)`);
  // In the order of the key they are merged by: an index fills a third faster from end to end than here and there.
  await tx.query(sql`/* survive.survivor */ create temporary table survivor on commit drop as
    ${survivors(entity)} order by golden_id, field, place`);
  await tx.query(sql`/* survive.analyze */ analyze survivor (golden_id, field)`);
  const [counted] = await tx.query<{ count: string }>(sql`/* survive.count */
    select coalesce(sum(record_count), 0) as count from member`);
  const changedCount = await mergeGolden(tx, entity, ids);
  const provenanceCount = await mergeProvenance(tx, entity, ids);
  await tx.query(sql`/* survive.drop */ drop table survivor, candidate, member`);
  // Publishing joins these before any autovacuum has seen them filled; a guess of one row made it walk 30,000 for each.
  if (ids === null) {
    await tx.query(sql`/* survive.analyze */ analyze ${identifier('golden', entity.name)} (golden_id),
      golden.provenance (golden_id, field, place)`);
  }
  return { readCount: Number(counted!.count), changedCount, detail: { provenanceCount } };
}

async function mergeGolden(tx: Transaction, entity: EntityDefinition, ids: string[] | null): Promise<number> {
  const fields = Object.keys(entity.fields);
  const columns = [...fields, 'record_count', 'object_count'];
  const table = identifier('golden', entity.name);
  const picks = fields.map((field) => {
    const own = sql`filter (where s.field = ${field})`;
    const value = entity.fields[field]!.survivor.includes('union')
      ? sql`array_agg(s.value order by s.place) ${own}`
      : sql`(max(s.value) ${own})`;
    return sql`${value}::${raw(goldenType(entity, field))} as ${identifier(field)}`;
  });
  // Deleted apart: "not matched by source" would read the whole table however little was touched.
  const [dropped] = await tx.query<{ count: string }>(sql`/* survive.gone */ with gone as (
      delete from ${table} t where not exists (select from member m where m.golden_id = t.golden_id)
        ${within(sql`t.golden_id`, ids)} returning 1)
    select count(*) from gone`);
  const [row] = await tx.query<{ count: string }>(sql`/* survive.golden */
    with picked as (
      select member.golden_id, ${join(picks)}, member.record_count, member.object_count
      from member left join survivor s using (golden_id)
      group by member.golden_id, member.record_count, member.object_count
    ),
    merged as (
      merge into ${table} t using picked s on t.golden_id = s.golden_id
      when matched and (${identifiers(columns, 't')}) is distinct from (${identifiers(columns, 's')}) then
        update set ${join(columns.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
      when not matched then insert (golden_id, ${identifiers(columns)}) values (s.golden_id, ${identifiers(columns, 's')})
      returning 1
    )
    select count(*) from merged`);
  return Number(row!.count) + Number(dropped!.count);
}

const proof = ['connection_id', 'id', 'strategy', 'decided_by', 'value', 'value_since', 'pin_id'];

async function mergeProvenance(tx: Transaction, entity: EntityDefinition, ids: string[] | null): Promise<number> {
  const [dropped] = await tx.query<{ count: string }>(sql`/* survive.unproved */ with gone as (
      delete from golden.provenance t where starts_with(t.golden_id, ${`${entity.idPrefix}_`}) ${within(sql`t.golden_id`, ids)} and not exists (select from survivor s
        where s.golden_id = t.golden_id and s.field = t.field and s.place = t.place) returning 1)
    select count(*) from gone`);
  const [row] = await tx.query<{ count: string }>(sql`/* survive.provenance */
    with merged as (
      merge into golden.provenance t using survivor s
        on t.golden_id = s.golden_id and t.field = s.field and t.place = s.place
      when matched and (${identifiers(proof, 't')}) is distinct from (${identifiers(proof, 's')}) then
        update set ${join(proof.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
      when not matched then insert (golden_id, field, place, ${identifiers(proof)})
        values (s.golden_id, s.field, s.place, ${identifiers(proof, 's')})
      returning 1
    )
    select count(*) from merged`);
  return Number(row!.count) + Number(dropped!.count);
}
