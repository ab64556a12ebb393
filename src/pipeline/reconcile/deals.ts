/** What Salesforce itself counts of deals is held against what was published: by stage, owner and month. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { StageResult } from '../../model/run.ts';
import type { GroupKey, Groups, Source } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { changedSince } from './changed.ts';

/** The object whose groups are compared. */
export const dealObject = 'Opportunity';

/** What is grouped by, in Salesforce and in what is published. */
type Dimension = { name: string; by: GroupKey[]; key: Sql };

const dimensions: Dimension[] = [
  { name: 'stage', by: [{ field: 'StageName' }], key: sql`f.stage_name` },
  { name: 'owner', by: [{ field: 'OwnerId' }], key: sql`f.owner_id` },
  {
    name: 'month',
    by: [
      { field: 'CloseDate', part: 'YEAR' },
      { field: 'CloseDate', part: 'MONTH' },
    ],
    key: sql`to_char(f.close_on, 'YYYY-MM-01')`,
  },
];

/** Groups that an aggregate query gives at most; others than ours may be among them. */
const mostGroups = 1_500;

type Compared = { dimension: string; key: string; count: number; sum: number | null };
/** What Salesforce is asked for: deals whose stamp is before `at`, in the currencies there are. */
type Question = { source: Source; stamp: string; at: Date; hasCurrencies: boolean; signal: AbortSignal };

/**
 * Compares in a handful of requests; deals that changed in Salesforce since they were read are left out on both sides.
 * A difference is a warning: it stays in unified.reconciliation. @throws DomainError `salesforce-*`, `lease-lost`.
 * @returns null: nothing was read yet, or the deals have no stamp
 */
export async function reconcileDeals(context: Context, source: Source): Promise<StageResult | null> {
  const { signal } = context;
  const state = await readState(context);
  if (state === null) return null;
  const fields = await source.describe(dealObject, signal);
  const stamp = ['SystemModstamp', 'LastModifiedDate'].find((name) => fields.fields.some((one) => one.name === name));
  if (stamp === undefined) return null;
  const hasCurrencies = state.currencies > 1 && fields.fields.some(({ name }) => name === 'CurrencyIsoCode');
  const question = { source, stamp, at: state.at, hasCurrencies, signal };
  const moved = await changedSince(source, { object: dealObject, stamp, at: state.at }, signal);
  const found: Compared[] = [];
  const uncompared: string[] = [];
  for (const dimension of dimensions) {
    const groups = await groupsOf(question, dimension, dimension.name === 'owner' ? state.owners : []);
    if (groups === null) uncompared.push(dimension.name);
    else found.push(...groups);
  }
  const names = dimensions.map(({ name }) => name).filter((name) => !uncompared.includes(name));
  const differing = await keep(context, question, moved, found, names);
  return {
    readCount: found.length,
    changedCount: differing.length,
    warnings: [
      ...differing.map(({ dimension, key, text }) => `${dealObject} by ${dimension}, ${key}: ${text}`).slice(0, 1),
      ...(differing.length > 1
        ? [`${differing.length} groups of deals differ from Salesforce; unified.reconciliation lists them.`]
        : []),
      ...(uncompared.length > 0
        ? [`Deals were not compared with Salesforce by ${uncompared.join(', ')}: it has more groups than it gives.`]
        : []),
    ],
  };
}

/** Up to where Salesforce was read, how many currencies deals are in, and ids that split the owners into parts. */
async function readState({ db, run }: Context): Promise<{ at: Date; currencies: number; owners: string[] } | null> {
  const [row] = await db.query<{
    at: Date | null;
    currencies: number;
    owners: string[] | null;
  }>(sql`/* reconcile.state */
    select (select high_water_at from mirror.watermark where connection_id = ${run.connectionId} and object = ${dealObject}) as at,
      (select count(distinct currency_iso_code)::int from standard.opportunity where connection_id = ${run.connectionId}) as currencies,
      (select array_agg(owner_id order by owner_id collate "C") from (
        select owner_id, row_number() over (order by owner_id collate "C") as place from (
          select distinct owner_id from standard.opportunity where connection_id = ${run.connectionId} and owner_id is not null) o) n
        where mod(place, ${mostGroups}) = 0) as owners`);
  return row?.at ? { at: row.at, currencies: row.currencies, owners: row.owners ?? [] } : null;
}

