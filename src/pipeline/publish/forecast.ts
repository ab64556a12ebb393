/** Versions of deals become a forecast of bookings by each method, and how well each has done so far; both are kept. */
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import {
  type Accuracy,
  accuracyOf,
  backTest,
  type BackTest,
  enoughBackTests,
  enoughKnown,
  type ForecastMethod,
  forecastMethods,
  type ForecastPeriod,
  forecastsOf,
  intervalOf,
  type Knowledge,
  leadOf,
  longestLead,
  type MonthCount,
  type DealOutcome,
  DealOutcomes,
  type Past,
  type Standing,
  sumOver,
} from '../../metrics/forecast.ts';

import { reportedOn } from './metric-history.ts';
import {
  arrivalsOf,
  type Dated,
  dayOf,
  idOf,
  knownArrivals,
  knownOutcomes,
  monthName,
  monthOf,
  outcomesOf,
  rebuild,
  type Slice,
  slicesOf,
  spans,
  standingsOf,
  whole,
} from './rebuilt-deals.ts';

/** Months that are rebuilt at most. */
const monthsBack = 36;
const maximumDays = 31;

/**
 * Forecasts the periods at hand as of this day; what was forecast on earlier days stays. Once a month, or when all is published
 * anew, each method is tried on the months that were.
 */
export async function keepForecast(tx: Transaction, isWhole: boolean): Promise<void> {
  const now = await nowOf(tx);
  const [kept] = await tx.query<{ is: boolean }>(sql`/* forecast.kept */ select exists (
    select from history.forecast_trial where through = ${dayOf(now.month)}::date) as is`);
  const isTried = !isWhole && kept!.is;
  const through = now.reason === null ? dayOf(now.month) : null;
  const months = now.reason !== null ? null : isTried ? undefined : await tryOut(tx, now);
  if (months !== undefined)
    await tx.query(sql`/* forecast.trial */ insert into history.forecast_trial (through, months_rebuilt, reason)
      values (${through}::date, ${months}::int, ${now.reason}::text)
      on conflict (is_only) do update set through = excluded.through, months_rebuilt = excluded.months_rebuilt, reason = excluded.reason`);
  if (now.reason === null) await forecastToday(tx, now);
}

/**
 * `saidOn`: the day it is kept by; `at`: the day in months, with its share of the month; `since`: first month with a win; `reason`: why
 * there is nothing to forecast.
 */
type Now = { day: string; saidOn: string; month: MonthCount; at: number; since: MonthCount; reason: string | null };

async function nowOf(tx: Transaction): Promise<Now> {
  const [row] = await tx.query<{
    day: string;
    said_on: string;
    month: number;
    of_month: number;
    days: number;
    since: number | null;
    currencies: string[];
  }>(sql`/* forecast.now */ select a.day::text as day, ${reportedOn}::text as said_on, ${monthOf('a.day')} as month, extract(day from a.day)::int as of_month,
      extract(day from date_trunc('month', a.day) + interval '1 month - 1 day')::int as days,
      (select ${monthOf('min(close_on)')} from history.opportunity_version where is_won and not is_deleted) as since,
      array(select distinct coalesce(currency, 'not named') from history.opportunity_version
        where valid_to is null and not is_deleted order by 1) as currencies
    from (select current_setting('assay.as_of')::date as day) a`);
  const { day, said_on: saidOn, month, of_month: ofMonth, days, since, currencies } = row!;
  const several = currencies.length > 1 ? `amounts are in several currencies: ${currencies.join(', ')}` : null;
  const reason = several ?? (since === null ? 'no deal was ever won' : null);
  return { day, saidOn, month, at: month + (ofMonth - 1) / days, since: since ?? month, reason };
}

