/** Deals as they are now, out of `standard.<entity>`, with what their account stands for and how it is written. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { wantedKeys } from '../../db/record-key.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { RecordKey } from '../../model/record-key.ts';
import { type Deal, nameDeals, type NamedDeal } from '../../matcher/deal/deal.ts';

/** An entity of deals, and those that its accounts may stand for. */
export type DealEntity = { definition: EntityDefinition; accounts: EntityDefinition[] };

export function dealEntity({ entities }: Definitions, definition: EntityDefinition): DealEntity {
  return { definition, accounts: entities.filter(({ name }) => definition.after.includes(name)) };
}

/** Evidence that an entity may have or not, as SQL over `d`, a row of `standard.<entity>`. */
const evidence: Record<string, string> = {
  created_on: `(d.created_on::timestamptz at time zone 'utc')::date - date '1970-01-01'`,
  owner: 'd.owner',
  type: 'd.type',
  lead_source: 'd.lead_source',
  currency: 'd.currency',
};

/** @param keys null for all, in their order */
export async function readDeals(
  db: Queryable,
  { definition, accounts }: DealEntity,
  keys: readonly RecordKey[] | null,
): Promise<NamedDeal[]> {
  const these =
    keys === null
      ? empty
      : sql`join ${wantedKeys(keys)} on wanted.connection_id = d.connection_id and wanted.id = d.id`;
  const deals = await db.query<Deal>(sql`/* match.deals */
    select d.connection_id, d.id, ${keptBy(accounts)} as company, d.name, d.amount::float8 as amount,
      d.close_on::date - date '1970-01-01' as close_day, ${join(evidenceColumns(definition))}
    from ${identifier('standard', definition.name)} d ${these}
    order by d.connection_id collate "C", d.id collate "C"`);
  const wanted = keys === null ? null : [...new Set(deals.flatMap(({ company }) => company ?? []))];
  return nameDeals(deals, await readNames(db, accounts, wanted));
}

/** The golden id that the account of `d` has in one of these entities. */
const keptBy = (accounts: readonly EntityDefinition[]): Sql =>
  sql`(select x.golden_id from golden.crosswalk x where x.entity = any (${accounts.map(({ name }) => name)}::text[])
    and x.connection_id = d.connection_id and x.id = d.company_id order by x.golden_id limit 1)`;

/** Every spelling of the name of each. @param ids null for all */
async function readNames(
  db: Queryable,
  accounts: readonly EntityDefinition[],
  ids: readonly string[] | null,
): Promise<Map<string, string[]>> {
  if (ids?.length === 0) return new Map();
  const these = ids === null ? empty : sql`and x.golden_id = any (${ids}::text[])`;
  const parts = accounts.map(({ name, fields }) => {
    const text = 'name' in fields ? sql`s.name` : sql`nullif(concat_ws(' ', s.first_name, s.last_name), '')`;
    return sql`select x.golden_id, ${text} as name from golden.crosswalk x
      join ${identifier('standard', name)} s on s.connection_id = x.connection_id and s.id = x.id
      where x.entity = ${name} ${these}`;
  });
  const rows = await db.query<{ company: string; names: string[] }>(sql`/* match.deal_companies */
    select golden_id as company, array_agg(distinct name order by name) as names from (${join(parts, ' union all ')}) s
    where name is not null group by 1`);
  return new Map(rows.map(({ company, names }) => [company, names]));
}

/** Columns of a Deal; null where the entity has no such field. */
function evidenceColumns({ fields }: EntityDefinition): Sql[] {
  const columns = Object.entries(evidence).map(([field, text]) => {
    const name = field === 'created_on' ? 'created_day' : field;
    return sql`${raw(field in fields ? text : 'null')} as ${identifier(name)}`;
  });
  const knowsOutcome = 'is_won' in fields && 'is_closed' in fields;
  const outcome = `case when d.is_won = 'true' then 'won' when d.is_closed = 'true' then 'lost' when d.is_closed = 'false' then 'open' end`;
  return [...columns, sql`${raw(knowsOutcome ? outcome : 'null')} as outcome`];
}
