/**
 * The pipeline of Maven Analytics ("CRM Sales Opportunities": github.com/ikebude/CRM-Sales-Analysis, commit c6c981c8e6a3) by recipe: a
 * deal begins on its engage_date, or, while it has none, on the last day. Prospecting and Engaging are open, what was lost is worth 0. The file states no licence, so it is not
 * here: the rows below are our own, in its shape and with its faults. With MAVEN_PIPELINE, the folder of a copy, the whole is measured too.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

type Line = Record<
  | 'opportunity_id'
  | 'sales_agent'
  | 'product'
  | 'account'
  | 'deal_stage'
  | 'engage_date'
  | 'close_date'
  | 'close_value',
  string
>;
const read = (text: string): Line[] => parse(text, { columns: true });

const extract = `opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
K1,Ada Quist,MG Special,Fernhill,Won,2017-03-01,2017-04-10,1000
K2,Ada Quist,GTX Pro,Oakridge,Won,2017-03-05,2017-05-04,500
K3,Boris Lund,GTX Pro,Fernhill,Won,2017-06-01,2017-08-30,4500
K4,Boris Lund,GTXPro,Saltmarsh,Won,2017-07-01,2017-07-11,50
K5,Ada Quist,MG Special,Oakridge,Lost,2017-04-01,2017-04-15,0
K6,Boris Lund,GTX Pro,Saltmarsh,Lost,2017-08-01,2017-09-01,0
K7,Ada Quist,GTX Pro,Fernhill,Engaging,2017-01-05,,
K8,Boris Lund,MG Special,,Engaging,2017-11-01,,
K9,Ada Quist,GTX Pro,Oakridge,Engaging,2017-12-21,,
K10,Ada Quist,MG Special,,Prospecting,,,
K11,Boris Lund,GTX Pro,Saltmarsh,Prospecting,,,`;

const lastDay = '2017-12-31';
const idOf = (prefix: string, count: number) => `${prefix}5g00000${count.toString(36).padStart(5, '0')}AAA`;

/** Lines of the file as an org. */
function recipe(lines: readonly Line[]): Rows {
  const number = (names: readonly string[]) => new Map([...new Set(names)].map((name, at) => [name, at + 1]));
  const accounts = number(lines.flatMap(({ account }) => (account ? [account] : [])));
  const agents = number(lines.map(({ sales_agent: agent }) => agent));
  return {
    User: [['Id', 'Name', 'IsActive'], ...[...agents].map(([name, at]) => [idOf('005', at), name, true])],
    Account: [
      ['Id', 'Name', 'OwnerId', 'CreatedDate'],
      ...[...accounts].map(([name, at]) => [idOf('001', at), name, idOf('005', 1), '2016-01-01T00:00:00.000Z']),
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate'.split(' '),
      ...lines.map((line, at) => {
        const [isWon, isLost] = [line.deal_stage === 'Won', line.deal_stage === 'Lost'];
        return [
          idOf('006', at + 1),
          line.account ? idOf('001', accounts.get(line.account)!) : '',
          idOf('005', agents.get(line.sales_agent)!),
          `${line.account || 'Unknown'} - ${line.product} ${line.opportunity_id}`,
          line.deal_stage,
          isWon ? 'Closed' : isLost ? 'Omitted' : 'Pipeline',
          isWon || isLost,
          isWon,
          line.close_value,
          line.close_date,
          `${line.engage_date || lastDay}T09:00:00.000Z`,
        ];
      }),
    ],
  };
}

const opened: Published[] = [];
async function published(lines: readonly Line[]): Promise<Published> {
  const one = await publishOrg(recipe(lines), ['default'], { day: lastDay });
  opened.push(one);
  return one;
}
afterAll(() => Promise.all(opened.map((one) => one.close())));
const raw = async (one: Published, name: string) => (await one.metric(name))[0] ?? null;

it('an extract in its shape has the win rate, cycle, velocity and age worked out by hand', async () => {
  const one = await published(read(extract));
  expect(await raw(one, 'won_deals')).toBe(4);
  expect(await raw(one, 'win_rate')).toBeCloseTo(4 / 6, 9);
  expect(await raw(one, 'win_rate_value')).toBe(1);
  // The product that is spelt otherwise drops out of no sum.
  expect(await raw(one, 'bookings')).toBe(6050);
  expect(await raw(one, 'average_deal')).toBe(1512.5);
  // 40, 60, 90 and 10 days.
  expect(await raw(one, 'cycle_days')).toBe(50);
  expect(await raw(one, 'cycle_days_median')).toBe(50);
  // Six closed, two thirds won, 1,512.50 each, in 50 days; and of five open ones the same.
  expect(await raw(one, 'velocity_closed')).toBeCloseTo(121, 9);
  expect(await raw(one, 'open_deals')).toBe(5);
  expect(await raw(one, 'velocity_open')).toBeCloseTo((5 * (4 / 6) * 1512.5) / 50, 9);
  // 360, 60 and 10 days, and two of today.
  expect(await raw(one, 'open_days')).toBe(86);
  expect(await raw(one, 'open_deals_without_amount')).toBe(5);
});

const folder = process.env['MAVEN_PIPELINE'];
it.skipIf(!folder)(
  'the whole file is what its rows add up to',
  async () => {
    const lines = read(await readFile(join(folder!, 'sales_pipeline.csv'), 'utf8'));
    const one = await published(lines);
    const of = (stage: string) => lines.filter(({ deal_stage: at }) => at === stage);
    const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const cycle = mean(of('Won').map((line) => days(line.engage_date, line.close_date)));
    const average = mean(of('Won').map((line) => Number(line.close_value)));
    expect(await raw(one, 'won_deals')).toBe(4238);
    expect(await raw(one, 'win_rate')).toBeCloseTo(0.6315, 4);
    expect(await raw(one, 'bookings')).toBe(10_005_534);
    expect(await raw(one, 'cycle_days')).toBeCloseTo(cycle, 6);
    const closed = 4238 + of('Lost').length;
    expect(await raw(one, 'velocity_closed')).toBeCloseTo((closed * (4238 / closed) * average) / cycle, 4);
    const ages = [...of('Engaging'), ...of('Prospecting')].map((line) => days(line.engage_date || lastDay, lastDay));
    expect(await raw(one, 'open_days')).toBeCloseTo(mean(ages), 6);
    // All are deals of their own: clean has as many.
    expect(await one.metric('won_deals')).toEqual([4238, 4238]);
  },
  600_000,
);