/** Calendar months and quarters; fiscal quarters where they begin with a month. */
async function calendarOf(tx: Transaction): Promise<(at: MonthCount) => ForecastPeriod[]> {
  const fiscal = await tx.query<{ name: string; start: number; days: number }>(sql`/* forecast.fiscal */
    select fiscal_quarter as name, ${monthOf('fiscal_quarter_start')} as start, count(*)::int as days from unified.dim_date
    where fiscal_quarter is not null group by 1, fiscal_quarter_start having extract(day from fiscal_quarter_start) = 1`);
  const quarters = fiscal.filter(({ days }) => days > 2 * maximumDays && days <= 3 * maximumDays);
  const quarterOf = (month: MonthCount): ForecastPeriod => {
    const start = month - (month % 3);
    return { kind: 'quarter', name: `${Math.floor(start / 12)}-Q${(start % 12) / 3 + 1}`, start, months: 3 };
  };
  return (at) => [
    ...[0, 1, 2].map((ahead) => ({ kind: 'month', name: monthName(at + ahead), start: at + ahead, months: 1 })),
    quarterOf(at),
    quarterOf(at + 3),
    ...quarters
      .filter(({ start }) => start + 3 > at && start <= at + 3 && start + 3 - at <= longestLead)
      .map(({ name, start }) => ({ kind: 'fiscal_quarter', name, start, months: 3 })),
  ];
}

/**
 * Back-tests: the first of each month is rebuilt, forecast by each method, and compared with what came.
 * @returns months that could be rebuilt
 */
async function tryOut(tx: Transaction, { month: now, since }: Now): Promise<number> {
  await tx.query(sql`/* forecast.clear */ with gone as (delete from history.forecast_accuracy), rates as (delete from history.forecast_rate),
    arrivals as (delete from history.forecast_arrival) delete from history.forecast where is_back_test`);
  // Of deals that there were: where few of them are known, as their history is gone, the pipeline of that day is not.
  await rebuild(
    tx,
    sql`select ${monthOf('d.day')}, d.day from (
        select (m.month - n * interval '1 month')::date as day from (select ${dayOf(now)}::date as month) m, generate_series(0, ${monthsBack}::int) n
      ) d
      where (select count(*) filter (where k.known_at < d.day + 1) >= ${enoughKnown}::numeric * count(*) and count(*) > 0 from (
        select min(created_at) as created_at, min(valid_from) as known_at from history.opportunity_version group by connection_id, opportunity_id) k
        where k.created_at < d.day)`,
  );
  await tx.query(sql`/* forecast.came */ create temporary table forecast_came on commit drop as
    select ${monthOf('t.day')} - n as origin, n as lead, v.connection_id, v.opportunity_id, v.owner_id, v.amount_clean as amount
    from forecast_origin t
    join history.opportunity_version v on v.valid_from < t.at and (v.valid_to is null or v.valid_to >= t.at)
    cross join generate_series(1, ${longestLead}::int) n
    where v.is_won and not v.is_deleted and v.counts_in_clean and v.close_on < t.day and v.close_on >= (t.day - n * interval '1 month')::date`);
  const slices = await slicesOf(tx);
  const found = await standingsOf(tx, slices);
  const outcomes = await outcomesOf(tx);
  const arrivals = await arrivalsOf(tx, slices);
  const calendar = await calendarOf(tx);
  const origins = (
    await tx.query<{ month: number }>(sql`/* forecast.origins */ select month from forecast_origin order by month`)
  ).map(({ month }) => month);
  const known = new Map(origins.map((origin) => [origin, knownOutcomes(outcomes, origin)]));
  const tested: { slice: Slice; tests: BackTest[]; accuracy: Accuracy[] }[] = [];
  for (const { slice, standings } of found.values()) {
    const arrived = arrivals.get(idOf(slice)) ?? new Map<MonthCount, number[]>();
    const past: Past = {
      standings,
      knowledge: (origin) => ({ outcomes: known.get(origin)!, arrivals: knownArrivals(origins, arrived, origin) }),
      actual: standings.get(now)?.won ?? new Map(),
      since,
      now,
    };
    // What came is not known where today's deals are not.
    const tests = standings.has(now) ? backTest(past, calendar) : [];
    tested.push({ slice, tests, accuracy: accuracyOf(tests, past) });
    await writeArrivals(tx, slice, knownArrivals(origins, arrived, now));
  }
  await writeAccuracy(tx, tested, now);
  await writeRates(
    tx,
    outcomes.filter(({ origin }) => origin < now),
    now,
  );
  // Of all alone: those of each team say nothing that its accuracy does not.
  const ofAll = tested.find(({ slice }) => slice === whole);
  const rows = (ofAll?.tests ?? []).map(({ origin, ...test }) =>
    rowOf(whole, dayOf(origin), test, found.get(idOf(whole))!.standings.get(origin)!),
  );
  await writeForecasts(tx, rows, true);
  await tx.query(
    sql`/* forecast.drop */ drop table pg_temp.forecast_came, pg_temp.forecast_open, pg_temp.forecast_won_then, pg_temp.forecast_origin`,
  );
  return origins.filter((origin) => origin < now).length;
}

