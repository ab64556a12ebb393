/** What is published is held against what Salesforce itself counts, within the limits of its aggregate queries. */
import { expect, it } from 'vitest';
import { publishOrg, type Rows } from '../marts/org.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';

const una = '0055g0000000001AAA';
const words = (text: string) => text.split(' ');
const id = (prefix: string, serial: number) => `${prefix}5g000000${String(serial).padStart(4, '0')}AAA`;
const header = words('Id OwnerId Name StageName Amount IsClosed CloseDate');
const deal = (serial: number, amount: number | '', stage = 'Talk', owner = una, close = '2026-12-01') => [
  id('006', serial),
  owner,
  `Order ${serial}`,
  stage,
  amount,
  false,
  close,
];
const three: Rows = {
  Opportunity: [header, deal(1, 10.1), deal(2, '', 'Quote', una, '2027-01-31'), deal(3, 20.2)],
};
const differences = `select dimension, value, salesforce_count::int as theirs, raw_count::int as ours, round(salesforce_amount, 2)::float8 as their_amount,
  raw_amount::float8 as our_amount from unified.reconciliation where not is_equal order by dimension, value`;

it('both sides are the same by stage, owner and month, and stay so after a night of changes', async () => {
  const org = await publishOrg(three);
  expect(org.warnings).toEqual([]);
  const groups = `select dimension, value, raw_count::int as n, raw_amount::float8 as amount, is_equal from unified.reconciliation order by 1, 2`;
  expect(await org.ask(groups)).toEqual([
    { dimension: 'month', value: '2026-12-01', n: 2, amount: 30.3, is_equal: true },
    { dimension: 'month', value: '2027-01-01', n: 1, amount: null, is_equal: true },
    { dimension: 'owner', value: una, n: 3, amount: 30.3, is_equal: true },
    { dimension: 'stage', value: 'Quote', n: 1, amount: null, is_equal: true },
    { dimension: 'stage', value: 'Talk', n: 2, amount: 30.3, is_equal: true },
  ]);
  await org.change(
    { op: 'update', sobject: 'Opportunity', id: id('006', 1), fields: { Amount: 15, StageName: 'Quote' } },
    { op: 'delete', sobject: 'Opportunity', id: id('006', 3) },
  );
  expect(await org.sync('2026-11-21')).toEqual([]);
  expect(await org.ask(`select count(*)::int as n from unified.reconciliation where is_equal`)).toEqual([{ n: 4 }]);
  await org.close();
}, 60_000);

it('a deal that is published otherwise is a difference: a warning now, and a row that stays', async () => {
  const org = await publishOrg(three);
  await org.ask(
    `update unified.fct_opportunity set amount_record = 99, stage_name = 'Lost' where opportunity_id = '${id('006', 1)}'`,
  );
  const { warnings } = await org.run(reconcile);
  expect(warnings).toEqual([
    expect.stringMatching(/Salesforce has \d worth .*Run a full sync/),
    '4 groups of deals differ from Salesforce; unified.reconciliation lists them.',
  ]);
  expect(await org.ask(differences)).toEqual([
    { dimension: 'month', value: '2026-12-01', theirs: 2, ours: 2, their_amount: 30.3, our_amount: 119.2 },
    { dimension: 'owner', value: una, theirs: 3, ours: 3, their_amount: 30.3, our_amount: 119.2 },
    { dimension: 'stage', value: 'Lost', theirs: 0, ours: 1, their_amount: null, our_amount: 99 },
    { dimension: 'stage', value: 'Talk', theirs: 2, ours: 1, their_amount: 30.3, our_amount: 20.2 },
  ]);
  // Mended: no warning any more, and what was wrong that night is still to be read.
  await org.ask(
    `update unified.fct_opportunity set amount_record = 10.1, stage_name = 'Talk' where opportunity_id = '${id('006', 1)}'`,
  );
  expect(await org.sync('2026-11-21')).toEqual([]);
  expect(await org.ask(differences)).toHaveLength(4);
  await org.close();
}, 60_000);

it('what changed in Salesforce after it was read is no difference', async () => {
  const org = await publishOrg(three);
  await org.change(
    { op: 'update', sobject: 'Opportunity', id: id('006', 1), fields: { Amount: 500 } },
    { op: 'delete', sobject: 'Opportunity', id: id('006', 3) },
    {
      op: 'insert',
      sobject: 'Opportunity',
      fields: { Name: 'Late', StageName: 'Talk', Amount: 7, CloseDate: '2026-12-02', OwnerId: una },
    },
  );
  const { warnings, detail } = await org.run(reconcile);
  expect(warnings).toEqual([]);
  expect(await org.ask(differences)).toEqual([]);
  // The describe, what changed, and three groupings; the sizes, one an object, and three more for one that changed.
  const [{ n }] = (await org.ask(`select count(*)::int as n from unified.record_count`)) as [{ n: number }];
  expect(detail!.requests).toBeLessThanOrEqual(6 + 1 + n + 3);
  await org.close();
}, 60_000);

it('more owners than an aggregate query gives are asked for part by part; more stages are said not to be compared', async () => {
  const owners = Array.from({ length: 2100 }, (_, serial) => [id('005', serial), `Owner ${serial}`, true]);
  const org = await publishOrg({
    User: [words('Id Name IsActive'), ...owners],
    Opportunity: [header, ...owners.map(([owner], serial) => deal(serial, 1, `Stage ${serial}`, String(owner)))],
  });
  expect(org.warnings).toEqual(['Deals were not compared with Salesforce by stage: it has more groups than it gives.']);
  expect(
    await org.ask(
      `select dimension, count(*)::int as n, bool_and(is_equal) as is_equal from unified.reconciliation group by 1 order by 1`,
    ),
  ).toEqual([
    { dimension: 'month', n: 1, is_equal: true },
    { dimension: 'owner', n: 2100, is_equal: true },
  ]);
  await org.close();
}, 120_000);

it('in an org of several currencies each is compared for itself, in the default currency as Salesforce sums', async () => {
  const [, one, two] = three.Opportunity!;
  const org = await publishOrg({
    CurrencyType: [
      words('Id IsoCode ConversionRate IsCorporate'),
      ['01L5g0000000010EAA', 'EUR', 1, true],
      ['01L5g0000000011EAA', 'SEK', 10, false],
    ],
    DatedConversionRate: [words('Id IsoCode ConversionRate StartDate'), ['04w5g0000000010EAA', 'SEK', 8, '2026-01-01']],
    Opportunity: [
      [...header, 'CurrencyIsoCode'],
      [...one!, 'EUR'],
      [...two!, 'SEK'],
      [...deal(3, 20.2), 'SEK'],
    ],
  });
  expect(org.warnings).toEqual([]);
  expect(
    await org.ask(`select value, salesforce_amount::float8 as theirs, raw_amount::float8 as ours from unified.reconciliation
    where dimension = 'owner' order by value`),
  ).toEqual([
    { value: `${una} EUR`, theirs: 10.1, ours: 10.1 },
    { value: `${una} SEK`, theirs: 2.02, ours: 2.02 },
  ]);
  await org.close();
}, 60_000);
