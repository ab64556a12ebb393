/** Pairs the engine is unsure of, cut against their own evidence, or decided about other values, into the review queue. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { among, type Key, keyOf } from './told.ts';

/**
 * Makes golden.review_item what it should be for the records at hand; returns the rows that changed.
 * @param keys null: all
 * @param threshold weight above which a pair speaks for a link
 */
export async function queueReviews(
  tx: Transaction,
  definitions: Definitions,
  entity: EntityDefinition,
  keys: readonly Key[] | null,
  threshold: number,
): Promise<number> {
  // Filled in this very transaction: without fresh statistics the joins below are planned for a handful of rows.
  if (keys === null) await tx.query(sql`/* cluster.analyze */ analyze golden.crosswalk, match.pair`);
  await tx.query(
    sql`/* cluster.asked */ create temporary table asked on commit drop as ${asked(entity, keys, threshold)}`,
  );
  await tx.query(sql`/* cluster.stake */ create temporary table stake on commit drop as
    with named as (
      select x.golden_id from golden.crosswalk x join asked a on x.connection_id = a.l_connection_id and x.id = a.l_id
      where x.entity = ${entity.name}
      union
      select x.golden_id from golden.crosswalk x join asked a on x.connection_id = a.r_connection_id and x.id = a.r_id
      where x.entity = ${entity.name}),
    member as materialized (select * from golden.crosswalk join named using (golden_id)),
    size as (select golden_id, count(*) as record_count from member group by golden_id),
    money as (${await moneyOf(tx, definitions, entity)})
    select golden_id, record_count, coalesce(amount, 0) as open_amount from size left join money using (golden_id)`);
  await tx.query(sql`/* cluster.stake_key */ alter table stake add primary key (golden_id)`);
  await tx.query(sql`/* cluster.analyze */ analyze stake, asked`);
  const [row] = await tx.query<{ count: string }>(sql`/* cluster.review */
    with placed as (
      select asked.*, l.golden_id as l_golden_id, r.golden_id as r_golden_id,
        case reason when 'unsure' then 1 - abs(2 * probability - 1) else 1 end as uncertainty,
        ls.record_count + case when l.golden_id = r.golden_id then 0 else rs.record_count end as record_count,
        ${bothAmounts(entity)} as open_amount
      from asked
      join golden.crosswalk l on l.entity = ${entity.name} and l.connection_id = l_connection_id and l.id = l_id
      join golden.crosswalk r on r.entity = ${entity.name} and r.connection_id = r_connection_id and r.id = r_id
      join stake ls on ls.golden_id = l.golden_id join stake rs on rs.golden_id = r.golden_id
      where reason <> 'cut' or l.golden_id <> r.golden_id
    ),
    item as (
      select ${entity.name}::text as entity, l_connection_id, l_id, r_connection_id, r_id, l_golden_id, r_golden_id, reason,
        weight, probability, uncertainty, record_count, open_amount,
        round((uncertainty * (ln(1 + record_count) + ln(1 + greatest(open_amount, 0))))::numeric, 6)::float8 as priority
      from placed
    ),
    merged as (
      merge into golden.review_item t using item s on t.entity = s.entity and t.l_connection_id = s.l_connection_id
        and t.l_id = s.l_id and t.r_connection_id = s.r_connection_id and t.r_id = s.r_id
      when matched and (t.l_golden_id, t.r_golden_id, t.reason, t.weight, t.probability, t.uncertainty, t.record_count, t.open_amount)
        is distinct from (s.l_golden_id, s.r_golden_id, s.reason, s.weight, s.probability, s.uncertainty, s.record_count, s.open_amount)
        then update set l_golden_id = s.l_golden_id, r_golden_id = s.r_golden_id, reason = s.reason, weight = s.weight,
          probability = s.probability, uncertainty = s.uncertainty, record_count = s.record_count,
          open_amount = s.open_amount, priority = s.priority
      when not matched then insert values (s.entity, s.l_connection_id, s.l_id, s.r_connection_id, s.r_id, s.l_golden_id,
        s.r_golden_id, s.reason, s.weight, s.probability, s.uncertainty, s.record_count, s.open_amount, s.priority)
      when not matched by source and t.entity = ${entity.name} and ${amongItems(keys)} then delete
      returning 1
    )
    select count(*) from merged`);
  await tx.query(sql`/* cluster.drop */ drop table stake, asked`);
  return Number(row?.count ?? 0);
}

