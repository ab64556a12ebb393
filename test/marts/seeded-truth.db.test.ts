/** A seeded org knows its own numbers: the clean ones come within half a per cent of them, and what belongs together adds up. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishFolder } from './org.ts';

type Row = Record<string, string>;

const day = '2026-11-20';
let folder: string;
let org: Published;
const read = async (name: string): Promise<Row[]> =>
  parse(await readFile(join(folder, `${name}.csv`)), { columns: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-truth-'));
  await writeSeededOrg(folder, { seed: 5, accounts: 500, asOf: new Date(`${day}T00:00:00Z`) });
  org = await publishFolder(folder, ['default'], { day, inputs: join(folder, 'inputs') });
}, 600_000);
afterAll(async () => {
  await org.close();
  await rm(folder, { recursive: true });
}, 60_000);

/** Values of the whole org by `metric period`. */
async function measured(basis: 'raw' | 'clean'): Promise<Map<string, number | null>> {
  const rows = (await org.ask(`select metric, period, value::float8 as value from unified.metric_value
    where dimension = 'all' and basis = '${basis}'`)) as { metric: string; period: string; value: number | null }[];
  return new Map(rows.map(({ metric, period, value }) => [`${metric} ${period}`, value]));
}
const isNear = (value: number | null | undefined, right: number) =>
  value !== null && value !== undefined && Math.abs(value - right) <= 0.005 * Math.abs(right);

it('clean is within half a per cent of what is planted, over all time, by year and by quarter', async () => {
  const truth = await read('truth_metrics');
  const clean = await measured('clean');
  const off = truth
    .map(({ metric, period, value }) => ({ name: `${metric} ${period}`, value: Number(value) }))
    .filter(({ name, value }) => !isNear(clean.get(name), value))
    .map(({ name, value }) => `${name}: ${value} planted, ${clean.get(name)} measured`);
  expect(off).toEqual([]);
  expect(new Set(truth.map(({ metric }) => metric)).size).toBeGreaterThanOrEqual(46);
});

it('raw is further from it, where records lie: the test above is not won by doing nothing', async () => {
  const truth = await read('truth_metrics');
  const raw = await measured('raw');
  const off = new Set(
    truth
      .filter(({ metric, period, value }) => !isNear(raw.get(`${metric} ${period}`), Number(value)))
      .map(({ metric }) => metric),
  );
  for (const metric of [
    'bookings',
    'customers',
    'leads',
    'credited_amount',
    'active_customers',
    'net_revenue_retention',
  ])
    expect(off, metric).toContain(metric);
  expect(off).not.toContain('quota');
});

it('raw is what the records say, added up by hand', async () => {
  const [deals, splits, leads, cases] = await Promise.all(
    ['Opportunity', 'OpportunitySplit', 'Lead', 'Case'].map((name) => read(name)),
  );
  const types = new Map((await read('OpportunitySplitType')).map((type) => [type.Id, type]));
  const raw = await measured('raw');
  const inQuarter = (on: string | undefined) => on !== undefined && on >= '2026-07-01' && on < '2026-10-01';
  const won = deals!.filter((deal) => deal.IsWon === 'true');
  const isWonInQuarter = new Set(won.filter((deal) => inQuarter(deal.CloseDate)).map((deal) => deal.Id));
  const sum = (rows: Row[], field: string) => rows.reduce((total, row) => total + Number(row[field]), 0);
  const right = {
    'bookings all': sum(won, 'Amount'),
    'bookings 2026-Q3': sum(
      deals!.filter(({ Id }) => isWonInQuarter.has(Id)),
      'Amount',
    ),
    'credited_amount 2026-Q3': sum(
      splits!.filter(
        (split) => isWonInQuarter.has(split.OpportunityId) && types.get(split.SplitTypeId)?.IsTotalValidated === 'true',
      ),
      'SplitAmount',
    ),
    'open_pipeline all': sum(
      deals!.filter((deal) => deal.IsClosed === 'false'),
      'Amount',
    ),
    'inquiries 2026-Q3': leads!.filter((lead) => inQuarter(lead.CreatedDate)).length,
    'customers all': new Set(won.map((deal) => deal.AccountId)).size,
    'cases 2026-Q3': cases!.filter((one) => inQuarter(one.CreatedDate)).length,
  };
  for (const [name, value] of Object.entries(right)) expect(raw.get(name), name).toBeCloseTo(value, 2);
});

it('no metric of the org is without a value in every period', async () => {
  const without = await org.ask(`select d.metric from unified.metric_definition d where not exists (
    select from unified.metric_value v where v.metric = d.metric and v.value is not null)`);
  expect(without).toEqual([]);
});

it('what is kept is never more than all, and never more than what is kept with expansion', async () => {
  const wrong = await org.ask(`select g.basis, g.period, g.value, n.value as net from unified.metric_value g
    join unified.metric_value n using (basis, period_kind, period, dimension, connection_id, key)
    where g.metric = 'gross_revenue_retention' and n.metric = 'net_revenue_retention' and g.value > least(1, n.value)`);
  expect(wrong).toEqual([]);
});

it('the walk of recurring revenue closes in every month, raw and clean', async () => {
  for (const basis of ['raw', 'clean'] as const) {
    const of = await measured(basis);
    const value = (name: string, month: string) => of.get(`recurring_revenue${name} ${month}`) ?? 0;
    const months = [...of.keys()].flatMap((key) => /^recurring_revenue (\d{4}-\d\d)$/.exec(key)?.[1] ?? []).sort();
    expect(months.length).toBeGreaterThan(50);
    for (const [at, month] of months.entries()) {
      if (at === 0) continue;
      const walked =
        value('', months[at - 1]!) +
        value('_new', month) +
        value('_expansion', month) +
        value('_reactivated', month) -
        value('_contraction', month) -
        value('_churned', month);
      expect(value('', month), `${basis} ${month}`).toBeCloseTo(walked, 4);
    }
  }
});

it('the weights of each way of crediting a deal are one deal', async () => {
  const wrong =
    await org.ask(`select by_person, connection_id, opportunity_id, model, sum(weight) from unified.fct_attribution
    group by by_person, connection_id, opportunity_id, model having abs(sum(weight) - 1) > 1e-5`);
  expect(wrong).toEqual([]);
});

it('the steps of each bridge add up to clean less raw, in every period and slice', async () => {
  const key = 'metric, period_kind, period, dimension, connection_id, key';
  const wrong = await org.ask(`with bridge as materialized (
      select ${key}, sum(delta) as steps from unified.metric_bridge group by ${key}
    ),
    value as materialized (
      select ${key}, max(value) filter (where basis = 'clean') - max(value) filter (where basis = 'raw') as whole,
        max(abs(value)) as size
      from unified.metric_value group by ${key}
    )
    select * from bridge join value using (${key}) where abs(steps - whole) > 1e-6 * greatest(1, size) limit 5`);
  expect(wrong).toEqual([]);
}, 120_000);
