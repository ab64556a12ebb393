/** The metric files become marts: what each metric means, its values raw and clean side by side, and the views that show them. */
import { escapeLiteral } from 'pg';
import { doors, type Mart, type Metric } from '../../marts/read.ts';

/** Made from no rows of their own. */
const whole: Pick<Mart, 'file' | 'indexes' | 'touched' | 'beside' | 'rows'> = {
  file: 'src/pipeline/publish/metric-mart.ts',
  indexes: [],
  touched: [],
  beside: [],
  rows: [],
};

/** unified.metric_definition. */
export function metricDefinitionMart(metrics: Metric[]): Mart {
  const rows = metrics.map(
    ({ name, unit, description }) => `(${[name, unit, description].map(escapeLiteral).join(', ')})`,
  );
  return {
    schema: 'unified',
    name: 'metric_definition',
    grain: 'one metric',
    key: ['metric'],
    columns: [
      { name: 'metric', description: 'Name of the metric' },
      { name: 'unit', description: 'Unit of its value: money, count, days or rate (0 to 1)' },
      { name: 'description', description: 'How it is computed' },
    ],
    select: `select metric, unit, description from (values ${rows.join(', ')}) m (metric, unit, description)`,
    ...whole,
  };
}

const metricColumns = [
  { name: 'metric', description: 'Name of the metric, see metric_definition' },
  { name: 'basis', description: 'raw: as Salesforce counts; clean: duplicates counted once' },
  {
    name: 'period',
    description:
      'all, or the calendar quarter of the close, quota or creation day, e.g. 2026-Q1; 2026-01 for monthly quotas',
  },
  {
    name: 'slice',
    description:
      'all, owner:<user id> or account:<key> (in period all only); for quotas also type:<forecast type id>, alone or after the owner and a slash',
  },
  { name: 'value', description: 'Value in the unit of the metric; null when it cannot be measured' },
  { name: 'n', description: 'Records the value rests on' },
];

/** The select of one metric with its columns typed. */
export function measureOf({ select }: Pick<Metric, 'select'>): string {
  return `select m.basis::text as basis, m.period::text as period, m.slice::text as slice, m.value::numeric as value,
    m.n::bigint as n from (${select}) m`;
}

/**
 * unified.metric_value. Every metric has its total on either basis even when nothing could be measured: a missing
 * input reads as null rather than as an absent row.
 */
export function metricMart(metrics: Metric[]): Mart {
  const parts = metrics.map(
    (metric) => `select ${escapeLiteral(metric.name)} as metric, measured.* from (${measureOf(metric)}) measured`,
  );
  const names = metrics.map(({ name }) => escapeLiteral(name)).join(', ');
  return {
    schema: 'unified',
    name: 'metric_value',
    grain: 'one metric on one basis in one period for one slice',
    key: ['metric', 'basis', 'period', 'slice'],
    columns: metricColumns,
    select: `with measured as (${parts.join('\nunion all\n')})
      select metric, basis, period, slice, value, n from measured
      union all
      select w.metric, b.basis, 'all', 'all', null, 0
      from unnest(array[${names}]) w (metric) cross join (values ('raw'), ('clean')) b (basis)
      where not exists (select from measured m
        where m.metric = w.metric and m.basis = b.basis and m.period = 'all' and m.slice = 'all')`,
    ...whole,
  };
}

/** Views of salesops and revops: rows of metric_value, no formula of their own, so both doors show the same number. */
export function metricViews(metrics: Metric[]): Mart[] {
  return doors.flatMap((door) => {
    const names = [...new Set(metrics.flatMap(({ shownIn }) => shownIn[door]))].sort();
    return names.map((name): Mart => {
      const shown = metrics.filter(({ shownIn }) => shownIn[door].includes(name)).map((metric) => metric.name);
      return {
        schema: door,
        name,
        grain: `one of the metrics ${shown.join(', ')} on one basis in one period for one slice`,
        key: [],
        columns: metricColumns,
        select: `select metric, basis, period, slice, value, n from unified.metric_value
          where metric in (${shown.map(escapeLiteral).join(', ')})`,
        ...whole,
      };
    });
  });
}
