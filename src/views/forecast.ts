/** The forecast of bookings as people ask for it: each period with what every method says, and how near it has been. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
export { forecastMethods } from '../metrics/forecast.ts';
import { camelRows } from './rows.ts';

export type ForecastAsk = {
  /** Left out: the last day there is. */
  asOf?: string | undefined;
  dimension: 'all' | 'team';
  key?: string | undefined;
};

export type MethodForecast = {
  method: string;
  amount: number | null;
  low: number | null;
  high: number | null;
  isShown: boolean;
  reason: string | null;
  accuracy: {
    n: number;
    wape: number | null;
    bias: number | null;
    mase: number | null;
    coverage: number | null;
    coverageN: number;
  } | null;
};
export type PeriodForecast = {
  periodKind: string;
  period: string;
  periodStart: string;
  periodEnd: string;
  /** Months from the day to its end; accuracy is kept by them. */
  leadMonths: number;
  wonAmount: number;
  /** What the method says that has been best so far; null where none is. */
  shown: MethodForecast | null;
  methods: MethodForecast[];
};
export type Forecast = {
  asOf: string | null;
  reason: string | null;
  monthsRebuilt: number | null;
  periods: PeriodForecast[];
};

/** Periods by kind and start; without any the reason says why. */
export async function forecastOf(db: Queryable, { asOf, dimension, key = 'all' }: ForecastAsk): Promise<Forecast> {
  if (!(await tableExists(db, 'unified', 'fct_forecast')))
    return { asOf: null, reason: 'nothing has been published', monthsRebuilt: null, periods: [] };
  const [trial] = await db.query<{ reason: string | null; months_rebuilt: number | null }>(
    sql`/* forecast.trial */ select reason, months_rebuilt from history.forecast_trial`,
  );
  const rows = await db.query<MethodRow>(sql`/* forecast.of */ select f.as_of::text as as_of, f.period_kind, f.period,
      f.period_start::text as period_start, f.period_end::text as period_end, f.lead_months, f.won_amount::float8 as won_amount, f.method,
      f.forecast_amount::float8 as amount, f.low::float8 as low, f.high::float8 as high, f.is_shown, f.reason, a.n,
      a.wape_rate::float8 as wape, a.bias_rate::float8 as bias, a.mase::float8 as mase, a.coverage_rate::float8 as coverage, a.coverage_n
    from unified.fct_forecast f
    left join unified.forecast_accuracy a on a.connection_id = f.connection_id and a.dimension = f.dimension and a.team_id = f.team_id
      and a.period_kind = f.period_kind and a.lead_months = f.lead_months and a.method = f.method
    where f.dimension = ${dimension} and f.team_id = ${key} and f.as_of = ${
      asOf ? sql`${asOf}::date` : sql`(select max(as_of) from unified.fct_forecast where not is_back_test)`
    }
    order by f.period_kind, f.period_start, f.method`);
  const periods = [...Map.groupBy(rows, (row) => `${row.period_kind} ${row.period}`).values()].map(periodOf);
  const none = asOf || trial?.reason == null ? 'there is no forecast of that day, or of that team' : trial.reason;
  return {
    asOf: rows[0]?.as_of ?? null,
    reason: rows.length > 0 ? null : none,
    monthsRebuilt: trial?.months_rebuilt ?? null,
    periods,
  };
}

type MethodRow = {
  as_of: string;
  period_kind: string;
  period: string;
  period_start: string;
  period_end: string;
  lead_months: number;
  won_amount: number;
  method: string;
  amount: number | null;
  low: number | null;
  high: number | null;
  is_shown: boolean;
  reason: string | null;
  n: number | null;
  wape: number | null;
  bias: number | null;
  mase: number | null;
  coverage: number | null;
  coverage_n: number | null;
};

function periodOf(rows: MethodRow[]): PeriodForecast {
  const first = rows[0]!;
  const methods = rows.map(
    ({ method, amount, low, high, is_shown: isShown, reason, n, wape, bias, mase, coverage, coverage_n: of }) => ({
      method,
      amount,
      low,
      high,
      isShown,
      reason,
      accuracy: n === null ? null : { n, wape, bias, mase, coverage, coverageN: of ?? 0 },
    }),
  );
  return {
    periodKind: first.period_kind,
    period: first.period,
    periodStart: first.period_start,
    periodEnd: first.period_end,
    leadMonths: first.lead_months,
    wonAmount: first.won_amount,
    shown: methods.find(({ isShown }) => isShown) ?? null,
    methods,
  };
}

