/** Metrics become marts: what each means, its values raw and clean, and the views that show them. */
import { createHash } from 'node:crypto';
import { escapeLiteral } from 'pg';
import type { Mart } from '../../marts/read.ts';
import { bridgeDimensions } from '../../metrics/bridge.ts';
import { type Basis, coordinates } from '../../metrics/count.ts';
import { type MetricStep, published, slotsOf, storedTable, valuesSql, valueTable } from '../../metrics/plan.ts';
import { availabilitySql } from '../../metrics/availability.ts';
import { doors, type MetricDefinition } from '../../model/metric.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import { receiptColumns } from './receipt-mart.ts';

/** Made from no rows of their own. */
const whole: Pick<Mart, 'file' | 'indexes' | 'touched' | 'beside' | 'rows'> = {
  file: 'src/pipeline/publish/metric-mart.ts',
  indexes: [],
  touched: [],
  beside: [],
  rows: [],
};

const list = (names: readonly string[]) => names.map((name) => escapeLiteral(name)).join(', ');

/** unified.metric_definition. */
export function metricDefinitionMart(metrics: readonly MetricDefinition[]): Mart {
  const rows = metrics.map(
    (metric) =>
      `(${list([metric.name, metric.title, metric.kind, metric.unit, metric.description])}, array[${list(['all', 'org', ...metric.dimensions])}], ${list([versionOf(metric)])})`,
  );
  const columns = {
    metric: 'Name of the metric',
    title: 'What people call it',
    kind: 'How it is made: simple, ratio, conversion, derived, cumulative or sql',
    unit: 'Unit of its value: money, count, days, hours or rate (0 to 1)',
    description: 'How it is computed',
    dimensions: 'What it is cut by',
    version: 'Changes when the definition does',
  };
  return {
    schema: 'unified',
    name: 'metric_definition',
    grain: 'one metric',
    key: ['metric'],
    columns: described(columns),
    select: `select * from (values ${rows.join(', ')}) m (${Object.keys(columns).join(', ')})`,
    ...whole,
  };
}

/** Of a definition, as receipts name it; its title and examples change no value. */
function versionOf(metric: MetricDefinition): string {
  const { examples: _examples, title: _title, ...definition } = metric;
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 12);
}

const described = (columns: Record<string, string>) =>
  Object.entries(columns).map(([name, description]) => ({ name, description }));

const placed = {
  basis: 'raw: as Salesforce counts; clean: duplicates counted once',
  period_kind: 'all, year, quarter, month, fiscal_year, fiscal_quarter, or undated for what has no day',
  period: 'all, or the period by name, e.g. 2026, 2026-Q1, 2026-01, FY2027-Q1',
  period_start: 'First day of the period; null for all and undated',
  connection_id: 'Org that the key is of; * for keys of no org, and for all orgs together',
  dimension: 'What it is cut by: all, org, owner, team, account, …',
  key: 'Key of the dimension, e.g. the id of the owner; all for the total, none for what has no key',
};
const kept = {
  step: 'What its metrics are measured by together, e.g. opportunity.close_on; of a metric by itself its name',
  ...placed,
  measures: 'Values of the metrics of the step, in an order of its own',
  counts: 'Records each value rests on',
  since: 'Day of the publication that first said so; what was said before is in metric_history',
};
const storedTypes: Record<string, string> = {
  period_start: 'date',
  measures: 'numeric[]',
  counts: 'bigint[]',
  since: 'date',
};
const measured = {
  metric: 'Name of the metric, see metric_definition',
  ...placed,
  value: 'Value in the unit of the metric; null when it cannot be measured',
  n: 'Records the value rests on',
};

/** What is looked up comes first. */
export const storedKey = ['step', 'dimension', 'connection_id', 'key', 'period_kind', 'period', 'basis'];

