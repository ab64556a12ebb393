/** What a run left in the database, as the numbers the demo prints. */
import sql from 'sql-template-tag';
import { fixTodo, type Promised, promiseText } from '../model/fix.ts';
import type { Db } from '../db/connect.ts';
import { defaultConnectionId } from '../model/run.ts';
import { forecastOf } from '../views/forecast.ts';
import { pipelineWalk } from '../views/pipeline-walk.ts';
import { identifier } from '../db/identifier.ts';
import { bridgeSteps } from '../metrics/bridge.ts';
import { inputOf, type MetricDefinition } from '../model/metric.ts';
import type { ObjectDefinition } from '../model/object.ts';
import { metricTruth, pairwise, readTruth } from './truth.ts';

export type DuplicateReport = {
  clusters: number;
  records: number;
  precision: number | null;
  recall: number | null;
};

/** Live records in the pipeline's own copy, by object. */
export async function recordCounts(db: Db, objects: ObjectDefinition[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, table } of objects) {
    const [row] = await db.query<{ n: string }>(
      sql`/* demo.records */ select count(*) as n from ${identifier('standard', table)} where not is_deleted`,
    );
    counts[name] = Number(row?.n ?? 0);
  }
  return counts;
}

/** Clusters of two records or more; precision and recall against truth.csv over the objects it covers for this entity. */
export async function duplicates(
  db: Db,
  entity: string,
  orgFolder: string,
  truthObjects: string[],
): Promise<DuplicateReport> {
  const rows = await db.query<{ id: string; golden_id: string }>(
    sql`/* demo.clusters */ select id, golden_id from golden.crosswalk where entity = ${entity}`,
  );
  const sizes = new Map<string, number>();
  for (const { golden_id: golden } of rows) sizes.set(golden, (sizes.get(golden) ?? 0) + 1);
  const large = [...sizes.values()].filter((size) => size > 1);
  const truth = await readTruth(orgFolder, truthObjects);
  const clusterOf = new Map(rows.map((row) => [row.id, row.golden_id]));
  return {
    clusters: large.length,
    records: large.reduce((sum, size) => sum + size, 0),
    ...(truth ? pairwise(clusterOf, truth) : { precision: null, recall: null }),
  };
}

/** Open stale findings: fields that are stale, records that have one, and the count by rule. */
export async function staleness(db: Db): Promise<{ fields: number; records: number; byRule: Record<string, number> }> {
  const [all] = await db.query<{ fields: string; records: string }>(sql`/* demo.stale */
    select count(*) filter (where field is not null) as fields, count(distinct (object, record_id)) as records
    from quality.finding where is_stale and closed_at is null`);
  const rules = await db.query<{ rule_id: string; n: string }>(sql`/* demo.stale_rule */
    select rule_id, count(*) as n from quality.finding where is_stale and closed_at is null group by rule_id order by n desc`);
  return {
    fields: Number(all?.fields ?? 0),
    records: Number(all?.records ?? 0),
    byRule: Object.fromEntries(rules.map(({ rule_id: rule, n }) => [rule, Number(n)])),
  };
}

/** Score 0-100 by object and dimension as of one run; null where nothing was measured. The object's own is under `all`. */
export async function scores(db: Db, runId: string): Promise<Record<string, Record<string, number | null>>> {
  const rows = await db.query<{ object: string; dimension: string | null; score: number | null }>(sql`/* demo.scores */
    select object, dimension, round(score::numeric * 100, 1)::float8 as score
    from quality.score where run_id = ${runId} order by object, dimension`);
  const byObject: Record<string, Record<string, number | null>> = {};
  for (const { object, dimension, score } of rows) (byObject[object] ??= {})[dimension ?? 'all'] = score;
  return byObject;
}

export async function units(db: Db): Promise<Map<string, string>> {
  const rows = await db.query<{ metric: string; unit: string }>(
    sql`/* demo.units */ select metric, unit from unified.metric_definition`,
  );
  return new Map(rows.map(({ metric, unit }) => [metric, unit]));
}

