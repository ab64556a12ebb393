/** Golden ids become what is worth knowing before somebody is created anew: which record, whose, with which open deals, opted out. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { keyOf, type RecordKey } from '../model/record-key.ts';

export type OpenDeals = {
  count: number;
  /** Null where none has an amount, or they are of several currencies. */
  amount: number | null;
  currency: string | null;
};
export type Card = {
  goldenId: string;
  name: string | null;
  /** The record to work with: of the objects in the order of `best`, the oldest. */
  connectionId: string;
  salesforceId: string;
  object: string;
  ownerId: string | null;
  ownerName: string | null;
  /** Salesforce records that stand for it. */
  recordCount: number;
  /** Null: no record says. Companies do not opt out. */
  hasOptedOut: boolean | null;
  /** The golden company; of a company itself. */
  companyId: string | null;
  /** Deals that count, of the company or of the person's account; null before anything was published. */
  openDeals: OpenDeals | null;
};

/** Which record of somebody to work with, the better first; any other object comes after. */
const best = ['Contact', 'Account', 'Lead'];

/** By record: the golden id it stands for. */
export async function goldenIdsOf(
  db: Queryable,
  entity: string,
  records: readonly RecordKey[],
): Promise<Map<string, string>> {
  if (records.length === 0) return new Map();
  const [connections, ids] = [records.map((one) => one.connection_id), records.map(({ id }) => id)];
  const rows = await db.query<RecordKey & { golden_id: string }>(sql`/* lookup.golden */
    select x.connection_id, x.id, x.golden_id from unnest(${connections}::text[], ${ids}::text[]) w (connection_id, id)
    join golden.crosswalk x on x.entity = ${entity} and x.connection_id = w.connection_id and x.id = w.id`);
  return new Map(rows.map((row) => [keyOf(row), row.golden_id]));
}

/** By golden id. */
export async function cardsOf(
  db: Queryable,
  definitions: Definitions,
  entity: EntityDefinition,
  goldenIds: readonly string[],
): Promise<Map<string, Card>> {
  if (goldenIds.length === 0) return new Map();
  const ids = [...new Set(goldenIds)];
  const isPerson = entity.matcher === 'person';
  const users = await tableExists(db, 'standard', 'user');
  const deals = await tableExists(db, 'unified', 'fct_opportunity');
  const companies = await tableExists(db, 'golden', 'company');
  const members = definitions.objects.filter((object) => entity.name in object.entities);
  const name = isPerson ? sql`nullif(concat_ws(' ', g.first_name, g.last_name), '')` : sql`g.name`;
  const company =
    isPerson && companies
      ? sql`left join golden.record_key k on k.entity = 'company' and k.connection_id = g.company_connection_id and k.id = g.company_id`
      : sql``;
  const rows = await db.query<Row>(sql`/* lookup.card */
    with w as materialized (select unnest(${ids}::text[]) as golden_id),
    member as materialized (${join(
      members.map(
        ({ name: object, table, owner }) => sql`select x.golden_id, x.connection_id, x.id, x.object, r.created_at,
          ${owner === null ? raw('null::text') : sql`r.${identifier(owner)}`} as owner_id
        from w join golden.crosswalk x on x.golden_id = w.golden_id and x.entity = ${entity.name} and x.object = ${object}
        join ${identifier('standard', table)} r on r.connection_id = x.connection_id and r.id = x.id`,
      ),
      ' union all ',
    )}),
    chosen as (select distinct on (golden_id) * from member
      order by golden_id, coalesce(array_position(${best}::text[], object), 99), created_at, connection_id, id)
    select c.golden_id, ${name} as name, c.connection_id, c.id as salesforce_id, c.object, c.owner_id,
      ${users ? sql`u.name` : sql`null::text`} as owner_name, g.record_count,
      ${isPerson ? sql`g.has_opted_out` : sql`null::boolean`} as has_opted_out,
      ${isPerson ? (companies ? sql`k.golden_id` : sql`null::text`) : sql`c.golden_id`} as company_id
    from chosen c join ${identifier('golden', entity.name)} g on g.golden_id = c.golden_id ${company}
    ${users ? sql`left join standard."user" u on u.connection_id = c.connection_id and u.id = c.owner_id` : sql``}`);
  // The account of somebody without a company is a person account: they hold the deals themselves.
  const holders = rows.map((row) => row.company_id ?? row.golden_id);
  const open = deals ? await openDealsOf(db, holders) : null;
  return new Map(rows.map((row, at) => [row.golden_id, cardOf(row, open?.get(holders[at]!) ?? null)]));
}

type Row = {
  golden_id: string;
  name: string | null;
  connection_id: string;
  salesforce_id: string;
  object: string;
  owner_id: string | null;
  owner_name: string | null;
  record_count: number;
  has_opted_out: boolean | null;
  company_id: string | null;
};

function cardOf(row: Row, openDeals: OpenDeals | null): Card {
  return {
    goldenId: row.golden_id,
    name: row.name,
    connectionId: row.connection_id,
    salesforceId: row.salesforce_id,
    object: row.object,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    recordCount: row.record_count,
    hasOptedOut: row.has_opted_out,
    companyId: row.company_id,
    openDeals,
  };
}

/** By golden company or person: the deals of its accounts as they were published, copies left out. */
async function openDealsOf(db: Queryable, holders: readonly string[]): Promise<Map<string, OpenDeals>> {
  const ids: Sql = sql`${[...new Set(holders)]}::text[]`;
  const rows = await db.query<{
    golden_id: string;
    count: number;
    amount: string | null;
    currencies: string[];
  }>(
    sql`/* lookup.deals */
    with account as materialized (select x.golden_id, x.connection_id, x.id from golden.crosswalk x
      where x.golden_id = any (${ids}) and x.object = 'Account')
    select w.golden_id, count(f.opportunity_id)::int as count, sum(f.amount_counted) as amount,
      coalesce(array_agg(distinct f.currency) filter (where f.currency is not null), '{}') as currencies
    from unnest(${ids}) w (golden_id) left join account a on a.golden_id = w.golden_id
    left join standard.opportunity o on o.connection_id = a.connection_id and o.account_id = a.id and o.is_closed is not true
    left join unified.fct_opportunity f on f.connection_id = o.connection_id and f.opportunity_id = o.id
      and f.counts_in_clean and f.is_closed is not true
    group by w.golden_id`,
  );
  return new Map(
    rows.map(({ golden_id: id, count, amount, currencies }) => {
      const isOne = currencies.length <= 1;
      return [
        id,
        {
          count,
          amount: isOne && amount !== null ? Number(amount) : null,
          currency: isOne ? (currencies[0] ?? null) : null,
        },
      ];
    }),
  );
}
