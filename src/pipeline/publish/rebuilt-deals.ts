/** Deals as they were known at the first of each month, by slice: how they stood, what became of them, and what came that was not open. */
import sql, { join, raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { type DealOutcome, DealOutcomes, longestLead, type MonthCount, type Standing } from '../../metrics/forecast.ts';

export type Slice = { connectionId: string; dimension: string; key: string };
export const whole: Slice = { connectionId: '*', dimension: 'all', key: 'all' };
export const idOf = ({ connectionId, dimension, key }: Slice) => `${connectionId} ${dimension} ${key}`;

export const monthOf = (day: string) => raw(`(extract(year from ${day}) * 12 + extract(month from ${day}) - 1)::int`);
export const dayOf = (month: MonthCount) =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
export const monthName = (month: MonthCount) => dayOf(month).slice(0, 7);

/** The slices that an owner's deals count in: all, and the teams. */
export async function slicesOf(tx: Transaction): Promise<(connectionId: string, ownerId: string | null) => Slice[]> {
  const rows = await tx.query<{ connection_id: string; team_id: string; user_id: string }>(
    sql`/* forecast.teams */ select connection_id, team_id, user_id from unified.team_member`,
  );
  const teams = Map.groupBy(rows, ({ connection_id: org, user_id: user }) => `${org} ${user}`);
  return (connectionId, ownerId) => [
    whole,
    ...(teams.get(`${connectionId} ${ownerId}`) ?? []).map(({ team_id: key }) => ({
      connectionId,
      dimension: 'team',
      key,
    })),
  ];
}

/**
 * Deals as they were known at each of these instants, in pg_temp.forecast_origin (month, day, at), forecast_open and forecast_won_then.
 * @param origins SQL of rows of month and day; the instant is the beginning of the day in the time zone of the org
 */
export async function rebuild(tx: Transaction, origins: ReturnType<typeof sql>): Promise<void> {
  await tx.query(sql`/* forecast.origin */ create temporary table forecast_origin on commit drop as
    select o.month, o.day, case when o.day = current_setting('assay.as_of')::date then 'infinity'::timestamptz
      else o.day::timestamp at time zone coalesce((select pipeline.zone_named(time_zone) from standard.organization
        where is_deleted is not true order by created_at, connection_id, id limit 1), 'UTC') end as at
    from (${origins}) o (month, day)`);
  // Histories have changes, each of which holds until the next.
  await tx.query(sql`/* forecast.open */ create temporary table forecast_open on commit drop as
    with chance as (
      select connection_id, opportunity_id, probability / 100 as rate, created_at as from_at,
        lead(created_at, 1, 'infinity') over (partition by connection_id, opportunity_id order by created_at, id) as to_at
      from standard.opportunity_history where is_deleted is not true and probability is not null
    )
    select o.month as origin, v.connection_id, v.opportunity_id, v.owner_id, coalesce(v.stage_name, '') as stage,
      case when a.days < 30 then 0 when a.days < 90 then 1 when a.days < 180 then 2 when a.days < 365 then 3 else 4 end as age,
      case when v.amount_clean > 0 then floor(log(v.amount_clean))::int else -1 end as size,
      ${monthOf('v.close_on')} as month, v.amount_clean as amount,
      v.amount_clean * coalesce(case when o.at = 'infinity' then f.probability_rate end, c.rate, s.default_probability_rate) as weighted
    from forecast_origin o
    join history.opportunity_version v on v.valid_from < o.at and (v.valid_to is null or v.valid_to >= o.at)
    cross join lateral (select o.day - v.created_at::date as days) a
    left join chance c on c.connection_id = v.connection_id and c.opportunity_id = v.opportunity_id and c.from_at < o.at and c.to_at >= o.at
    left join unified.fct_opportunity f on f.connection_id = v.connection_id and f.opportunity_id = v.opportunity_id and o.at = 'infinity'
    left join unified.dim_stage s on s.connection_id = v.connection_id and s.stage_name = v.stage_name
    where not v.is_closed and not v.is_deleted and v.counts_in_clean and v.forecast_category is distinct from 'Omitted'`);
  await tx.query(sql`/* forecast.won_then */ create temporary table forecast_won_then on commit drop as
    select o.month as origin, v.connection_id, v.owner_id, ${monthOf('v.close_on')} as month, sum(v.amount_clean) as amount
    from forecast_origin o
    join history.opportunity_version v on v.valid_from < o.at and (v.valid_to is null or v.valid_to >= o.at)
    where v.is_won and not v.is_deleted and v.counts_in_clean
    group by 1, 2, 3, 4`);
}

type Owned = { origin: number; connection_id: string; owner_id: string | null; amount: number };

/** By slice and origin. */
export async function standingsOf(
  tx: Transaction,
  slices: Awaited<ReturnType<typeof slicesOf>>,
): Promise<Map<string, { slice: Slice; standings: Map<MonthCount, Standing> }>> {
  const found = new Map<string, { slice: Slice; standings: Map<MonthCount, Standing> }>();
  const origins = await tx.query<{ month: number }>(
    sql`/* forecast.origins */ select month from forecast_origin order by month`,
  );
  const each = ({ origin, connection_id: org, owner_id: owner }: Owned, into: (standing: Standing) => void) => {
    for (const slice of slices(org, owner)) {
      const known = found.get(idOf(slice)) ?? { slice, standings: emptyStandings(origins.map(({ month }) => month)) };
      found.set(idOf(slice), known);
      into(known.standings.get(origin)!);
    }
  };
  const add = (to: Map<MonthCount, number>, month: MonthCount | null, amount: number) => {
    if (month !== null) to.set(month, (to.get(month) ?? 0) + amount);
  };
  const won = await tx.query<
    Owned & { month: number }
  >(sql`/* forecast.won */ select origin, connection_id, owner_id, month,
    coalesce(amount, 0)::float8 as amount from forecast_won_then`);
  for (const row of won) each(row, (standing) => add(standing.won, row.month, row.amount));
  const weighted = await tx.query<
    Owned & { month: number | null }
  >(sql`/* forecast.weighted */ select origin, connection_id, owner_id, month,
    coalesce(sum(weighted), 0)::float8 as amount from forecast_open group by 1, 2, 3, 4`);
  for (const row of weighted) each(row, (standing) => add(standing.weighted, row.month, row.amount));
  const open = await tx.query<
    Owned & { stage: string; age: number; size: number }
  >(sql`/* forecast.cells */ select origin, connection_id,
    owner_id, stage, age, size, coalesce(sum(amount), 0)::float8 as amount from forecast_open group by 1, 2, 3, 4, 5, 6`);
  for (const row of open) {
    const { stage, age, size, amount } = row;
    each(row, (standing) => standing.open.push({ stage, age, size, amount }));
  }
  return found;
}

const emptyStandings = (origins: readonly MonthCount[]) =>
  new Map(origins.map((origin): [MonthCount, Standing] => [origin, { won: new Map(), weighted: new Map(), open: [] }]));

export type Dated = DealOutcome & { origin: MonthCount };

export async function outcomesOf(tx: Transaction): Promise<Dated[]> {
  return tx.query<Dated>(sql`/* forecast.outcomes */
    select x.origin, x.stage, x.age, x.size, count(distinct (x.connection_id, x.opportunity_id))::int as deals,
      array[${join(
        Array.from(
          { length: longestLead + 1 },
          (_, lead) => sql`count(c.opportunity_id) filter (where c.lead = ${lead}::int)::int`,
        ),
      )}] as won
    from forecast_open x
    left join forecast_came c on c.origin = x.origin and c.connection_id = x.connection_id and c.opportunity_id = x.opportunity_id
    group by 1, 2, 3, 4`);
}

/** By slice and origin: what deals brought within 0, 1, 2, … months that were not open then. */
export async function arrivalsOf(
  tx: Transaction,
  slices: Awaited<ReturnType<typeof slicesOf>>,
): Promise<Map<string, Map<MonthCount, number[]>>> {
  const rows = await tx.query<Owned & { lead: number }>(sql`/* forecast.arrivals */
    select c.origin, c.lead, c.connection_id, c.owner_id, coalesce(sum(c.amount), 0)::float8 as amount
    from forecast_came c
    where not exists (select from forecast_open x
      where x.origin = c.origin and x.connection_id = c.connection_id and x.opportunity_id = c.opportunity_id)
    group by 1, 2, 3, 4`);
  const found = new Map<string, Map<MonthCount, number[]>>();
  for (const { origin, lead, connection_id: org, owner_id: owner, amount } of rows) {
    for (const slice of slices(org, owner)) {
      const byOrigin = found.get(idOf(slice)) ?? new Map<MonthCount, number[]>();
      found.set(idOf(slice), byOrigin);
      const amounts = byOrigin.get(origin) ?? Array.from({ length: longestLead + 1 }, () => 0);
      byOrigin.set(origin, amounts);
      amounts[lead]! += amount;
    }
  }
  return found;
}

/** What had come of it by then: by span, the origins that lie at least so far back. */
export function knownOutcomes(outcomes: readonly Dated[], origin: MonthCount): Map<number, DealOutcomes> {
  return new Map(
    spans.map((span) => {
      const known = new DealOutcomes();
      for (const one of outcomes) {
        if (one.origin + span > origin) continue;
        known.add({ ...one, won: one.won.slice(0, span + 1) });
      }
      return [span, known];
    }),
  );
}

export const spans = Array.from({ length: longestLead }, (_, at) => at + 1);

export function knownArrivals(
  origins: readonly MonthCount[],
  arrived: ReadonlyMap<MonthCount, number[]>,
  origin: MonthCount,
): Map<number, number[]> {
  return new Map(
    spans.flatMap((span): [number, number[]][] => {
      // The last year says more than the ones before.
      const before = origins.filter((one) => one + span <= origin).slice(-12);
      if (before.length === 0) return [];
      const sums = Array.from({ length: span + 1 }, (_, lead) =>
        before.reduce((sum, one) => sum + (arrived.get(one)?.[lead] ?? 0), 0),
      );
      return [[span, sums.map((sum) => sum / before.length)]];
    }),
  );
}