export type Measured = { raw: number | null; clean: number | null; truth?: number; period: string };

/**
 * Each metric over raw and over clean records, as last published, with the number planted in the org where there is one. Over
 * all time; what has no value there is that of the quarter that runs or of the next, and where periods are compared, as in a
 * growth, of the last whole one. Null where it cannot be measured.
 */
export async function metrics(
  db: Db,
  definitions: readonly MetricDefinition[],
  orgFolder: string,
): Promise<Record<string, Measured>> {
  const compared = definitions
    .filter(
      (one) => one.kind === 'derived' && Object.values(one.inputs).some((input) => inputOf(input).periodsBack > 0),
    )
    .map(({ name }) => name);
  const rows = await db.query<Measured & { metric: string }>(sql`/* demo.metrics */
    with pair as (
      select metric, period_kind, period, period_start, max(value) filter (where basis = 'raw')::float8 as raw,
        max(value) filter (where basis = 'clean')::float8 as clean
      from unified.metric_value
      where slice = 'all' and (period_kind = 'all' or period_kind = 'quarter' and case
        when metric = any (${compared}::text[]) then period_start = (date_trunc('quarter', as_of) - interval '3 months')::date
        else period_start between date_trunc('quarter', as_of)::date and (date_trunc('quarter', as_of) + interval '3 months')::date end)
      group by metric, period_kind, period, period_start
    )
    select distinct on (metric) metric, period, raw, clean from pair
    order by metric, coalesce(raw, clean) is null, period_kind <> 'all', period_start`);
  const truth = await metricTruth(orgFolder);
  return Object.fromEntries(
    rows.map(({ metric, period, raw, clean }) => {
      const planted = truth.get(`${metric} ${period}`);
      return [metric, { raw, clean, ...(planted !== undefined && { truth: planted }), period }];
    }),
  );
}

/** Metrics by whether they rest on as many records as Salesforce counts: `yes`, `no` or `unknown`, the last two with why. */
export async function completeness(db: Db): Promise<{ count: number; yes: number; others: string[] }> {
  const rows = await db.query<{ complete: string; because: string | null; count: number }>(sql`/* demo.receipts */
    select complete, because, count(distinct metric)::int as count from unified.metric_receipt
    where connection_id = '*' group by complete, because order by count desc, because`);
  const whole = rows.filter(({ complete }) => complete === 'yes').reduce((sum, { count }) => sum + count, 0);
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    yes: whole,
    others: rows
      .filter(({ complete }) => complete !== 'yes')
      .map(({ complete, because, count }) => `${count} ${complete}: ${because}`),
  };
}

/** The metric of what lies in stale deals, where there is one. */
const inStale = (metric: string) => `${metric}_stale`;

/** Each metric's way from raw to clean, step by step, which adds up; and what of the clean number is in stale deals. */
export async function waterfall(db: Db, metrics: readonly string[]): Promise<Record<string, Record<string, number>>> {
  const steps = await db.query<{ metric: string; step: string; delta: number }>(sql`/* demo.bridge */
    select metric, step, delta::float8 as delta from unified.metric_bridge
    where period = 'all' and dimension = 'all' and metric = any (${metrics}::text[])`);
  const values = await db.query<{ metric: string; basis: string; value: number }>(sql`/* demo.ends */
    select metric, basis, value::float8 as value from unified.metric_value
    where period = 'all' and slice = 'all' and metric = any (${[...metrics, ...metrics.map(inStale)]}::text[])`);
  const row = (of: (metric: string) => number | undefined) =>
    Object.fromEntries(metrics.map((metric) => [metric, of(metric) ?? 0]));
  const end = (basis: string) =>
    row((metric) => values.find((one) => one.metric === metric && one.basis === basis)?.value);
  const found = (step: string, metric: string) => steps.find((one) => one.metric === metric && one.step === step);
  return {
    raw: end('raw'),
    ...Object.fromEntries(
      bridgeSteps
        .filter(({ fix }) => fix !== 'stale')
        .map(({ step, title }) => [`  ${title.toLowerCase()}`, row((metric) => found(step, metric)?.delta)]),
    ),
    clean: end('clean'),
    '  of it in stale deals': row(
      (metric) => values.find((one) => one.metric === inStale(metric) && one.basis === 'clean')?.value,
    ),
  };
}