async function writeRates(tx: Transaction, outcomes: readonly Dated[], now: MonthCount): Promise<void> {
  const rows = spans.flatMap((span) => {
    const cells = Map.groupBy(
      outcomes.filter(({ origin }) => origin + span <= now),
      ({ stage, age, size }) => JSON.stringify([stage, age, size]),
    );
    return [...cells.values()].map((cell) => ({
      lead_months: span,
      stage_name: cell[0]!.stage,
      age_band: cell[0]!.age,
      amount_band: cell[0]!.size,
      deals: cell.reduce((sum, { deals }) => sum + deals, 0),
      won: Array.from({ length: span + 1 }, (_, lead) => cell.reduce((sum, { won }) => sum + won[lead]!, 0)),
    }));
  });
  await tx.query(sql`/* forecast.write_rates */ insert into history.forecast_rate
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (lead_months int, stage_name text, age_band int, amount_band int, deals bigint, won bigint[])`);
}

async function writeArrivals(
  tx: Transaction,
  { connectionId, dimension, key }: Slice,
  arrivals: ReadonlyMap<number, number[]>,
): Promise<void> {
  const rows = [...arrivals].map(([lead, amounts]) => ({
    connection_id: connectionId,
    dimension,
    key,
    lead_months: lead,
    amounts,
  }));
  await tx.query(sql`/* forecast.write_arrivals */ insert into history.forecast_arrival
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (connection_id text, dimension text, key text, lead_months int, amounts numeric[])`);
}

async function writeAccuracy(
  tx: Transaction,
  tested: readonly { slice: Slice; accuracy: Accuracy[] }[],
  now: MonthCount,
): Promise<void> {
  const rows = tested.flatMap(({ slice, accuracy }) =>
    accuracy.map(({ kind, lead, method, n, wape, bias, mase, spread, coverage, coverageN, isBest }) => ({
      ...placeOf(slice),
      period_kind: kind,
      lead_months: lead,
      method,
      n,
      wape,
      bias,
      mase,
      root_mean_square: spread,
      coverage,
      coverage_n: coverageN,
      is_best: isBest,
      through: dayOf(now),
    })),
  );
  await tx.query(sql`/* forecast.write_accuracy */ insert into history.forecast_accuracy
    select * from jsonb_populate_recordset(null::history.forecast_accuracy, ${JSON.stringify(rows)}::jsonb)`);
}

const placeOf = ({ connectionId, dimension, key }: Slice) => ({ connection_id: connectionId, dimension, key });

type Said = {
  period: ForecastPeriod;
  lead: number;
  method: ForecastMethod;
  value: number | null;
  interval: [number, number] | null;
  isShown?: boolean;
  reason?: string | null;
};

function rowOf(slice: Slice, asOf: string, said: Said, standing: Standing) {
  const { period, lead, method, value, interval, isShown = false, reason = null } = said;
  return {
    as_of: asOf,
    ...placeOf(slice),
    period_kind: period.kind,
    period: period.name,
    period_start: dayOf(period.start),
    period_end: dayOf(period.start + period.months),
    lead_months: lead,
    method,
    value,
    low: interval?.[0] ?? null,
    high: interval?.[1] ?? null,
    won_so_far: sumOver(standing.won, period.start, period.months),
    is_shown: isShown,
    reason,
  };
}

async function writeForecasts(
  tx: Transaction,
  rows: readonly ReturnType<typeof rowOf>[],
  isBackTest: boolean,
): Promise<void> {
  await tx.query(sql`/* forecast.write */ insert into history.forecast
    select as_of, connection_id, dimension, key, period_kind, period, period_start, period_end - 1, lead_months, method, round(value, 2),
      round(low, 2), round(high, 2), round(won_so_far, 2), is_shown, reason, ${isBackTest}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (as_of date, connection_id text, dimension text, key text, period_kind text,
      period text, period_start date, period_end date, lead_months int, method text, value numeric, low numeric, high numeric,
      won_so_far numeric, is_shown boolean, reason text)
    on conflict do nothing`);
}

