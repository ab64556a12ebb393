/** Inputs given for an org become published spend, margins and targets; what is not given is not measurable, never 0. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { systemActor } from '../../src/model/actor.ts';
import { putInput, takeInputFolder } from '../../src/review/input.ts';
import { metricNeeds, reasonOf } from '../../src/views/metrics.ts';
import { type Published, publishOrg } from './org.ts';

const [una, rita] = ['0055g0000000001AAA', '0055g0000000002AAA'];
const lead = (n: number, source: string, created: string) => [
  `00Q5g00000000${n}AAA`,
  `Person${n}`,
  `Company ${n}`,
  `p${n}@c${n}.example`,
  source,
  `${created}T09:00:00.000Z`,
];

let org: Published;
beforeAll(async () => {
  org = await publishOrg({
    User: [
      ['Id', 'Name', 'IsActive', 'Email', 'ManagerId'],
      [una, 'Una', true, 'una@x.example', ''],
      [rita, 'Rita', true, 'rita@x.example', una],
    ],
    Lead: [
      ['Id', 'LastName', 'Company', 'Email', 'LeadSource', 'CreatedDate'],
      lead(10, 'Web', '2026-01-10'),
      lead(11, 'Web', '2026-01-20'),
      lead(12, 'Web', '2026-02-20'),
      lead(13, 'Event', '2026-04-20'),
    ],
    Campaign: [
      ['Id', 'Name', 'Type', 'StartDate', 'ActualCost'],
      ['7015g0000000001AAA', 'Fair', 'Event', '2026-04-02', 70],
    ],
    ForecastingQuota: [
      ['Id', 'QuotaOwnerId', 'QuotaAmount', 'StartDate'],
      ['0J95g0000000010CAA', rita, 400, '2026-04-01'],
    ],
  });
});
afterAll(() => org.close());

const give = async (name: string, text: string) => {
  const by = systemActor('test');
  await putInput(org.db, { name, file: Buffer.from(text), connectionId: 'default', by }, new Date());
  await org.again();
};
const both = (value: number | null) => [value, value];
const reason = async (metric: string) => reasonOf((await metricNeeds(org.db)).get(metric));

it('without spend its metrics are null and say what they need; costs of campaigns stand in for what channels cost', async () => {
  expect(await org.metric('marketing_and_sales_spend')).toEqual(both(null));
  expect(await reason('marketing_and_sales_spend')).toBe('not measurable: needs spend, by PUT /v1/inputs/spend');
  expect(await org.metric('cost_per_lead', '2026-Q2')).toEqual(both(70));
  expect(await org.metric('quota', '2026-Q2')).toEqual(both(400));
});

it('whatever needs an input that nobody gave has no value in any period, never 0, and says why', async () => {
  const { metrics } = await loadDefinitions();
  const needing = metrics.filter(({ needs }) => 'input:spend' in needs || 'input:margin' in needs);
  expect(needing.length).toBeGreaterThanOrEqual(8);
  for (const { name } of needing) {
    expect(await reason(name), name).toMatch(/^not measurable: /);
    const given = await org.ask(
      `select value from unified.metric_value where metric = '${name}' and value is not null`,
    );
    expect(given, name).toEqual([]);
  }
});

it('spend of some months only counts against the leads of these months, from the very next publication', async () => {
  await give('spend', 'month;channel;amount;kind\n2026-01;Web;100;\n2026-01;;900;other\n2026-04;Event;0;\n');
  expect(await reason('marketing_and_sales_spend')).toBeNull();
  expect(await org.metric('marketing_and_sales_spend', '2026-Q1')).toEqual(both(1000));
  expect(await org.metric('cost_per_lead', '2026-Q1')).toEqual(both(50));
  expect(await org.metric('cost_per_lead', '2026-Q1', 'channel:Web')).toEqual(both(50));
  expect(await org.metric('cost_per_lead', '2026-Q2')).toEqual(both(0));
  expect(await org.metric('cost_per_lead', '2026-02')).toEqual([]);
});

it('targets stand in the place of quotas, by e-mail or id, and those of managers hold those of their team', async () => {
  await give(
    'targets',
    `start,owner,amount,months\n2026-04,RITA@x.example,500,3\n2026-04,${una},900,3\n2026-05,${rita.slice(0, 15)},7,1\n`,
  );
  expect(await org.metric('quota', '2026-Q2', `owner:${rita}`)).toEqual(both(507));
  expect(await org.metric('quota', '2026-Q2', `owner:${una}`)).toEqual(both(900));
  expect(await org.metric('quota', '2026-04')).toEqual([]);
  expect(await org.metric('quota', '2026-05', `owner:${rita}`)).toEqual(both(7));
  await give('targets', 'start,owner,amount\n');
  expect(await org.metric('quota', '2026-Q2')).toEqual(both(400));
});

it('margins hold from their month until the next', async () => {
  await give('margin', 'from;margin\n;70 %\n2026-02;0,8\n');
  expect(
    await org.ask(`select from_on::text, to_on::text, margin::float8 from unified.gross_margin order by 1`),
  ).toEqual([
    { from_on: '-infinity', to_on: '2026-02-01', margin: 0.7 },
    { from_on: '2026-02-01', to_on: 'infinity', margin: 0.8 },
  ]);
});

it('a folder is taken in as far as its files can be read; others are warned of, and what stood still counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-inputs-'));
  await writeFile(join(folder, 'margin.csv'), 'margin\n0.5\n');
  await writeFile(join(folder, 'spend.csv'), 'month,amount\n2026-01,much\n');
  await writeFile(join(folder, 'notes.csv'), 'a,b\n');
  await writeFile(join(folder, 'read.me'), 'no input');
  await takeInputFolder(org.db, folder, new Date());
  const warnings = await org.sync();
  expect(warnings.filter((one) => one.includes('INPUTS_FOLDER'))).toEqual([
    'notes.csv of INPUTS_FOLDER was not taken, and what stood still counts: There is no input "notes"; there are spend, margin, targets, mql, recurring, grace, working_hours.',
    'spend.csv of INPUTS_FOLDER was not taken, and what stood still counts: The CSV of spend is not taken. line 2, column amount: is "much": write a number, like 1234.50.',
  ]);
  expect(await org.ask('select margin::float8 from unified.gross_margin')).toEqual([{ margin: 0.5 }]);
  expect(await org.metric('marketing_and_sales_spend', '2026-Q1')).toEqual(both(1000));
  await rm(folder, { recursive: true });
  await takeInputFolder(org.db, folder, new Date());
  expect((await org.sync()).join()).toContain('cannot be read (ENOENT)');
});
