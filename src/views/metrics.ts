/** Metrics as people ask for them: what there is and whether it can be measured, values, and the way from raw to clean. */
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { tableExists } from '../db/existing.ts';
import type { Queryable } from '../db/connect.ts';
import { bridgeDimensions, bridgeSteps, recordsSql } from '../metrics/bridge.ts';
import { asOf } from '../metrics/calendar.ts';
import { isCounted } from '../metrics/measure.ts';
import { cleaning, type Fix } from '../metrics/fact.ts';
import { factNamed } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import type { Definitions } from '../model/definitions.ts';
import type { MetricDefinition } from '../model/metric.ts';
import { goldenNames, namesOf } from './names.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type MetricNeed = { object: string; field: string; recordCount: number; fillRate: number | null };

/** What each metric needs, by its name; empty before anything was published. */
export async function metricNeeds(db: Queryable): Promise<Map<string, MetricNeed[]>> {
  if (!(await tableExists(db, 'unified', 'metric_availability'))) return new Map();
  const rows = await db.query(sql`/* metrics.needs */ select metric, object, field, record_count::int as record_count,
    fill_rate::float8 as fill_rate from unified.metric_availability order by metric, object, field`);
  return Map.groupBy(camelRows<MetricNeed & { metric: string }>(rows), ({ metric }) => metric);
}

/** Why a metric cannot be measured, or null. */
export function reasonOf(needs: readonly MetricNeed[] | undefined): string | null {
  if (needs === undefined) return 'not measurable: nothing has been published';
  const missing = needs.filter(({ recordCount, fillRate }) => recordCount === 0 || fillRate === 0);
  if (missing.length === 0) return null;
  const words = missing.map(({ object, field, recordCount }) => {
    const input = /^input:(.+)$/.exec(object)?.[1];
    if (input !== undefined) return `needs ${input}, by PUT /v1/inputs/${input}`;
    return recordCount === 0 ? `there is no ${object}` : `no ${object} has a ${field}`;
  });
  return `not measurable: ${[...new Set(words)].join(', ')}`;
}

export type Receipt = {
  definitionVersion: string;
  rowsHeld: number | null;
  rowsInSalesforce: number | null;
  pairsInReview: number;
  pairsNotCompared: number | null;
  inputsMissing: string;
  complete: 'yes' | 'no' | 'unknown';
  because: string | null;
};

/** What the values of a metric rest on, of all orgs together; null before anything was published. */
export async function metricReceipt(db: Queryable, metric: string): Promise<Receipt | null> {
  if (!(await tableExists(db, 'unified', 'metric_receipt'))) return null;
  const rows = await db.query(sql`/* metrics.receipt */ select definition_version, rows_held::float8 as rows_held,
      rows_in_salesforce::float8 as rows_in_salesforce, pairs_in_review::float8 as pairs_in_review,
      pairs_not_compared::float8 as pairs_not_compared, inputs_missing, complete, because
    from unified.metric_receipt where metric = ${metric} and connection_id = '*'`);
  return camelRows<Receipt>(rows)[0] ?? null;
}

export type ValueFilter = {
  /** Left out: of all metrics. */
  metric?: string | undefined;
  /** One period by its name. */
  period?: string | undefined;
  basis?: string | undefined;
  periodKind?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  dimension: string;
  key?: string | undefined;
};

const place = [
  sql`coalesce(period_start::text, '')`,
  sql`period_kind`,
  sql`period`,
  sql`connection_id`,
  sql`key`,
] as const;

function within({ metric, period, periodKind, from, to, dimension, key }: ValueFilter): Sql {
  return sql`dimension = ${dimension} ${metric ? sql`and metric = ${metric}` : empty}
    ${period ? sql`and period = ${period}` : empty} ${periodKind ? sql`and period_kind = ${periodKind}` : empty}
    ${from ? sql`and period_start >= ${from}::date` : empty} ${to ? sql`and period_start <= ${to}::date` : empty}
    ${key ? sql`and key = ${key}` : empty}`;
}

/** What history is kept by. */
export const historyDimensions = bridgeDimensions;

/** Whose keys are people or companies, so that their names are personal data. */
const namedDimensions = new Set(['owner', 'team', 'account']);