/** SQL of the rows of unified.metric_stored. Every step has its total on either basis. @param steps each with a select of its values */
export function storedSelect(
  steps: readonly { name: string; select: string }[],
  bases: readonly Basis[],
  keys: string | null = null,
): string {
  const columns = coordinates.map((name) => `m.${name}::${name === 'period_start' ? 'date' : 'text'} as ${name}`);
  const parts = steps.map(
    ({
      name,
      select,
    }) => `select ${escapeLiteral(name)}::text as step, ${columns.join(', ')}, m.measures, m.counts, null::date as since
      from (${select}) m`,
  );
  return `with measured as (${parts.join('\nunion all\n')})
      select * from measured
      union all
      select w.step, b.basis, 'all', 'all', null, '*', 'all', 'all', '{}', '{}', null
      from unnest(array[${list(steps.map(({ name }) => name))}]::text[]) w (step)
      cross join (values ${bases.map(({ name }) => `(${escapeLiteral(name)})`).join(', ')}) b (basis)
      where (w.step, b.basis) not in (select step, basis from measured where period = 'all' and dimension = 'all')
        ${keys === null ? '' : `and exists (select from ${keys} k where k.period_kind = 'all' and k.dimension = 'all')`}`;
}

/** unified.metric_stored, of rows of facts that are added up now. */
export function storedMart(steps: readonly MetricStep[], bases: readonly Basis[] = published): Mart {
  return {
    schema: 'unified',
    name: storedTable.split('.')[1]!,
    grain:
      'metrics measured together on one basis in one period for one key of one dimension; metric_value shows them one by one',
    key: storedKey,
    columns: described(kept),
    select: storedSelect(
      steps.map(({ name, select }) => ({ name, select: select(bases) })),
      bases,
    ),
    ...whole,
  };
}

/** The table as it is made before anything is measured: views that facts may be show it. */
export const emptyStoredMart: Mart = {
  ...storedMart([]),
  select: `select ${Object.keys(kept)
    .map((name) => `null::${storedTypes[name] ?? 'text'} as ${name}`)
    .join(', ')} where false`,
};

/** unified.metric_measured: a row for each value that is kept. */
export function measuredView(steps: readonly MetricStep[]): Mart {
  return {
    schema: 'unified',
    name: valueTable.split('.')[1]!,
    grain: 'one metric on one basis in one period for one key of one dimension; metric_value shows it with names',
    key: [],
    columns: described(measured),
    select: valuesSql(slotsOf(steps)),
    ...whole,
  };
}

const place = {
  metric: measured.metric,
  basis: measured.basis,
  period: measured.period,
  slice: 'The dimension and its key in one text: all, or owner:<user id> and so on',
  value: measured.value,
  n: measured.n,
  period_kind: measured.period_kind,
  period_start: measured.period_start,
  connection_id: measured.connection_id,
  dimension: measured.dimension,
  key: measured.key,
  key_name: 'Name of the user, company or campaign that the key is of; else the key itself',
  as_of: 'Day of the publication',
};
/** What a value may become by what people say of the pairs under review. */
const band = {
  value_if_merged:
    'On clean, by all, org, owner and team: what it would be if all pairs under review were merged; null on raw, and where that was not tried',
  band_because: 'Why it is not told what the value would be if they were merged',
};
/** What was said of a period that was over, where something else is said now. */
const restated = {
  first_reported: 'Value that was reported first once the period was over, where another is reported now',
  first_reported_on: 'Day it was reported on; null: the value was not restated',
};
const shown = { ...place, ...receiptColumns, ...band, ...restated };

/** unified.metric_availability: what metrics need, and how much of it there is. */
export function availabilityMart(metrics: readonly MetricDefinition[], objects: readonly ObjectDefinition[]): Mart {
  return {
    schema: 'unified',
    name: 'metric_availability',
    grain: 'one field of Salesforce that one metric needs',
    key: ['metric', 'object', 'field'],
    columns: described({
      metric: 'Name of the metric',
      object: 'Salesforce object it needs',
      field: 'Field it needs',
      record_count: 'Records of the object there are; 0 where Assay cannot read it or there is none',
      fill_rate: 'Share of them that has a value, 0 to 1; null where there are none. At 0 the metric is not measurable',
    }),
    select: availabilitySql(metrics, objects),
    ...whole,
  };
}

const sameIn = (of: string) =>
  ['dimension', 'connection_id', 'period_kind', 'period', 'basis']
    .map((name) => `${of}.${name} = v.${name}`)
    .join(' and ');

/** Of the first report that was restated; only where there was another report is history asked, and only where the column is read. */
const firstSaid = (column: string) => `case when v.period_start is not null and exists (
      select from history.metric_slot s join history.metric_version h on h.step = s.step
      where s.metric = v.metric and ${sameIn('h')} and h.key = v.key)
    then (select h.${column} from unified.metric_history h
      where h.metric = v.metric and ${sameIn('h')} and h.slice_key = v.key and h.is_restated order by h.from_on limit 1) end`;