/** Pairs in question with an end at hand: weighed and not decided, or decided about other values. */
function asked(entity: EntityDefinition, keys: readonly Key[] | null, threshold: number): Sql {
  const standard = identifier('standard', entity.name);
  const columns = sql`l_connection_id, l_id, r_connection_id, r_id`;
  const weighed = (side: 'l_' | 'r_') => sql`select ${columns}, p.weight, p.probability,
      case when p.weight > ${threshold} then 'cut' else 'unsure' end as reason
    from match.pair p
    where p.entity = ${entity.name} and (p.decision = 'review' or p.weight > ${threshold}) and ${among('p', keys, side)}
      and not exists (select from review.decision d where d.entity = p.entity and d.undone_at is null
        and (d.l_connection_id, d.l_id, d.r_connection_id, d.r_id) = (p.l_connection_id, p.l_id, p.r_connection_id, p.r_id))`;
  const changed = (side: 'l_' | 'r_') => sql`select ${columns}, d.weight, d.probability, 'changed' as reason
    from review.decision d
    join ${standard} l on l.connection_id = d.l_connection_id and l.id = d.l_id
    join ${standard} r on r.connection_id = d.r_connection_id and r.id = d.r_id
    where d.entity = ${entity.name} and d.undone_at is null and ${among('d', keys, side)}
      and (d.l_value_hash <> review.value_hash(to_jsonb(l)) or d.r_value_hash <> review.value_hash(to_jsonb(r)))`;
  if (keys === null) return sql`${weighed('l_')} union all ${changed('l_')}`;
  return sql`${weighed('l_')} union ${weighed('r_')} union ${changed('l_')} union ${changed('r_')}`;
}

/** People of one account share its money: counting it for each would count it twice. */
function bothAmounts(entity: EntityDefinition): Sql {
  if (entity.money?.by !== undefined) return sql`greatest(ls.open_amount, rs.open_amount)`;
  return sql`ls.open_amount + case when l.golden_id = r.golden_id then 0 else rs.open_amount end`;
}

/** `merge` knows the target under its alias only, so this is `among` for both its records. */
function amongItems(keys: readonly Key[] | null): Sql {
  if (keys === null) return sql`true`;
  const texts = keys.map(keyOf);
  return sql`(t.l_connection_id || ' ' || t.l_id = any (${texts}::text[]) or t.r_connection_id || ' ' || t.r_id = any (${texts}::text[]))`;
}

/** golden_id, amount: the open money of each golden record, each row of money once. */
async function moneyOf(tx: Transaction, definitions: Definitions, entity: EntityDefinition): Promise<Sql> {
  const none = sql`select null::text as golden_id, null::float8 as amount where false`;
  const object = definitions.objects.find(({ name }) => name === entity.money?.object);
  if (!entity.money || !object) return none;
  const [found] = await tx.query<{ has: boolean }>(sql`/* cluster.money */
    select to_regclass(${`standard."${object.table}"`}) is not null as has`);
  if (!found?.has) return none;
  const { column, amount, when, by } = entity.money;
  const record = by === undefined ? sql`s.id` : sql`s.${identifier(by)}`;
  return sql`select golden_id, sum(amount)::float8 as amount from (
      select distinct x.golden_id, r.connection_id, r.id, r.${identifier(amount)} as amount
      from ${identifier('standard', object.table)} r
      join ${identifier('standard', entity.name)} s on s.connection_id = r.connection_id and ${record} = r.${identifier(column)}
      join member x on x.connection_id = s.connection_id and x.id = s.id
      where r.is_deleted is not true and (${raw(when)}) and r.${identifier(amount)} is not null) once
    group by golden_id`;
}