async function forecastToday(tx: Transaction, { day, saidOn, month, at, since }: Now): Promise<void> {
  await rebuild(tx, sql`select ${month}::int, ${day}::date`);
  const slices = await slicesOf(tx);
  const found = await standingsOf(tx, slices);
  const calendar = await calendarOf(tx);
  const outcomes = await readOutcomes(tx);
  const arrivals = await readArrivals(tx);
  const trials = await readTrials(tx);
  const rows = [...found.values()].flatMap(({ slice, standings }) => {
    const standing = standings.get(month)!;
    const knowledge: Knowledge = { outcomes, arrivals: arrivals.get(idOf(slice)) ?? new Map() };
    return calendar(month).flatMap((period) => {
      const said = forecastsOf(period, at, standing, knowledge, since);
      const soFar = sumOver(standing.won, period.start, period.months);
      const lead = leadOf(period, at);
      const trialOf = (method: ForecastMethod) =>
        trials.get(`${idOf(slice)} ${period.kind} ${lead} ${method}`) ?? { n: 0, spread: null, is_best: false };
      const best = forecastMethods.find((method) => trialOf(method).is_best);
      const compared = Math.max(...forecastMethods.map((method) => trialOf(method).n));
      return forecastMethods.map((method) => {
        const value = said[method];
        const { n, spread } = trialOf(method);
        const interval = value === null ? null : intervalOf(value, soFar, n, spread);
        const reason = value === null ? silences[method] : best ? null : notEnough(compared);
        return rowOf(
          slice,
          saidOn,
          { period, lead, method, value, interval, isShown: method === best, reason },
          standing,
        );
      });
    });
  });
  // Instead of those of the same day, and of those that were tried for it.
  await tx.query(sql`/* forecast.anew */ delete from history.forecast where as_of = ${saidOn}::date`);
  await writeForecasts(tx, rows, false);
  await tx.query(
    sql`/* forecast.drop */ drop table pg_temp.forecast_open, pg_temp.forecast_won_then, pg_temp.forecast_origin`,
  );
}

/** Why a method has no value. */
const silences: Record<ForecastMethod, string> = {
  weighted: 'there is nothing to weigh',
  historic: 'not enough history: too few deals of which it is known what became of them',
  naive: 'not enough history: the period before is not known',
  seasonal_naive: 'not enough history: the same period a year before is not known',
  moving_average: 'not enough history: the three periods before are not known',
};
const notEnough = (compared: number) =>
  `not enough history: ${compared} forecasts of such a period could be compared with what came, and ${enoughBackTests} are needed`;

async function readOutcomes(tx: Transaction): Promise<Map<number, DealOutcomes>> {
  const rows = await tx.query<
    DealOutcome & { lead: number }
  >(sql`/* forecast.rates */ select lead_months as lead, stage_name as stage,
    age_band as age, amount_band as size, deals::int as deals, won::int[] as won from history.forecast_rate`);
  const found = new Map<number, DealOutcomes>();
  for (const row of rows) {
    const known = found.get(row.lead) ?? new DealOutcomes();
    found.set(row.lead, known);
    known.add(row);
  }
  return found;
}

async function readArrivals(tx: Transaction): Promise<Map<string, Map<number, number[]>>> {
  const rows = await tx.query<{
    connection_id: string;
    dimension: string;
    key: string;
    lead: number;
    amounts: number[];
  }>(
    sql`/* forecast.arrived */ select connection_id, dimension, key, lead_months as lead, amounts::float8[] as amounts from history.forecast_arrival`,
  );
  const found = new Map<string, Map<number, number[]>>();
  for (const { connection_id: connectionId, dimension, key, lead, amounts } of rows) {
    const id = idOf({ connectionId, dimension, key });
    found.set(id, (found.get(id) ?? new Map<number, number[]>()).set(lead, amounts));
  }
  return found;
}

async function readTrials(
  tx: Transaction,
): Promise<Map<string, { n: number; spread: number | null; is_best: boolean }>> {
  const rows = await tx.query<{
    id: string;
    n: number;
    spread: number | null;
    is_best: boolean;
  }>(sql`/* forecast.trials */
    select concat_ws(' ', connection_id, dimension, key, period_kind, lead_months, method) as id, n,
      root_mean_square::float8 as spread, is_best
    from history.forecast_accuracy`);
  return new Map(rows.map(({ id, ...rest }) => [id, rest]));
}