export type ForecastFilter = {
  from?: string | undefined;
  to?: string | undefined;
  period?: string | undefined;
  periodKind?: string | undefined;
  leadMonths?: number | undefined;
  method?: string | undefined;
  dimension?: string | undefined;
  /** A manager, or `all`. */
  teamId?: string | undefined;
};

/** Forecasts of all days, oldest first: what was said of a period, and when. */
export async function listForecasts(
  db: Queryable,
  { withNames, ...filter }: ForecastFilter & { withNames: boolean },
  page: PageRequest,
): Promise<Page<object>> {
  if (!(await tableExists(db, 'unified', 'fct_forecast'))) return { data: [], next: null };
  const { from, to, period, periodKind, leadMonths, method, dimension, teamId } = filter;
  const order = sql`as_of::text, dimension, connection_id, team_id, period_kind, period, method`;
  const rows = await db.query(sql`/* forecast.list */ select as_of::text as as_of, connection_id, dimension, team_id,
      ${withNames ? sql`team_name` : sql`null::text as team_name`}, period_kind, period,
      period_start::text as period_start, period_end::text as period_end, lead_months, method, forecast_amount::float8 as amount,
      low::float8 as low, high::float8 as high, won_amount::float8 as won_amount, is_shown, reason, is_back_test
    from unified.fct_forecast
    where true ${from ? sql`and as_of >= ${from}::date` : empty} ${to ? sql`and as_of <= ${to}::date` : empty}
      ${period ? sql`and period = ${period}` : empty} ${dimension ? sql`and dimension = ${dimension}` : empty}
      ${periodKind ? sql`and period_kind = ${periodKind}` : empty} ${leadMonths ? sql`and lead_months = ${leadMonths}` : empty}
      ${method ? sql`and method = ${method}` : empty} ${teamId ? sql`and team_id = ${teamId}` : empty}
      ${page.after ? sql`and (${order}) > (${keyText(page.after)})` : empty}
    order by ${order} limit ${page.limit + 1}`);
  type Row = Record<'asOf' | 'dimension' | 'connectionId' | 'teamId' | 'periodKind' | 'period' | 'method', string>;
  return toPage(camelRows<Row>(rows), page, (row) => [
    row.asOf,
    row.dimension,
    row.connectionId,
    row.teamId,
    row.periodKind,
    row.period,
    row.method,
  ]);
}

const keyText = (key: readonly string[]) => sql(['', ...key.slice(1).map(() => ', '), ''], ...key);

/** How near each method has been, by kind of period and months ahead. */
export async function listForecastAccuracy(
  db: Queryable,
  dimension: string | undefined,
  page: PageRequest,
): Promise<Page<object>> {
  if (!(await tableExists(db, 'unified', 'forecast_accuracy'))) return { data: [], next: null };
  const order = sql`dimension, connection_id, team_id, period_kind, lead_months::text, method`;
  const rows =
    await db.query(sql`/* forecast.accuracy */ select connection_id, dimension, team_id, period_kind, lead_months, method, n,
      wape_rate::float8 as wape, bias_rate::float8 as bias, mase::float8 as mase, coverage_rate::float8 as coverage, coverage_n, is_best,
      through::text as through
    from unified.forecast_accuracy
    where true ${dimension ? sql`and dimension = ${dimension}` : empty} ${page.after ? sql`and (${order}) > (${keyText(page.after)})` : empty}
    order by ${order} limit ${page.limit + 1}`);
  type Row = Record<'dimension' | 'connectionId' | 'teamId' | 'periodKind' | 'leadMonths' | 'method', string>;
  return toPage(camelRows<Row>(rows), page, (row) => [
    row.dimension,
    row.connectionId,
    row.teamId,
    row.periodKind,
    String(row.leadMonths),
    row.method,
  ]);
}
