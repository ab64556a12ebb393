/**
 * Terms that customers pay for become a walk of their recurring revenue: every month closes to the cent, a change is of one
 * category, and retention never counts a customer for more than they paid.
 */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { type Mart, readMarts } from '../../src/marts/read.ts';
import { stepsOf } from '../../src/metrics/plan.ts';
import { facts } from '../../src/metrics/read-facts.ts';
import { mergeRows, mergeTable } from '../../src/pipeline/publish/materialise.ts';
import { storedMart } from '../../src/pipeline/publish/metric-mart.ts';
import { testDatabase } from '../database.ts';
import { emptyPublished } from '../metrics/empty-published.ts';

const definitions = await loadDefinitions();
const step = stepsOf(definitions.metrics, facts).find(({ names }) => names.includes('net_revenue_retention'))!;
let db: Db;
let mart: Mart;
beforeAll(async () => {
  db = await testDatabase();
  await emptyPublished(db, definitions);
  mart = (await readMarts()).tables.find(({ name }) => name === 'fct_account_month')!;
});
afterAll(() => db.close());

/** A term of whole months, in cents a month. */
type Term = { customer: string; from: string; months: number; cents: number };
type Figures = Record<
  'opening' | 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation' | 'closing' | 'closing_year_ago',
  number
>;
type Month = Figures & { customer: string; month: string };

const asOf = '2026-06-15';

/** As the mart says it, in cents, and what the metrics make of it. */
async function walked(terms: readonly Term[]) {
  const undone = new Error('undone');
  let found: { months: Month[]; retention: { metric: string; period: string; value: number }[] } | undefined;
  const work = db.transaction(async (tx) => {
    await tx.query(sql`select set_config('assay.as_of', ${asOf}, true)`);
    for (const [n, { customer, from, months, cents }] of terms.entries())
      await tx.query(sql`insert into unified.fct_revenue (connection_id, revenue_id, object, account_id, customer_key, start_on,
          term_months, is_renewal, amount, amount_counted, currency, counts_in_clean)
        values ('default', ${String(n)}, 'OrderItem', ${customer}, ${customer}, ${`${from}-01`}::date, ${months}, false,
          ${(cents * months) / 100}::numeric, ${(cents * months) / 100}::numeric, 'USD', true)`);
    await mergeTable(tx, mart);
    const rows = await tx.query<
      Record<string, string>
    >(sql`select customer_key as customer, to_char(month, 'YYYY-MM') as month,
      (opening * 100)::float8 as opening, (new * 100)::float8 as new, (expansion * 100)::float8 as expansion,
      (contraction * 100)::float8 as contraction, (churn * 100)::float8 as churn, (reactivation * 100)::float8 as reactivation,
      (closing * 100)::float8 as closing, (closing_year_ago * 100)::float8 as closing_year_ago
      from unified.fct_account_month where are_accounts_joined and are_deals_joined order by 1, 2`);
    await mergeRows(tx, storedMart([step]), sql`t.step = ${step.name}`);
    const retention = await tx.query<{ metric: string; period: string; value: number }>(sql`
      select metric, period, value::float8 as value from unified.metric_measured where dimension = 'all' and basis = 'clean'
        and metric in ('net_revenue_retention', 'gross_revenue_retention') and value is not null order by 1, 2`);
    found = { months: rows as unknown as Month[], retention };
    throw undone;
  });
  await work.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found!;
}

const monthOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
const textOf = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
const last = monthOf(asOf);

type Category = (typeof categories)[number];

/** The rules of dbt-labs' mrr-playbook, in words of our own: a spine of months for each customer, and one category a month. */
function byPlaybook(
  terms: readonly Term[],
): Map<string, { category: Category | null; change: number; closing: number }> {
  const result = new Map<string, { category: Category | null; change: number; closing: number }>();
  for (const [customer, own] of Map.groupBy(terms, (term) => term.customer)) {
    const paid = (month: number) =>
      own
        .filter(({ from, months }) => month >= monthOf(from) && month < monthOf(from) + months)
        .reduce((sum, { cents }) => sum + cents, 0);
    const first = Math.min(...own.map(({ from }) => monthOf(from)));
    for (let month = first; month <= last; month += 1) {
      const [before, now] = [month === first ? 0 : paid(month - 1), paid(month)];
      const category =
        month === first
          ? 'new'
          : now === 0 && before > 0
            ? 'churn'
            : now > 0 && before === 0
              ? 'reactivation'
              : now > before
                ? 'expansion'
                : now < before
                  ? 'contraction'
                  : null;
      result.set(`${customer} ${textOf(month)}`, { category, change: now - before, closing: now });
    }
  }
  return result;
}