/** In the order of metrics, periods and keys; as they were reported on the last publication by `asOf`, or as they are now. */
export async function listMetricValues(
  db: Queryable,
  { withNames, ...filter }: ValueFilter & { asOf?: string | undefined; withNames: boolean },
  page: PageRequest,
): Promise<Page<object>> {
  if (!(await tableExists(db, 'unified', 'metric_value'))) return { data: [], next: null };
  const order = [sql`metric`, ...place, sql`basis`];
  const rows = await db.query(sql`/* metrics.values */ select v.*, f.reported_value::float8 as first_reported,
      f.from_on::text as first_reported_on, f.reported_as is not null as is_restated
    from (
      select metric, basis, period_kind, period, period_start, connection_id, dimension, key,
        ${!withNames && namedDimensions.has(filter.dimension) ? sql`null::text as key_name` : sql`key_name`}, value::float8 as value,
        n::int as n, as_of::text as as_of, definition_version, run_id, rows_held::float8 as rows_held,
        rows_in_salesforce::float8 as rows_in_salesforce, pairs_in_review::float8 as pairs_in_review,
        pairs_not_compared::float8 as pairs_not_compared, inputs_missing, coalesce(complete, 'unknown') as complete, because,
        value_if_merged::float8 as value_if_merged, band_because, latest::float8 as latest, ${place[0]} as start
      from (${filter.asOf ? reportedSql(filter.asOf) : sql`select *, value as latest from unified.metric_value`}) v
      where ${within(filter)} ${filter.basis ? sql`and basis = ${filter.basis}` : empty} ${after(order, page)}
      order by ${sql([...commas(order.length)], ...order)} limit ${page.limit + 1}
    ) v
    -- Of a period that was over: what was said first, where something else is said now.
    left join lateral (
      select h.metric as reported_as, h.reported_value, h.from_on from unified.metric_history h
      where h.metric = v.metric and h.dimension = v.dimension and h.slice_key = v.key and h.connection_id = v.connection_id
        and h.basis = v.basis and h.period = v.period and h.period_kind = v.period_kind and h.is_restated
      order by h.from_on limit 1
    ) f on true
    order by ${sql([...commas(order.length)], ...order)}`);
  type Row = ValueKey & { metric: string; basis: string; periodStart: string | null };
  return toPage(camelRows<Row>(rows.map((row) => ({ ...row, period_start: row['start'] || null }))), page, (row) => [
    row.metric,
    ...keyOf(row),
    row.basis,
  ]);
}

const reportedSql = (
  asOf: string,
): Sql => sql`select h.metric, h.basis, h.period_kind, h.period, h.period_start, h.connection_id,
    h.dimension, h.key, coalesce(u.name, h.key) as key_name, h.value, h.n, ${asOf}::date as as_of,
    h.latest, null::text as definition_version, null::text as run_id, null::bigint as rows_held,
    null::bigint as rows_in_salesforce, null::bigint as pairs_in_review, null::bigint as pairs_not_compared,
    null::text as inputs_missing, null::text as complete, 'What it rested on that day is not kept' as because,
    null::numeric as value_if_merged, 'It is told of what is reported now' as band_because
  from (${reportedRows(asOf)}) h
  left join unified.dim_user u on u.connection_id = h.connection_id and u.user_id = h.key
  where h.value is not null or h.n > 0`;

/** What unified.metric_history has of one day, looked up: of years of changes it compares each with the one before. */
function reportedRows(asOf: string): Sql {
  const place = ['basis', 'period_kind', 'period', 'period_start', 'connection_id', 'dimension', 'key'];
  const of = (alias: string) => raw(place.map((name) => `${alias}.${name}`).join(', '));
  const same = raw(
    place
      .filter((name) => name !== 'period_start')
      .map((name) => `t.${name} = h.${name}`)
      .join(' and '),
  );
  const slots = sql`select s.*, s.layout = max(s.layout) over (partition by s.step) as is_present from history.metric_slot s`;
  return sql`with slot as materialized (${slots})
    select s.metric, ${of('v')}, v.measures[s.slot] as value, coalesce(v.counts[s.slot], 0) as n, v.measures[s.slot] as latest
    from slot s join unified.metric_stored v on v.step = s.step
    where s.is_present and v.since <= ${asOf}::date and v.dimension = any (${historyDimensions}::text[])
    union all
    select s.metric, ${of('h')}, h.measures[s.slot], coalesce(h.counts[s.slot], 0),
      (select t.measures[p.slot] from slot p join unified.metric_stored t on t.step = p.step and ${same}
        where p.metric = s.metric and p.is_present)
    from slot s join history.metric_version h on h.step = s.step and h.layout = s.layout
    where h.from_on <= ${asOf}::date and h.to_on > ${asOf}::date`;
}

type ValueKey = { start: string; periodKind: string; period: string; connectionId: string; key: string };
const keyOf = (row: ValueKey) => [row.start, row.periodKind, row.period, row.connectionId, row.key];

