/** The seeded org in three currencies, with targets in the place of quotas: the numbers planted in it are the same, and so are those of clean. */
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
  folder = await mkdtemp(join(tmpdir(), 'assay-currencies-'));
  await writeSeededOrg(folder, {
    seed: 5,
    accounts: 500,
    asOf: new Date(`${day}T00:00:00Z`),
    hasCurrencies: true,
  });
  org = await publishFolder(folder, ['default'], { day, inputs: join(folder, 'inputs') });
}, 600_000);
afterAll(async () => {
  await org.close();
  await rm(folder, { recursive: true });
}, 60_000);

it('what is planted in dollars is measured in dollars, whatever a company pays in', async () => {
  const rows = (await org.ask(`select metric, period, value::float8 as value from unified.metric_value
    where dimension = 'all' and basis = 'clean'`)) as { metric: string; period: string; value: number | null }[];
  const clean = new Map(rows.map(({ metric, period, value }) => [`${metric} ${period}`, value]));
  const isNear = (value: number | null | undefined, right: number) =>
    typeof value === 'number' && Math.abs(value - right) <= 0.005 * Math.abs(right);
  const off = (await read('truth_metrics'))
    .map(({ metric, period, value }) => ({ name: `${metric} ${period}`, value: Number(value) }))
    .filter(({ name, value }) => !isNear(clean.get(name), value))
    .map(({ name, value }) => `${name}: ${value} planted, ${clean.get(name)} measured`);
  expect(off).toEqual([]);
});

it('a sum of what the records say would be another number', async () => {
  const deals = await read('Opportunity');
  const currencies = new Set(deals.map(({ CurrencyIsoCode }) => CurrencyIsoCode));
  expect([...currencies].sort()).toEqual(['EUR', 'GBP', 'USD']);
  const won = deals.filter(({ IsWon }) => IsWon === 'true');
  const added = won.reduce((sum, { Amount }) => sum + Number(Amount), 0);
  const [raw] = await org.metric('bookings');
  expect(Math.abs(added - raw!) / raw!).toBeGreaterThan(0.01);
  const targets = await org.ask(`select distinct forecasting_type_id, currency from unified.fct_quota`);
  expect(targets).toEqual([{ forecasting_type_id: 'target', currency: 'USD' }]);
});
