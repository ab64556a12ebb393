/** The semantic model as a document of Apache Ossie: 0.1.1, and the flat form its draft 0.2 moves to. */
import type { Aggregate, ModelMetric, SemanticModel } from './model.ts';

type Json = Record<string, unknown>;

const expression = (sql: string) => ({ dialects: [{ dialect: 'ANSI_SQL', expression: sql }] });
/** What the specification has no place for yet. */
const extension = (data: Json) => [{ vendor_name: 'COMMON', data: JSON.stringify(data) }];

const functions: Record<Aggregate['aggregate'], (of: string) => string> = {
  count: (of) => `COUNT(${of})`,
  sum: (of) => `SUM(${of})`,
  average: (of) => `AVG(${of})`,
  distinct: (of) => `COUNT(DISTINCT ${of})`,
  median: (of) => `PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ${of})`,
  p90: (of) => `PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY ${of})`,
};

type Scope = { columns: ReadonlyMap<string, readonly string[]>; metrics: ReadonlyMap<string, ModelMetric> };

/** Columns carry the name of their table, since an expression may speak of several. */
function aggregateSql({ columns }: Scope, { table, aggregate, of, where }: Aggregate): string {
  const names = columns.get(table)!.toSorted((a, b) => b.length - a.length);
  const own = new RegExp(`(?<![\\w.'])(${names.join('|')})(?![\\w'])`, 'g');
  const said = (sql: string) => sql.replaceAll(own, `${table}.$1`);
  const value = of === null ? '1' : said(of);
  return functions[aggregate](where === null ? value : `CASE WHEN ${said(where)} THEN ${value} END`);
}

function metricSql(scope: Scope, { name, formula }: ModelMetric): string {
  const { metrics } = scope;
  switch (formula.kind) {
    case 'simple':
      return aggregateSql(scope, formula.measure);
    case 'ratio':
      return `CAST(${aggregateSql(scope, formula.numerator)} AS NUMERIC) / NULLIF(${aggregateSql(scope, formula.denominator)}, 0)`;
    case 'cumulative':
      return metricSql(scope, metrics.get(formula.metric)!);
    case 'derived': {
      const inputs = new Map(formula.inputs.map((input) => [input.name, metrics.get(input.metric)!]));
      if (formula.inputs.some(({ periodsBack }) => periodsBack > 0))
        return metricSql(scope, inputs.values().next().value!);
      const named = new RegExp(`\\b(${[...inputs.keys()].join('|')})\\b`, 'g');
      return formula.expression.replaceAll(named, (input) => `(${metricSql(scope, inputs.get(input)!)})`);
    }
    default:
      throw new Error(`${name} has no formula.`);
  }
}

function contentOf({ datasets, relationships, metrics, left }: SemanticModel): Json {
  const scope: Scope = {
    columns: new Map(datasets.map(({ name, columns }) => [name, columns.map((column) => column.name)])),
    metrics: new Map(metrics.map((metric) => [metric.name, metric])),
  };
  return {
    name: 'assay',
    description: 'The cleaned view of a Salesforce org, with duplicates counted once.',
    ai_context: {
      instructions:
        'Values of metrics are published in unified.metric_value with a receipt; prefer them. A value that is null is unknown, not zero.',
    },
    datasets: datasets.map(({ name, description, key, columns }) => ({
      name,
      source: `unified.${name}`,
      primary_key: key,
      description,
      fields: columns.map((column) => ({
        name: column.name,
        expression: expression(column.name),
        dimension: { is_time: /_(on|at|date)$/.test(column.name) || (name === 'dim_date' && column.name === 'date') },
        description: column.description,
      })),
    })),
    relationships: relationships.map(({ from, to, columns }) => ({
      name: `${from}_to_${to}`,
      from,
      to,
      from_columns: columns.map(([own]) => own),
      to_columns: columns.map(([, other]) => other),
    })),
    metrics: metrics.map((metric) => ({
      name: metric.name,
      expression: expression(metricSql(scope, metric)),
      description: `${metric.title}: ${metric.description}.`,
      custom_extensions: extension({
        unit: metric.unit,
        at: metric.at,
        dimensions: metric.dimensions.map(({ name }) => name),
        ...(metric.formula.kind === 'derived' || metric.formula.kind === 'cumulative'
          ? { formula: metric.formula }
          : {}),
      }),
    })),
    custom_extensions: extension({ basis: 'clean', notExpressed: left }),
  };
}

export const ossieDocument = (model: SemanticModel): Json => ({ version: '0.1.1', semantic_model: [contentOf(model)] });

/** Its draft has name, datasets, relationships and metrics at the root. */
export const ossieFlat = (model: SemanticModel): Json => ({ version: '0.2.0.dev0', ...contentOf(model) });