/** What made the open pipeline of the publication before the last into that of the last, in the currency of the org. */
export async function walk(db: Db): Promise<Record<string, { amount: number; deals: number }>> {
  const [to, from] = await db.query<{ at: Date }>(sql`/* demo.walk */
    select published_at as at from unified.publication order by generation desc limit 2`);
  const days = { closeFrom: null, closeTo: null };
  const ask = { connectionId: defaultConnectionId, basis: 'clean' as const, from: from!.at, to: to!.at, ...days };
  const { currencies } = await pipelineWalk(db, ask);
  return Object.fromEntries(
    (currencies[0]?.terms ?? [])
      .filter(({ dealCount }) => dealCount > 0)
      .map(({ term, amount, dealCount }) => [term, { amount, deals: dealCount }]),
  );
}

/** Three open repairs in words: of each kind the one that moves most money, then the next. */
export async function valuableFixes(db: Db): Promise<{ lines: string[]; openCount: number }> {
  const rows = await db.query<Promised & { name: string; count: number; total: number }>(sql`/* demo.fixes */
    select kind, name, count, total, bookings, open_pipeline as "openPipeline" from (
      select x.kind, o.name, cardinality(x.record_ids) as count, count(*) over ()::int as total, x.predicted_amount, x.fix_id,
        coalesce((x.predicted -> 'bookings' ->> 'alone')::float8, 0) as bookings,
        coalesce((x.predicted -> 'open_pipeline' ->> 'alone')::float8, 0) as open_pipeline,
        row_number() over (partition by x.kind order by abs(x.predicted_amount) desc, x.fix_id) as place
      from history.fix x join unified.fct_opportunity o on o.connection_id = x.connection_id and o.opportunity_id = x.record_ids[1]
      where x.state = 'open' and x.predicted_amount <> 0) f
    order by place, abs(predicted_amount) desc, fix_id limit 3`);
  const lines = rows.map((row) => `  ${fixTodo(row.kind, row.count)} “${row.name}”: ${promiseText(row)}`);
  return { lines, openCount: rows[0]?.total ?? 0 };
}

/** The shown forecast of each period at hand, with how near its method has been; null where nothing can be said. */
export async function forecast(
  db: Db,
): Promise<{ rows: Record<string, Record<string, number | null>>; lines: string[] }> {
  const { periods, reason, monthsRebuilt } = await forecastOf(db, { dimension: 'all' });
  const quarters = periods.filter(({ periodKind }) => periodKind !== 'fiscal_quarter');
  const rows = quarters.map(({ period, wonAmount, shown }) => [
    `${period}, ${shown?.method.replaceAll('_', ' ') ?? 'no method'}`,
    {
      won: wonAmount,
      forecast: shown?.amount ?? null,
      low: shown?.low ?? null,
      high: shown?.high ?? null,
      'mean error': shown?.accuracy?.wape ?? null,
      'within bounds': shown?.accuracy?.coverage ?? null,
    },
  ]);
  const reasons = quarters.flatMap(({ period, shown, methods }) => (shown ? [] : [`${period}: ${methods[0]?.reason}`]));
  const tried = `Each method was tried on ${monthsRebuilt ?? 0} months of the past, with what was known then.`;
  return { rows: Object.fromEntries(rows), lines: reason ? [`No forecast: ${reason}.`] : [tried, ...reasons] };
}
