/** The semantic model as a dbt project: the published tables as sources, a view on each, and metrics for MetricFlow. */
import type { Aggregate, ModelMetric, SemanticModel } from './model.ts';

type Json = Record<string, unknown>;
/** A file of the project: text, or what is to be written as YAML. */
export type ProjectFile = string | Json;

const schema = 'assay_semantic';

/** By path in the project. */
export function dbtProject(model: SemanticModel): Record<string, ProjectFile> {
  const views = model.datasets.map(
    ({ name }) => [`models/${name}.sql`, `select * from {{ source('assay', '${name}') }}\n`] as const,
  );
  return {
    'dbt_project.yml': {
      name: 'assay',
      version: '1.0.0',
      profile: 'assay',
      'model-paths': ['models'],
      models: { assay: { '+materialized': 'view', '+schema': schema } },
    },
    // Without it dbt would put the schema of the profile before the name.
    'macros/generate_schema_name.sql': `{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ custom_schema_name or target.schema }}
{%- endmacro %}
`,
    'models/sources.yml': { version: 2, sources: [sourceOf(model)] },
    ...Object.fromEntries(views),
    'models/time_spine.sql': `select date as date_day from {{ source('assay', 'dim_date') }}\n`,
    'models/semantic.yml': {
      version: 2,
      models: [
        {
          name: 'time_spine',
          description: 'One row: one day.',
          time_spine: { standard_granularity_column: 'date_day' },
          columns: [{ name: 'date_day', granularity: 'day' }],
        },
        ...model.datasets.map(({ name, description }) => ({ name, description })),
      ],
      semantic_models: semanticModels(model),
      metrics: model.metrics.flatMap((metric) => metricsOf(metric)),
    },
  };
}

function sourceOf({ datasets, relationships }: SemanticModel): Json {
  return {
    name: 'assay',
    schema: 'unified',
    description: 'What Assay publishes; each publication replaces it in one transaction.',
    tables: datasets.map(({ name, description, key, columns }) => ({
      name,
      description,
      columns: columns.map((column) => {
        const single = relationships.find(
          ({ from, columns: own }) => from === name && own.length === 1 && own[0]![0] === column.name,
        );
        const tests = [
          ...(key.includes(column.name) ? ['not_null'] : []),
          ...(key.length === 1 && key[0] === column.name ? ['unique'] : []),
          ...(single
            ? [
                {
                  relationships: { arguments: { to: `source('assay', '${single.to}')`, field: single.columns[0]![1] } },
                },
              ]
            : []),
        ];
        return {
          name: column.name,
          description: column.description,
          ...(tests.length > 0 ? { data_tests: tests } : {}),
        };
      }),
    })),
  };
}

const kinds: Record<Aggregate['aggregate'], Json> = {
  count: { agg: 'sum' },
  sum: { agg: 'sum' },
  average: { agg: 'average' },
  distinct: { agg: 'count_distinct' },
  median: { agg: 'median' },
  p90: { agg: 'percentile', agg_params: { percentile: 0.9, use_discrete_percentile: false } },
};

/** A count adds ones up, and a sum of some rows adds 0 for the others: none of them is 0 and not null. */
function measureSql({ aggregate, of, where }: Aggregate): string {
  if (aggregate === 'count')
    return `case when ${[where, of && `${of} is not null`].filter(Boolean).join(' and ') || 'true'} then 1 else 0 end`;
  if (where === null) return of!;
  return `case when ${where} then ${of}${aggregate === 'sum' ? ' else 0' : ''} end`;
}

const partsOf = ({ name, formula }: ModelMetric): [name: string, of: Aggregate][] => {
  if (formula.kind === 'simple') return [[name, formula.measure]];
  if (formula.kind === 'ratio')
    return [
      [`${name}_numerator`, formula.numerator],
      [`${name}_denominator`, formula.denominator],
    ];
  return [];
};

/** MetricFlow takes no dimension by the name of a granularity. */
const granularities = ['day', 'week', 'month', 'quarter', 'year'];
const timeName = (time: string): string => (granularities.includes(time) ? `${time}_start` : time);

function semanticModels({ datasets, metrics }: SemanticModel): Json[] {
  const placed = metrics.filter((metric) => metric.at !== null);
  return [...Map.groupBy(placed, ({ at }) => at!.table)].map(([table, own]) => {
    const { key } = datasets.find(({ name }) => name === table)!;
    const times = [...new Set(own.map(({ at }) => at!.time))];
    const cuts = new Map(own.flatMap(({ dimensions }) => dimensions.map(({ name, sql }) => [name, sql] as const)));
    return {
      name: table,
      model: `ref('${table}')`,
      defaults: { agg_time_dimension: timeName(times[0]!) },
      entities: [
        {
          name: table.replace(/^(fct|dim)_/, ''),
          type: 'primary',
          expr: key.length === 1 ? key[0] : key.join(` || ' ' || `),
        },
      ],
      dimensions: [
        ...times.map((time) => ({
          name: timeName(time),
          type: 'time',
          ...(timeName(time) === time ? {} : { expr: time }),
          type_params: { time_granularity: 'day' },
        })),
        ...[...cuts].map(([name, sql]) => ({ name, type: 'categorical', expr: sql })),
      ],
      measures: own.flatMap((metric) =>
        partsOf(metric).map(([name, of]) => ({
          name: `${name}_measure`,
          ...kinds[of.aggregate],
          expr: measureSql(of),
          agg_time_dimension: timeName(metric.at!.time),
        })),
      ),
    };
  });
}

function metricsOf({ name, title, description, formula, ...rest }: ModelMetric): Json[] {
  const simple = (own: string, label: string): Json => ({
    name: own,
    label,
    description,
    type: 'simple',
    type_params: { measure: { name: `${own}_measure` } },
  });
  switch (formula.kind) {
    case 'simple':
      return [simple(name, title)];
    case 'ratio': {
      const parts = partsOf({ name, title, description, formula, ...rest }).map(([own], at) =>
        simple(own, `${title}, ${at === 0 ? 'numerator' : 'denominator'}`),
      );
      const of = { numerator: { name: `${name}_numerator` }, denominator: { name: `${name}_denominator` } };
      return [...parts, { name, label: title, description, type: 'ratio', type_params: of }];
    }
    case 'cumulative': {
      const window = formula.periods === null ? {} : { window: `${formula.periods} months` };
      const of = {
        measure: { name: `${formula.metric}_measure` },
        cumulative_type_params: { ...window, period_agg: 'last' },
      };
      return [{ name, label: title, description, type: 'cumulative', type_params: of }];
    }
    case 'derived': {
      // Periods back are months here: a metric of dbt has one window.
      const inputs = formula.inputs.map(({ name: alias, metric, periodsBack }) => ({
        name: metric,
        // dbt takes an alias that is the name of a metric for a second one.
        ...(alias === metric ? {} : { alias }),
        ...(periodsBack > 0 ? { offset_window: `${periodsBack} month${periodsBack > 1 ? 's' : ''}` } : {}),
      }));
      return [
        {
          name,
          label: title,
          description,
          type: 'derived',
          type_params: { expr: formula.expression, metrics: inputs },
        },
      ];
    }
    default:
      return [];
  }
}