/** @param cuts ids of the grouped field between which it is asked part by part. @returns null where a part has too many groups */
async function groupsOf(question: Question, { name, by }: Dimension, cuts: string[]): Promise<Compared[] | null> {
  const { source, stamp, at, hasCurrencies, signal } = question;
  const found: Groups = [];
  const bounds = [null, ...cuts, null];
  for (let part = 0; part + 1 < bounds.length; part += 1) {
    const query = {
      object: dealObject,
      by: hasCurrencies ? [...by, { field: 'CurrencyIsoCode' }] : by,
      sum: 'Amount',
      before: { field: stamp, at },
      within: cuts.length === 0 ? null : { field: by[0]!.field, after: bounds[part]!, upTo: bounds[part + 1]! },
    };
    const groups = await source.aggregate(query, signal);
    if (groups === null) return null;
    found.push(...groups);
  }
  return found.map(({ keys, count, sum }) => ({ dimension: name, key: keyOf(name, keys), count, sum }));
}

function keyOf(dimension: string, keys: Groups[number]['keys']): string {
  const [first, second] = keys;
  const [value, currency] =
    dimension === 'month'
      ? [second === null ? null : `${String(first)}-${String(second).padStart(2, '0')}-01`, keys[2]]
      : [first, second];
  return [value ?? 'none', ...(currency === undefined ? [] : [currency ?? 'none'])].join(' ');
}

type Difference = { dimension: string; key: string; text: string };

/** Puts both sides beside each other; of earlier runs only differences stay. */
async function keep(
  context: Context,
  { at, hasCurrencies }: Question,
  moved: string[],
  found: Compared[],
  names: string[],
): Promise<Difference[]> {
  const { connectionId, id } = context.run;
  const currency = hasCurrencies ? sql` || ' ' || coalesce(r.currency_iso_code, 'none')` : sql``;
  const ours = dimensions
    .filter(({ name }) => names.includes(name))
    .map(
      ({
        name,
        key,
      }) => sql`select ${raw(`'${name}'`)} as dimension, coalesce(${key}, 'none')${currency} as key, count(*) as n,
        sum(f.amount) as amount from deal f join standard.opportunity r on r.connection_id = f.connection_id and r.id = f.opportunity_id
        group by 2`,
    );
  if (ours.length === 0) return [];
  return context.write(async (tx) => {
    await tx.query(sql`/* reconcile.forget */ delete from history.reconciliation
      where connection_id = ${connectionId} and (is_equal or run_id = ${id})`);
    return tx.query<Difference>(sql`/* reconcile.keep */ with
      changed as (select unnest(${moved}::text[]) as id),
      -- As Salesforce sums: by the rate of today, not by that of the close day.
      deal as materialized (
        select f.connection_id, f.opportunity_id, f.stage_name, f.owner_id, f.close_on,
          f.amount_record / coalesce(nullif(t.conversion_rate, 0), 1) as amount
        from unified.fct_opportunity f
        left join standard.opportunity r on r.connection_id = f.connection_id and r.id = f.opportunity_id
        left join lateral (select conversion_rate from standard.currency_type t where t.connection_id = f.connection_id
          and t.iso_code = r.currency_iso_code and t.is_deleted is not true order by t.id limit 1) t on true
        where f.connection_id = ${connectionId} and f.opportunity_id not in (select id from changed)),
      ours as (${join(ours, ' union all ')}),
      theirs as (select dimension, key, sum(count) as n, sum(sum) as amount
        from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) r (dimension text, key text, count bigint, sum numeric) group by 1, 2),
      both_sides as (
        select dimension, key, coalesce(t.n, 0) as salesforce_count, coalesce(o.n, 0) as raw_count, t.amount as salesforce_amount,
          o.amount as raw_amount, coalesce(t.n, 0) = coalesce(o.n, 0)
            and abs(coalesce(t.amount, 0) - coalesce(o.amount, 0)) <= 0.01 * greatest(1, case when ${hasCurrencies} then o.n end) as is_equal
        from theirs t full join ours o using (dimension, key)),
      kept as (insert into history.reconciliation (run_id, connection_id, object, dimension, key, salesforce_count, raw_count,
          salesforce_amount, raw_amount, is_equal, compared_at)
        select ${id}, ${connectionId}, ${dealObject}, dimension, key, salesforce_count, raw_count, salesforce_amount, raw_amount, is_equal, ${at}
        from both_sides returning *)
      select dimension, key, 'Salesforce has ' || salesforce_count || ' worth ' || coalesce(round(salesforce_amount, 2)::text, 'nothing')
        || ', published are ' || raw_count || ' worth ' || coalesce(round(raw_amount, 2)::text, 'nothing')
        || '. Run a full sync: assay sync --mode full.' as text
      from kept where not is_equal order by abs(coalesce(salesforce_amount, 0) - coalesce(raw_amount, 0)) desc, dimension, key`);
  });
}
