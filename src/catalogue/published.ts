/** The marts of src/marts become pages of the reference: what can be queried, at which grain, and what each metric means. */
import type { Mart, Marts } from '../marts/read.ts';
import { stepsOf } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import { doors, type MetricDefinition } from '../model/metric.ts';
import { emptyBandMart } from '../pipeline/publish/band.ts';
import { emptyBridgeMart } from '../pipeline/publish/bridge.ts';
import {
  availabilityMart,
  measuredView,
  metricDefinitionMart,
  metricValueView,
  metricViews,
  storedMart,
} from '../pipeline/publish/metric-mart.ts';
import { receiptView } from '../pipeline/publish/receipt-mart.ts';
import { code, list, page, table, wrap } from './markdown.ts';

export function tablePage({ tables, plain, views }: Marts, metrics: readonly MetricDefinition[]): string {
  const all = [
    ...tables,
    metricDefinitionMart(metrics),
    availabilityMart(metrics, []),
    receiptView([]),
    emptyBridgeMart,
    emptyBandMart,
    storedMart(stepsOf(metrics, facts).slice(0, 1)),
    measuredView(stepsOf(metrics, facts)),
    metricValueView,
    ...plain,
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

export function metricPage(metrics: readonly MetricDefinition[]): string {
  const one = ({ name, title, unit, description, doors: shownIn, dimensions, needs, examples }: MetricDefinition) => {
    const views = doors.flatMap((door) => (shownIn[door] ?? []).map((view) => code(`${door}.${view}`))).join(', ');
    const cuts = ['org', ...dimensions].map(code).join(', ');
    const needed = Object.entries(needs).map(([object, fields]) => `${object} (${fields.map(code).join(', ')})`);
    return `## ${name}

${wrap(`${title}: ${description}. Unit: ${unit}. In ${views}. By ${cuts}.`)}

${wrap(`Needs ${needed.join(', ')}.`)}

${list(examples.map(({ says }) => `Example: ${says}.`))}`;
  };
  return page(
    'Metrics',
    'Each metric is in `unified.metric_value` twice: `raw` as Salesforce counts, and `clean` with duplicates counted once.',
    metrics.map(one),
  );
}
