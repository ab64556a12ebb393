/** The marts of src/marts become sections of the catalogue: what can be queried, at which grain. */
import { doors, type Mart, type Marts } from '../marts/read.ts';
import { metricViews, metricDefinitionMart, metricMart } from '../pipeline/publish/metric-mart.ts';
import { code, table } from './markdown.ts';

export function martSection({ tables, basis, metrics, views }: Marts): string {
  const all = [
    ...tables,
    metricDefinitionMart(metrics),
    metricMart(metrics),
    ...basis,
    ...metricViews(metrics),
    ...views,
  ];
  const one = (mart: Mart) => `### ${mart.schema}.${mart.name}

Grain: ${mart.grain}.${mart.key.length > 0 ? ` Key: ${mart.key.map(code).join(', ')}.` : ''}

${table(
  ['Column', 'Description'],
  mart.columns.map(({ name, description }) => [code(name), description]),
)}`;
  return `## Published tables and views

The role \`assay_reader\` sees these and nothing else. Read several in one \`repeatable read\` transaction to see one run.

${all.map(one).join('\n\n')}`;
}

export function metricSection({ metrics }: Marts): string {
  const rows = metrics.map(({ name, unit, description, shownIn }) => [
    code(name),
    unit,
    description,
    doors.flatMap((door) => shownIn[door].map((view) => code(`${door}.${view}`))).join(', '),
  ]);
  return `## Metrics\n\nIn \`unified.metric_value\`, each once raw and once clean.\n\n${table(['Metric', 'Unit', 'Meaning', 'Shown in'], rows)}`;
}
