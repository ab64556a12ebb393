/** Pairs the engine is unsure of, cut against their own evidence, or decided about other values, into the review queue. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier, identifiers } from '../../db/identifier.ts';
import { runSteps, type Sized } from '../../db/steps.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { among, type Links } from './constraints.ts';
import type { RecordKey } from '../../model/record-key.ts';

/**
 * Makes golden.review_item what it should be for the records at hand; returns the rows that changed.
 * @param keys null: all
 */
export async function queueReviews(
  sized: Sized,
  links: Links,
  entity: EntityDefinition,
  keys: readonly RecordKey[] | null,
  decisions: Sql,
): Promise<number> {
  // Filled in this very transaction: without fresh statistics the joins below are planned for a handful of rows.
  if (keys === null)
    await sized.tx.query(sql`/* cluster.analyze */ analyze
    golden.crosswalk (entity, connection_id, id, golden_id), match.pair (entity, l_connection_id, l_id, r_connection_id, r_id)`);
  const sides = keys === null ? (['l_'] as const) : (['l_', 'r_'] as const);
  const { counts } = await runSteps(sized, 'cluster', {
    rows: {
      asked: { of: asked(entity, keys, decisions), analyze: ['l_connection_id', 'l_id', 'r_connection_id', 'r_id'] },
      stake: { of: stake(entity, moneySql(entity, links)), analyze: ['golden_id'] },
      item: { of: item(entity) },
    },
    changes: {
      ...Object.fromEntries(sides.map((side) => [`gone_${side}`, { of: gone(entity, keys, side) }])),
      put: { of: put() },
    },
  });
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** golden_id, record_count and open_amount of every golden record in question. */
function stake(entity: EntityDefinition, money: Sql): Sql {
  return sql`with named as (
      select x.golden_id from golden.crosswalk x join asked a on x.connection_id = a.l_connection_id and x.id = a.l_id
      where x.entity = ${entity.name}
      union
      select x.golden_id from golden.crosswalk x join asked a on x.connection_id = a.r_connection_id and x.id = a.r_id
      where x.entity = ${entity.name}),
    member as materialized (select * from golden.crosswalk join named using (golden_id)),
    size as (select golden_id, count(*) as record_count from member group by golden_id),
    money as (${money})
    select golden_id, record_count, coalesce(amount, 0) as open_amount from size left join money using (golden_id)`;
}

/** The rows of the queue for what is asked. */
function item(entity: EntityDefinition): Sql {
  return sql`with placed as (
      select asked.*, l.golden_id as l_golden_id, r.golden_id as r_golden_id,
        case reason when 'unsure' then 1 - abs(2 * probability - 1) else 1 end as uncertainty,
        ls.record_count + case when l.golden_id = r.golden_id then 0 else rs.record_count end as record_count,
        ${bothAmounts(entity)} as open_amount
      from asked
      join golden.crosswalk l on l.entity = ${entity.name} and l.connection_id = l_connection_id and l.id = l_id
      join golden.crosswalk r on r.entity = ${entity.name} and r.connection_id = r_connection_id and r.id = r_id
      join stake ls on ls.golden_id = l.golden_id join stake rs on rs.golden_id = r.golden_id
      where reason <> 'cut' or l.golden_id <> r.golden_id
    )
    select ${entity.name}::text as entity, l_connection_id, l_id, r_connection_id, r_id, ${identifiers(shown)},
      round((uncertainty * (ln(1 + record_count) + ln(1 + greatest(open_amount, 0))))::numeric, 6)::float8 as priority
    from placed`;
}

function gone(entity: EntityDefinition, keys: readonly RecordKey[] | null, side: 'l_' | 'r_'): Sql {
  return sql`delete from golden.review_item t
    where t.entity = ${entity.name} and ${among('t', keys, side)} and not exists (select from item s
      where s.l_connection_id = t.l_connection_id and s.l_id = t.l_id and s.r_connection_id = t.r_connection_id and s.r_id = t.r_id)
    returning 1`;
}

function put(): Sql {
  const all = [...shown, 'priority'];
  return sql`insert into golden.review_item as t (entity, l_connection_id, l_id, r_connection_id, r_id, ${identifiers(all)})
    select entity, l_connection_id, l_id, r_connection_id, r_id, ${identifiers(all)} from item
    on conflict (entity, l_connection_id, l_id, r_connection_id, r_id)
      do update set ${join(all.map((column) => sql`${identifier(column)} = ${identifier('excluded', column)}`))}
      where (${identifiers(shown, 't')}) is distinct from (${identifiers(shown, 'excluded')}) returning 1`;
}

/** What a row of the queue says; its priority follows from it. */
const shown = [
  'l_golden_id',
  'r_golden_id',
  'reason',
  'weight',
  'probability',
  'uncertainty',
  'record_count',
  'open_amount',
];

/** Pairs in question with an end at hand: weighed and not decided, or decided about other values. */
function asked(entity: EntityDefinition, keys: readonly RecordKey[] | null, decisions: Sql): Sql {
  const standard = identifier('standard', entity.name);
  const columns = sql`l_connection_id, l_id, r_connection_id, r_id`;
  const weighed = (side: 'l_' | 'r_') => sql`select ${columns}, p.weight, p.probability,
      case when p.weight > 0 then 'cut' else 'unsure' end as reason
    from match.pair p
    where p.entity = ${entity.name} and (p.decision = 'review' or p.weight > 0) and ${among('p', keys, side)}
      and not exists (select from ${decisions} d where d.entity = p.entity and d.undone_at is null
        and (d.l_connection_id, d.l_id, d.r_connection_id, d.r_id) = (p.l_connection_id, p.l_id, p.r_connection_id, p.r_id))`;
  const changed = (side: 'l_' | 'r_') => sql`select ${columns}, d.weight, d.probability, 'changed' as reason
    from ${decisions} d
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

/** golden_id, amount: the open money of each golden record, each row of money once. */
function moneySql(entity: EntityDefinition, links: Links): Sql {
  if (!entity.money || links.money === null)
    return sql`select null::text as golden_id, null::float8 as amount where false`;
  const { column, amount, when, by } = entity.money;
  const record = by === undefined ? sql`s.id` : sql`s.${identifier(by)}`;
  return sql`select golden_id, sum(amount)::float8 as amount from (
      select distinct x.golden_id, r.connection_id, r.id, r.${identifier(amount)} as amount
      from member x
      join ${identifier('standard', entity.name)} s on s.connection_id = x.connection_id and s.id = x.id
      join ${identifier('standard', links.money)} r on r.connection_id = s.connection_id and r.${identifier(column)} = ${record}
      where r.is_deleted is not true and (${raw(when)}) and r.${identifier(amount)} is not null) once
    group by golden_id`;
}