/** unified.metric_value: the values as people read them. */
export const metricValueView: Mart = {
  schema: 'unified',
  name: 'metric_value',
  grain: 'one metric on one basis in one period for one key of one dimension',
  key: [],
  columns: described(shown),
  select: `select v.metric, v.basis, v.period,
    case v.dimension when 'all' then 'all' when 'forecast_type' then 'type:' || v.key
      when 'owner_forecast_type' then 'owner:' || replace(v.key, '/', '/type:') else v.dimension || ':' || v.key end as slice,
    v.value, v.n, v.period_kind, v.period_start, v.connection_id, v.dimension, v.key,
    case v.dimension when 'owner' then coalesce(u.name, v.key) when 'team' then coalesce(u.name, v.key)
      when 'account' then coalesce(a.name, v.key) when 'campaign' then coalesce(c.name, v.key) else v.key end as key_name,
    (select max(p.reported_on) from unified.publication p) as as_of,
    ${Object.keys(receiptColumns)
      .map((name) => `q.${name}`)
      .join(', ')},
    case when v.basis = 'clean' and d.pairs_merged is not null and v.dimension in (${list(bridgeDimensions)})
      then case when m.metric is null then v.value else m.value_if_merged end end as value_if_merged,
    case when v.basis = 'clean' then case when v.dimension in (${list(bridgeDimensions)}) then d.band_because
      else 'it is tried by ${bridgeDimensions.join(', ')} only' end end as band_because,
    ${firstSaid('reported_value')} as first_reported, ${firstSaid('from_on')} as first_reported_on
  from ${valueTable} v
  left join (select pairs_merged, band_because from unified.publication order by generation desc limit 1) d on true
  left join unified.metric_band m on v.basis = 'clean' and m.metric = v.metric and m.dimension = v.dimension
    and m.connection_id = v.connection_id and m.key = v.key and m.period_kind = v.period_kind and m.period = v.period
  left join unified.dim_user u on u.connection_id = v.connection_id and u.user_id = v.key
  left join unified.dim_account a on a.account_key = v.key
  left join unified.dim_campaign c on c.connection_id = v.connection_id and c.campaign_id = v.key
  left join unified.metric_receipt q on q.metric = v.metric and q.connection_id = v.connection_id`,
  ...whole,
};

/** Views of salesops and revops: rows of metric_value, no formula of their own, so both doors show the same number. */
export function metricViews(metrics: readonly MetricDefinition[]): Mart[] {
  return doors.flatMap((door) => {
    const ofDoor = metrics.filter((metric) => metric.doors[door]);
    const names = [...new Set(ofDoor.flatMap((metric) => metric.doors[door]!))].sort();
    const long = names.map((name): Mart => {
      const inside = ofDoor.filter((metric) => metric.doors[door]!.includes(name)).map((metric) => metric.name);
      return {
        schema: door,
        name,
        grain: `one of the metrics ${inside.join(', ')} on one basis in one period for one key of one dimension`,
        key: [],
        columns: described(shown),
        select: `select ${Object.keys(shown).join(', ')} from unified.metric_value
          where metric in (${list(inside)})`,
        ...whole,
      };
    });
    return ofDoor.length === 0 ? [] : [...long, scorecard(door, ofDoor)];
  });
}

/** The metrics of a door side by side, for people who dislike the long form. */
function scorecard(schema: string, metrics: readonly MetricDefinition[]): Mart {
  const { metric: _metric, value: _value, n: _n, ...cut } = place;
  const columns = metrics.map(({ name }) => `max(value) filter (where metric = ${escapeLiteral(name)}) as ${name}`);
  return {
    schema,
    name: 'scorecard',
    grain: 'one basis in one period for one key of one dimension; a column for each metric',
    key: [],
    columns: [
      ...described(cut),
      ...metrics.map(({ name, title, unit }) => ({ name, description: `${title}, ${unit}` })),
    ],
    select: `select ${Object.keys(cut).join(', ')}, ${columns.join(', ')}
      from unified.metric_value where metric in (${list(metrics.map(({ name }) => name))})
      group by ${Object.keys(cut).join(', ')}`,
    ...whole,
  };
}
