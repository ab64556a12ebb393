/** Every metric of config/metrics measures its own examples in the published tables of a real PostgreSQL. */
import sql, { join, raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db, Transaction } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { stepsOf } from '../../src/metrics/plan.ts';
import { facts } from '../../src/metrics/read-facts.ts';
import type { MetricDefinition, MetricExample } from '../../src/model/metric.ts';
import { inputsOf } from '../../src/metrics/derive.ts';
import { mergeRows } from '../../src/pipeline/publish/materialise.ts';
import { storedMart } from '../../src/pipeline/publish/metric-mart.ts';
import { testDatabase } from '../database.ts';
import { emptyPublished } from '../metrics/empty-published.ts';

const definitions = await loadDefinitions();
const steps = stepsOf(definitions.metrics, facts);
let db: Db;
let columns: Map<string, { name: string; type: string; isKey: boolean }[]>;

beforeAll(async () => {
  db = await testDatabase();
  columns = await emptyPublished(db, definitions);
});
afterAll(() => db.close());

/** The steps that measure a metric and what it is made of. */
function stepsFor(name: string): typeof steps {
  const wanted = new Set([name]);
  const metricNamed = new Map(definitions.metrics.map((metric) => [metric.name, metric]));
  for (const one of wanted) for (const input of inputsOf(metricNamed.get(one)!)) wanted.add(input);
  return steps.filter(({ names }) => names.some((one) => wanted.has(one)));
}

async function fill(tx: Transaction, rows: MetricExample['rows']): Promise<void> {
  let count = 0;
  for (const [table, list] of Object.entries(rows)) {
    const known = columns.get(table);
    if (!known) throw new Error(`there is no table unified.${table}`);
    const { blank = {}, alike = {} } = facts.find(({ from }) => from === table) ?? {};
    for (const row of list) {
      const unknown = Object.keys(row).filter((name) => !known.some((column) => column.name === name));
      expect(unknown, `columns of ${table} that are not there`).toEqual([]);
      count += 1;
      const ids = known
        .filter(({ isKey, type }) => isKey && type === 'text')
        .map(({ name }) => [name, `${name}-${count}`]);
      const same = Object.entries(alike).map(([name, other]) => [name, row[other]]);
      const whole = {
        ...Object.fromEntries(ids),
        connection_id: 'default',
        ...blank,
        ...Object.fromEntries(same),
        ...row,
      };
      const given = known.filter(({ name }) => name in whole);
      const values = given.map(
        ({ name, type }) => sql`${(whole as Record<string, unknown>)[name] ?? null}::${raw(type)}`,
      );
      await tx.query(sql`insert into ${identifier('unified', table)}
        (${join(given.map(({ name }) => identifier(name)))}) values (${join(values)})`);
    }
  }
}

const undone = new Error('undone');

async function measured({ rows, gives }: MetricExample, metric: MetricDefinition): Promise<unknown[]> {
  const found: unknown[] = [];
  const work = db.transaction(async (tx) => {
    await tx.query(sql`select set_config('assay.as_of', '2026-06-01', true)`);
    await fill(tx, rows);
    for (const step of stepsFor(metric.name)) {
      await mergeRows(tx, storedMart([step]), sql`t.step = ${step.name}`);
    }
    for (const { period, slice } of gives) {
      const values = await tx.query<{
        basis: string;
        value: string | null;
      }>(sql`select basis, value from unified.metric_value
        where metric = ${metric.name} and period = ${period} and slice = ${slice}`);
      const of = (basis: string) => {
        const value = values.find((one) => one.basis === basis)?.value ?? null;
        return value === null ? null : Number(Number(value).toFixed(6));
      };
      found.push({ period, slice, raw: of('raw'), clean: of('clean') });
    }
    throw undone;
  });
  await work.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found;
}

const rounded = (value: number | null) => (value === null ? null : Number(value.toFixed(6)));

describe.each(definitions.metrics)('$name', (metric) => {
  it.each(metric.examples)('$says', async (example) => {
    const gives = example.gives.map((one) => ({ ...one, raw: rounded(one.raw), clean: rounded(one.clean) }));
    expect(await measured(example, metric)).toEqual(gives);
  });
});