const commas = (count: number) => ['', ...Array.from({ length: count - 1 }, () => ', '), ''];

function after(order: readonly Sql[], { after: key }: PageRequest): Sql {
  if (!key) return empty;
  return sql`and (${sql(commas(order.length), ...order)}) > (${sql(commas(key.length), ...key)})`;
}

/** Steps in their order, of each period and key. */
export async function listBridge(db: Queryable, filter: ValueFilter, page: PageRequest): Promise<Page<object>> {
  if (!(await tableExists(db, 'unified', 'metric_bridge'))) return { data: [], next: null };
  const order = [...place, sql`place::text`];
  const rows =
    await db.query(sql`/* metrics.bridge */ select metric, period_kind, period, period_start::text as period_start,
      connection_id, dimension, key, step, place, delta::float8 as delta, alone::float8 as alone, n_delta::int as n_delta,
      ${order[0]!} as start
    from unified.metric_bridge
    where ${within(filter)} ${after(order, page)}
    order by ${sql(commas(order.length), ...order)} limit ${page.limit + 1}`);
  return toPage(camelRows<ValueKey & { place: number }>(rows), page, (row) => [...keyOf(row), String(row.place)]);
}

/**
 * The records that count otherwise after a step, of metrics that count records.
 * @returns null for a metric that is made of others
 */
export async function listBridgeRecords(
  db: Queryable,
  definitions: Definitions,
  metric: MetricDefinition,
  filter: {
    step: string;
    from?: string | undefined;
    to?: string | undefined;
    ownerId?: string | undefined;
    withNames: boolean;
  },
  page: PageRequest,
): Promise<Page<object> | null> {
  const at = bridgeSteps.findIndex(({ step }) => step === filter.step);
  if (!isCounted(metric) || at < 0) return null;
  const fact = factNamed(facts, metric.fact);
  if (!(await tableExists(db, 'unified', fact.from))) return { data: [], next: null };
  const done: Fix[] = bridgeSteps.slice(0, at).flatMap(({ fix }) => (cleaning.includes(fix) ? [fix] : []));
  // Outside a publication nobody sets the day: it is that of the last one.
  const published = '(select as_of from unified.publication order by generation desc limit 1)';
  const select = recordsSql(fact, metric, done, [...done, bridgeSteps[at]!.fix]).replaceAll(asOf, published);
  const { from, to, ownerId } = filter;
  const rows =
    await db.query(sql`/* metrics.records */ select connection_id, ${fact.object}::text as object, record_id, owner_id,
      day::text as day, before, after
    from (${raw(select)}) r
    where true ${from ? sql`and day >= ${from}::date` : empty} ${to ? sql`and day <= ${to}::date` : empty}
      ${ownerId ? sql`and owner_id = ${ownerId}` : empty}
      ${page.after ? sql`and (connection_id, record_id) > (${page.after[0]}, ${page.after[1]})` : empty}
    order by connection_id, record_id limit ${page.limit + 1}`);
  const { data, next } = toPage(camelRows<BridgeRecord>(rows), page, (row) => [row.connectionId, row.recordId]);
  const names = filter.withNames ? await bridgeNames(db, definitions, data) : new Map<string, string>();
  return { data: data.map((row) => ({ ...row, name: names.get(nameKey(row)) ?? null })), next };
}

/** `object` null: `recordId` is a golden record, or a row of what is derived. */
type BridgeRecord = { connectionId: string; object: string | null; recordId: string };
const nameKey = ({ connectionId, object, recordId }: BridgeRecord) =>
  object === null ? recordId : `${connectionId} ${recordId}`;

async function bridgeNames(
  db: Queryable,
  definitions: Definitions,
  rows: readonly BridgeRecord[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [connectionId, own] of Map.groupBy(rows, (row) => row.connectionId)) {
    const asked = own.flatMap(({ object, recordId: id }) => (object === null ? [] : [{ object, id }]));
    for (const [id, name] of await namesOf(db, definitions, connectionId, asked))
      names.set(`${connectionId} ${id}`, name);
  }
  const ids = rows.flatMap(({ object, recordId }) => (object === null ? [recordId] : []));
  if (ids.length === 0) return names;
  const golden = await db.query<{ goldenId: string; entity: string }>(sql`/* metrics.golden */
    select golden_id as "goldenId", entity from golden.identity where golden_id = any (${ids})`);
  for (const [id, name] of await goldenNames(db, definitions.entities, golden)) names.set(id, name);
  return names;
}
