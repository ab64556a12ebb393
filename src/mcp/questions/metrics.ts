/** Questions about numbers: what is measured, how it is defined, its values, and why raw and clean differ. */
import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Queryable } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import type { MetricDefinition } from '../../model/metric.ts';
import { listBridge, listMetricValues, metricNeeds, metricReceipt, reasonOf } from '../../views/metrics.ts';
import { type Answered, type Asking, defineQuestion, marked, whole } from '../question.ts';

const metricName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,79}$/)
  .describe('Name of a metric, as which_metrics_are_there lists it');
const where = {
  metric: metricName,
  period: z
    .string()
    .regex(/^[A-Za-z0-9-]{3,12}$/)
    .default('all')
    .describe('all, or a period by name: 2026, 2026-Q1, 2026-01, FY2027-Q1'),
  dimension: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,79}$/)
    .default('all')
    .describe('all for the total, else what to cut by, such as owner, team or account'),
  key: z.string().min(1).max(200).optional().describe('One key of the dimension, such as the id of a user'),
};
/** Rows read at once; whether they fit is for the budget to say. */
const most = 2_000;

function metricNamed({ definitions }: Asking, name: string): MetricDefinition {
  const found = definitions.metrics.find((one) => one.name === name);
  if (found) return found;
  throw new DomainError('not-found', `There is no metric ${name}. Ask which_metrics_are_there.`);
}

export async function publication(db: Queryable): Promise<Record<string, unknown>> {
  const [row] = await db.query<{ run_id: string; published_at: Date; generation: string }>(sql`/* mcp.publication */
    select run_id, published_at, generation from unified.publication order by generation desc limit 1`);
  return row
    ? { runId: row.run_id, asOf: row.published_at.toISOString(), generation: Number(row.generation) }
    : { asOf: null };
}

/** What the values of a metric rest on; of everything that was published. */
async function receiptOf(db: Queryable, metric: string): Promise<Record<string, unknown>> {
  return { ...(await publication(db)), ...(await metricReceipt(db, metric)) };
}

function rests(answer: unknown, { because, ...receipt }: Record<string, unknown>): Answered {
  const complete = receipt.complete === 'yes' || receipt.complete === 'no' ? receipt.complete : 'unknown';
  return { answer, receipt, complete, because: (because as string | null) ?? null };
}

const tooMany = (answer: object, receipt: Record<string, unknown>): Answered => ({
  answer,
  receipt,
  complete: 'no',
  because: `There are more than ${most} rows, and none is given. Ask for one key, or another dimension.`,
});

export const whichMetrics = defineQuestion({
  name: 'which_metrics_are_there',
  title: 'Which metrics are there?',
  description: 'Lists every metric by name, with its unit and whether it can be measured in this org. Ask this first.',
  scope: 'data:read',
  input: z.strictObject({}),
  async ask({ db, definitions }) {
    const needs = await metricNeeds(db);
    const metrics = definitions.metrics.map(({ name, title, unit }) => {
      const reason = reasonOf(needs.size > 0 ? (needs.get(name) ?? []) : undefined);
      return { name, title, unit, ...(reason === null ? {} : { notMeasurable: reason }) };
    });
    return whole({ metrics }, await publication(db));
  },
});

export const whatIsAMetric = defineQuestion({
  name: 'how_is_a_metric_defined',
  title: 'How is a metric defined?',
  description: 'The definition of one metric: what it counts, by which day, cut by what, what it needs of Salesforce.',
  scope: 'data:read',
  input: z.strictObject({ metric: metricName }),
  async ask(asking, { metric }) {
    const { examples, needs: _needs, ...definition } = metricNamed(asking, metric);
    const needs = (await metricNeeds(asking.db)).get(metric) ?? [];
    const answer = { ...definition, needs, examples: examples.map(({ says }) => says) };
    return rests(answer, await receiptOf(asking.db, metric));
  },
});

export const whatIsTheValue = defineQuestion({
  name: 'what_is_the_value_of_a_metric',
  title: 'What is the value of a metric?',
  description:
    'Values of one metric, raw (as Salesforce counts) and clean (duplicates counted once), in one period, as a total or cut by a dimension. Give the clean value unless asked otherwise, and say how far the receipt says it is complete.',
  scope: 'data:read',
  input: z.strictObject({ ...where, basis: z.enum(['raw', 'clean', 'both']).default('both') }),
  async ask(asking, { metric, basis, ...filter }) {
    const { unit, title } = metricNamed(asking, metric);
    const asked = { ...filter, metric, basis: basis === 'both' ? undefined : basis, withNames: asking.mayNames };
    const { data, next } = await listMetricValues(asking.db, asked, { limit: most, after: null });
    const receipt = await receiptOf(asking.db, metric);
    type Row = {
      basis: string;
      key: string;
      keyName: string | null;
      value: number | null;
      n: number;
      connectionId: string;
    };
    const rows = (data as Row[]).map(({ basis: of, key, keyName, value, n, connectionId }) => ({
      basis: of,
      ...(filter.dimension === 'all'
        ? {}
        : { key: marked(key), keyName: keyName === null ? null : marked(keyName), connectionId }),
      value,
      n,
    }));
    const answer = { metric, title, unit, period: filter.period, dimension: filter.dimension, rows };
    if (next !== null) return tooMany({ ...answer, rows: [] }, receipt);
    if (rows.every(({ value }) => value === null)) {
      const needs = await metricNeeds(asking.db);
      const reason =
        reasonOf(needs.size > 0 ? (needs.get(metric) ?? []) : undefined) ?? 'there is no value for this period and key';
      return { answer, receipt, complete: 'unknown', because: `${reason}. It is not zero: it is not known.` };
    }
    return rests(answer, receipt);
  },
});

export const whyRawAndClean = defineQuestion({
  name: 'why_do_raw_and_clean_differ',
  title: 'Why do raw and clean differ?',
  description:
    'The way from the raw value of a metric to the clean one, step by step (copies of accounts, people and deals, missing links). The steps add up exactly; steps that change nothing are left out.',
  scope: 'data:read',
  input: z.strictObject(where),
  async ask(asking, { metric, ...filter }) {
    metricNamed(asking, metric);
    const page = { limit: most, after: null };
    const values = await listMetricValues(asking.db, { ...filter, metric, withNames: asking.mayNames }, page);
    const bridge = await listBridge(asking.db, { ...filter, metric }, page);
    type Value = { basis: string; key: string; value: number | null; valueIfMerged: number | null };
    type Step = { step: string; key: string; delta: number | null; alone: number | null; nDelta: number };
    const answer = {
      metric,
      ...filter,
      values: (values.data as Value[]).map(({ basis, key, value, valueIfMerged }) => ({
        basis,
        key: marked(key),
        value,
        ...(basis === 'clean' ? { ifAllPairsInReviewWereMerged: valueIfMerged } : {}),
      })),
      steps: (bridge.data as Step[]).map(({ step, key, delta, alone, nDelta }) => ({
        step,
        key: marked(key),
        delta,
        alone,
        records: nDelta,
      })),
    };
    if (values.next !== null || bridge.next !== null)
      return tooMany({ ...answer, values: [], steps: [] }, await receiptOf(asking.db, metric));
    return rests(answer, await receiptOf(asking.db, metric));
  },
});
