/** What made the open pipeline of one instant into that of another: terms by currency, and the deals behind each. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export const walkTerms = [
  'opening',
  'new',
  'reopened',
  'restored',
  'increased',
  'decreased',
  'pulled_in',
  'pushed_out',
  'won',
  'lost',
  'dropped',
  'closing',
] as const;
export type WalkTerm = (typeof walkTerms)[number];

export type WalkAsk = {
  connectionId: string;
  basis: 'raw' | 'clean';
  from: Date;
  to: Date;
  /** Only deals that were to close on these days or between; null: no bound. */
  closeFrom: string | null;
  closeTo: string | null;
};
export type Walk = {
  /** From when on deals are known, by what Salesforce's histories say; null: nothing was published yet. */
  knownFrom: Date | null;
  /** Since the first publication days stay as they were published; earlier ones are rebuilt. */
  publishedFrom: Date | null;
  /** Opening and the terms come to closing in each. */
  currencies: {
    currency: string | null;
    terms: { term: WalkTerm; amount: number; dealCount: number; withoutAmount: number }[];
  }[];
};
export type WalkDeal = {
  term: WalkTerm;
  opportunityId: string;
  name: string | null;
  accountId: string | null;
  ownerId: string | null;
  stageName: string | null;
  closeOn: string | null;
  currency: string | null;
  amount: number;
};

/** Nothing was published yet: there are no versions to ask. */
async function isPublished(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ is: boolean }>(
    sql`/* walk.published */ select to_regclass('unified.fct_opportunity_version') is not null as is`,
  );
  return row!.is;
}

/** A day is its end in the time zone of the org, and an instant itself. */
export async function instantOf(db: Queryable, connectionId: string, at: string): Promise<Date> {
  if (at.length > 10 || !(await isPublished(db))) return new Date(at);
  const [row] = await db.query<{
    at: Date;
  }>(sql`/* walk.day */ select (${at}::date + 1)::timestamp at time zone coalesce(
    (select pipeline.zone_named(time_zone) from standard.organization where connection_id = ${connectionId}
      and is_deleted is not true order by created_at desc, id limit 1), 'UTC') as at`);
  return row!.at;
}

const walkSql = ({ from, to, basis, closeFrom, closeTo, connectionId }: WalkAsk) =>
  sql`(select * from unified.pipeline_walk(${from}, ${to}, ${basis}, ${closeFrom}::date, ${closeTo}::date)
    where connection_id = ${connectionId})`;

export async function pipelineWalk(db: Queryable, ask: WalkAsk): Promise<Walk> {
  if (!(await isPublished(db))) return { knownFrom: null, publishedFrom: null, currencies: [] };
  const [known] = await db.query<{ known_from: Date | null; published_from: Date | null }>(sql`/* walk.known */
    select (select min(valid_from) from unified.fct_opportunity_version where connection_id = ${ask.connectionId}) as known_from,
      (select min(published_at) from unified.publication) as published_from`);
  const rows = await db.query<{
    currency: string | null;
    term: WalkTerm;
    amount: number;
    deals: number;
    empty: number;
  }>(
    sql`/* walk.terms */ select currency, term, sum(amount)::float8 as amount, count(*)::int as deals,
      count(*) filter (where amount = 0)::int as empty from ${walkSql(ask)} w group by currency, term`,
  );
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return {
    knownFrom: known!.known_from,
    publishedFrom: known!.published_from,
    currencies: currencies.map((currency) => ({
      currency,
      terms: walkTerms.map((term) => {
        const found = rows.find((row) => row.currency === currency && row.term === term);
        return { term, amount: found?.amount ?? 0, dealCount: found?.deals ?? 0, withoutAmount: found?.empty ?? 0 };
      }),
    })),
  };
}

export async function walkDeals(
  db: Queryable,
  ask: WalkAsk & { term?: WalkTerm | undefined; withNames: boolean },
  page: PageRequest,
): Promise<Page<WalkDeal>> {
  if (!(await isPublished(db))) return { data: [], next: null };
  const { after } = page;
  const rows = await db.query(sql`/* walk.deals */ select term, opportunity_id,
      ${ask.withNames ? sql`name` : sql`null::text as name`}, account_id, owner_id, stage_name,
      close_on::text as close_on, currency, amount::float8 as amount
    from ${walkSql(ask)} w where true ${ask.term ? sql`and term = ${ask.term}` : empty}
    ${after ? sql`and (term, opportunity_id) > (${after[0]}, ${after[1]})` : empty}
    order by term, opportunity_id limit ${page.limit + 1}`);
  return toPage(camelRows<WalkDeal>(rows), page, ({ term, opportunityId }) => [term, opportunityId]);
}
