/** The marts of src/marts become pages of the reference: what can be queried, at which grain, and what each metric means. */
import { doors, type Mart, type Marts } from '../marts/read.ts';
import { metricViews, metricDefinitionMart, metricMart } from '../pipeline/publish/metric-mart.ts';
import { code, page, table, wrap } from './markdown.ts';

export function tablePage({ tables, basis, metrics, views }: Marts): string {
  const all = [
    ...tables,
    metricDefinitionMart(metrics),
    metricMart(metrics),
    ...basis,
    ...metricViews(metrics),
    ...views,
  ];
  const one = (mart: Mart) => `## ${mart.schema}.${mart.name}

${wrap(`One row: ${mart.grain}.${mart.key.length > 0 ? ` Key: ${mart.key.map(code).join(', ')}.` : ''}`)}

${table(
  ['Column', 'Description'],
  mart.columns.map(({ name, description }) => [code(name), description]),
)}`;
  return page(
    'Published tables and views',
    'The role `assay_reader` sees these and nothing else. Read several in one `repeatable read` transaction, so that all show the same run.',
    all.map(one),
  );
}

export function metricPage({ metrics }: Marts): string {
  const one = ({ name, unit, description, shownIn }: Marts['metrics'][number]) => {
    const views = doors.flatMap((door) => shownIn[door].map((view) => code(`${door}.${view}`))).join(', ');
    return `## ${name}\n\n${wrap(`${description}. Unit: ${unit}. In ${views}.`)}`;
  };
  return page(
    'Metrics',
    'Each metric is in `unified.metric_value` twice: `raw` as Salesforce counts, and `clean` with duplicates counted once.',
    metrics.map(one),
  );
}
