/** The records of each golden entity become one golden row: every field from the record whose value survives, with proof. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier, identifiers } from '../db/identifier.ts';
import { few, locking, planningEach, type Transaction } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { candidates, within } from './survive/candidate.ts';
import { isSettled, scopeOf, settle } from './survive/scope.ts';
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
  if (await isSettled(context, entity)) return nothing;
  return context.write(async (tx) => {
    // Two orgs may be synced at once, and share golden records.
    const prepared = await locking(tx, `golden.${entity.name}`);
    await ensureGoldenTable(context.db, prepared, entity);
    const scope = await scopeOf(tx, prepared, context, entity);
    const isFew = scope.ids !== null && scope.ids.length <= few;
    const asked = isFew ? prepared : await planningEach(tx);
    const result = scope.ids?.length === 0 ? nothing : await redo(asked, entity, objects, scope.ids);
    await settle(asked, context, entity, scope);
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
  const member = sql`select golden_id, count(*)::int as record_count, count(distinct object)::int as object_count
    from golden.crosswalk x where entity = ${entity.name} ${within(sql`x.golden_id`, ids)} group by golden_id`;
  const candidate = candidates(entity, objects, ids);
  // In the order of the key they are merged by: an index fills a third faster from end to end than here and there.
  const survivor = sql`${survivors(entity)} order by golden_id, field, place`;
  const changes = [dropGolden(entity, ids), putGolden(entity), dropProof(entity, ids), putProof()] as const;
  const sources = { member, candidate, survivor };
  const done =
    ids !== null && ids.length <= few ? await redoFew(tx, sources, changes) : await redoMany(tx, sources, changes);
  // Publishing joins these before any autovacuum has seen them filled; a guess of one row made it walk 30,000 for each.
  if (ids === null) {
    await tx.query(sql`/* survive.analyze */ analyze ${identifier('golden', entity.name)} (golden_id),
      golden.provenance (golden_id, field, place)`);
  }
  const [gone, put, unproved, proved] = done.changed;
  return { readCount: done.read, changedCount: gone + put, detail: { provenanceCount: unproved + proved } };
}

type Sources = { member: Sql; candidate: Sql; survivor: Sql };
type Changes = readonly [dropGolden: Sql, putGolden: Sql, dropProof: Sql, putProof: Sql];
type Done = { read: number; changed: [number, number, number, number] };

/** In one statement: tables of a few rows cost more than what is in them. */
async function redoFew(tx: Transaction, { member, candidate, survivor }: Sources, changes: Changes): Promise<Done> {
  const steps = changes.map((change, at) => sql`change_${raw(String(at))} as (${change})`);
  const counts = changes.map((_, at) => `(select count(*)::int from change_${at})`);
  const [row] = await tx.query<Done>(sql`/* survive.few */ with member as materialized (${member}),
    candidate as materialized (${candidate}), survivor as materialized (${survivor}), ${join(steps)}
    select (select coalesce(sum(record_count), 0)::int from member) as read, array[${raw(counts.join(', '))}] as changed`);
  return row!;
}

async function redoMany(tx: Transaction, { member, candidate, survivor }: Sources, changes: Changes): Promise<Done> {
  await tx.query(sql`/* survive.member */ create temporary table member on commit drop as ${member}`);
  await tx.query(sql`/* survive.candidate */ create temporary table candidate on commit drop as ${candidate}`);
  await tx.query(sql`/* survive.analyze */ analyze member (golden_id), candidate (golden_id, field, field_group)`);
  await tx.query(sql`/* survive.survivor */ create temporary table survivor on commit drop as ${survivor}`);
  await tx.query(sql`/* survive.analyze */ analyze survivor (golden_id, field)`);
  const [counted] = await tx.query<{ count: number }>(sql`/* survive.count */
    select coalesce(sum(record_count), 0)::int as count from member`);
  const changed: number[] = [];
  for (const change of changes) {
    const [row] = await tx.query<{ count: number }>(sql`/* survive.change */ with done as (${change})
      select count(*)::int as count from done`);
    changed.push(row!.count);
  }
  await tx.query(sql`/* survive.drop */ drop table survivor, candidate, member`);
  return { read: counted!.count, changed: changed as Done['changed'] };
}

/** Deleted apart: "not matched by source" would read the whole table however little was touched. */
function dropGolden(entity: EntityDefinition, ids: string[] | null): Sql {
  return sql`delete from ${identifier('golden', entity.name)} t
    where not exists (select from member m where m.golden_id = t.golden_id) ${within(sql`t.golden_id`, ids)} returning 1`;
}

function putGolden(entity: EntityDefinition): Sql {
  const fields = Object.keys(entity.fields);
  const columns = [...fields, 'record_count', 'object_count'];
  const picks = fields.map((field) => {
    const own = sql`filter (where s.field = ${field})`;
    const value = entity.fields[field]!.survivor.includes('union')
      ? sql`array_agg(s.value order by s.place) ${own}`
      : sql`(max(s.value) ${own})`;
    return sql`${value}::${raw(goldenType(entity, field))} as ${identifier(field)}`;
  });
  return sql`merge into ${identifier('golden', entity.name)} t using (
      select member.golden_id, ${join(picks)}, member.record_count, member.object_count
      from member left join survivor s using (golden_id)
      group by member.golden_id, member.record_count, member.object_count) s on t.golden_id = s.golden_id
    when matched and (${identifiers(columns, 't')}) is distinct from (${identifiers(columns, 's')}) then
      update set ${join(columns.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
    when not matched then insert (golden_id, ${identifiers(columns)}) values (s.golden_id, ${identifiers(columns, 's')})
    returning 1`;
}

const proof = ['connection_id', 'id', 'strategy', 'decided_by', 'value', 'value_since', 'pin_id'];

function dropProof(entity: EntityDefinition, ids: string[] | null): Sql {
  return sql`delete from golden.provenance t where starts_with(t.golden_id, ${`${entity.idPrefix}_`}) ${within(sql`t.golden_id`, ids)}
    and not exists (select from survivor s where s.golden_id = t.golden_id and s.field = t.field and s.place = t.place) returning 1`;
}

function putProof(): Sql {
  return sql`merge into golden.provenance t using survivor s
      on t.golden_id = s.golden_id and t.field = s.field and t.place = s.place
    when matched and (${identifiers(proof, 't')}) is distinct from (${identifiers(proof, 's')}) then
      update set ${join(proof.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
    when not matched then insert (golden_id, field, place, ${identifiers(proof)})
      values (s.golden_id, s.field, s.place, ${identifiers(proof, 's')})
    returning 1`;
}