const categories = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const;

function agrees(months: readonly Month[], terms: readonly Term[]): void {
  const expected = byPlaybook(terms);
  for (const one of months) {
    const { category, change, closing } = expected.get(`${one.customer} ${one.month}`)!;
    const round = (value: number) => Math.round(value * 1e4) / 1e4;
    expect(round(one.closing), `${one.customer} ${one.month}`).toBe(closing);
    expect(round(one.opening + one.new + one.expansion + one.reactivation - one.contraction - one.churn)).toBe(closing);
    const others: string[] = categories.filter((name) => one[name] !== 0);
    expect(others, `${one.customer} ${one.month}`).toEqual(category === null ? [] : [category]);
    if (category) expect(round(one[category])).toBe(Math.abs(change));
  }
  const shown = new Set(months.map(({ customer, month }) => `${customer} ${month}`));
  const missed = [...expected].filter(([key, { category }]) => category !== null && !shown.has(key));
  expect(missed).toEqual([]);
}

describe('a small extract in the shape of the subscription periods of mrr-playbook', () => {
  const terms: Term[] = [
    // Upgraded in the middle of the year, then gone.
    { customer: 'c1', from: '2025-01', months: 3, cents: 5000 },
    { customer: 'c1', from: '2025-04', months: 3, cents: 7500 },
    // Paused for two months, came back for less.
    { customer: 'c2', from: '2025-02', months: 2, cents: 7500 },
    { customer: 'c2', from: '2025-06', months: 24, cents: 2000 },
    // Downgraded.
    { customer: 'c3', from: '2025-03', months: 2, cents: 9900 },
    { customer: 'c3', from: '2025-05', months: 30, cents: 4900 },
  ];
  it('has the categories the playbook gives', async () => {
    const { months } = await walked(terms);
    agrees(months, terms);
    const of = (customer: string, month: string) =>
      months.find((one) => one.customer === customer && one.month === month);
    expect(of('c1', '2025-04')).toMatchObject({ opening: 5000, expansion: 2500, closing: 7500 });
    expect(of('c1', '2025-07')).toMatchObject({ opening: 7500, churn: 7500, closing: 0 });
    expect(of('c2', '2025-06')).toMatchObject({ opening: 0, reactivation: 2000, new: 0 });
    expect(of('c3', '2025-05')).toMatchObject({ opening: 9900, contraction: 5000, closing: 4900 });
  });
  it('retention of a year is what they still pay: nothing of who left, less of who paid less', async () => {
    const { retention } = await walked(terms);
    const of = (metric: string, period: string) =>
      retention.find((one) => one.metric === metric && one.period === period)?.value;
    // In May 2025 c1 paid 75 and c3 49; a year later c3 alone.
    expect(of('gross_revenue_retention', '2026-05')).toBeCloseTo(49 / 124, 9);
    expect(of('net_revenue_retention', '2026-05')).toBeCloseTo(49 / 124, 9);
    // A quarter that runs stands as of this month; April 2025 is not asked for in it.
    expect(of('net_revenue_retention', '2026-Q2')).toBeCloseTo((20 + 49) / (75 + 20 + 49), 9);
  });
});

it('any terms: the walk closes, one category a month, and GRR is at most 1 and at most NRR', async () => {
  const term = fc.record({
    customer: fc.constantFrom('a', 'b', 'c'),
    from: fc.integer({ min: monthOf('2024-01'), max: last }).map(textOf),
    months: fc.integer({ min: 1, max: 18 }),
    cents: fc.integer({ min: 1, max: 10_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 8 }), async (terms) => {
      const { months, retention } = await walked(terms);
      agrees(months, terms);
      const byPeriod = Map.groupBy(retention, ({ period }) => period);
      for (const [period, values] of byPeriod) {
        const of = (metric: string) => values.find((one) => one.metric === metric)!.value;
        const [grr, nrr] = [of('gross_revenue_retention'), of('net_revenue_retention')];
        expect(grr, period).toBeLessThanOrEqual(1 + 1e-9);
        expect(grr, period).toBeLessThanOrEqual(nrr + 1e-9);
      }
    }),
    { numRuns: 25 },
  );
});
