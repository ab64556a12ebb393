/** What a value rests on, object by object: yes, no and unknown, each where it is the honest answer. */
import { expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';
import { loadDefinitions } from '../../config/index.ts';
import { sendDigests } from '../../src/incidents/digest.ts';
import { alertSettings } from '../../src/model/definitions.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { publish } from '../../src/pipeline/publish.ts';

const una = '0055g0000000001AAA';
const words = (text: string) => text.split(' ');
const id = (prefix: string, serial: number) => `${prefix}5g000000${String(serial).padStart(4, '0')}AAA`;
const lead = (serial: number) => [id('00Q', serial), una, `Lead${serial}`, `House ${serial}`, 'Web', false];
const leadHeader = words('Id OwnerId LastName Company LeadSource IsConverted');
const deal = (serial: number) => [
  id('006', serial),
  una,
  `Order ${serial}`,
  'Talk',
  10,
  false,
  '2026-12-01',
  'Pipeline',
];
const rows: Rows = {
  Lead: [leadHeader, lead(1), lead(2), lead(3)],
  Campaign: [words('Id Name Type'), [id('701', 1), 'Fair', 'Event'], [id('701', 2), 'Talk', 'Event']],
  Opportunity: [words('Id OwnerId Name StageName Amount IsClosed CloseDate ForecastCategory'), deal(1), deal(2)],
};
const many: Rows = { ...rows, Lead: [leadHeader, ...Array.from({ length: 90 }, (_, serial) => lead(serial))] };

type Receipt = { held: number | null; theirs: number | null; complete: string; because: string | null };
async function receipt(org: Published, metric: string): Promise<Receipt> {
  const [row] =
    await org.ask(`select distinct rows_held::int as held, rows_in_salesforce::int as theirs, complete, because
    from unified.metric_value where metric = '${metric}' and period = 'all' and dimension = 'all'`);
  return row as Receipt;
}
const isWhole = (held: number) => ({ held, theirs: held, complete: 'yes', because: null });

it('is yes where Salesforce counts as many, of leads as of deals, and after a night of changes', async () => {
  const org = await publishOrg(rows);
  expect(org.warnings).toEqual([]);
  expect(await receipt(org, 'leads')).toEqual(isWhole(3));
  expect(await receipt(org, 'open_pipeline')).toEqual(isWhole(2));
  await org.change(
    { op: 'delete', sobject: 'Lead', id: id('00Q', 3) },
    { op: 'insert', sobject: 'Lead', fields: { LastName: 'New', Company: 'House 9', OwnerId: una } },
    { op: 'insert', sobject: 'Lead', fields: { LastName: 'Newer', Company: 'House 10', OwnerId: una } },
  );
  expect(await org.sync('2026-11-21')).toEqual([]);
  expect(await receipt(org, 'leads')).toEqual(isWhole(4));
  await org.close();
}, 90_000);

it('is yes where history went with its record, and no where history of a record that is there is missing', async () => {
  const org = await publishOrg(rows);
  const moved = [1, 2].map((serial) => ({
    op: 'update' as const,
    sobject: 'Lead',
    id: id('00Q', serial),
    fields: { Company: `Elsewhere ${serial}` },
  }));
  await org.change(...moved);
  expect(await org.sync('2026-11-21')).toEqual([]);
  await org.change({ op: 'delete', sobject: 'Lead', id: id('00Q', 1) });
  expect(await org.sync('2026-11-22')).toEqual([]);
  await org.ask(`delete from standard.lead_history where lead_id = '${id('00Q', 2)}'`);
  expect((await org.run(reconcile)).warnings).toEqual([
    'Assay holds 0 LeadHistory record(s), Salesforce counts 1. Run a full sync: assay sync --mode full.',
  ]);
  await org.close();
}, 90_000);

it('is yes for more records than an answer of Salesforce has groups, and for those that came after they were read', async () => {
  const crowd = Array.from({ length: 2100 }, (_, serial) => lead(serial));
  const org = await publishOrg({ ...rows, Lead: [leadHeader, ...crowd] });
  expect(await receipt(org, 'leads')).toEqual(isWhole(2100));
  const later = Array.from({ length: 300 }, (_, serial) => ({
    LastName: `New ${serial}`,
    Company: 'House',
    OwnerId: una,
  }));
  await org.change(...later.map((fields) => ({ op: 'insert' as const, sobject: 'Lead', fields })));
  expect((await org.run(reconcile)).warnings).toEqual([]);
  expect(await receipt(org, 'leads')).toEqual(isWhole(2100));
  await org.close();
}, 90_000);

it('is no where a record did not come, and the sync warns of it', async () => {
  const org = await publishOrg(rows);
  await org.ask(`delete from standard.lead where id = '${id('00Q', 2)}'`);
  const { warnings } = await org.run(reconcile);
  expect(warnings).toEqual([
    'Assay holds 2 Lead record(s), Salesforce counts 3. Run a full sync: assay sync --mode full.',
  ]);
  expect(await receipt(org, 'leads')).toEqual({
    held: 2,
    theirs: 3,
    complete: 'no',
    because: 'Assay holds 2 Lead records, Salesforce counts 3',
  });
  // The admins read it in their digest.
  const { rules, alerts } = await loadDefinitions();
  const digest = { weekday: 1, at: '08:00', timeZone: 'UTC', admins: 'C0ADMIN', owners: null };
  await sendDigests(org.db, rules, new Date('2026-11-23T09:00:00Z'), alertSettings.parse({ ...alerts, digest }), null);
  const [{ notice }] = (await org.ask(`select to_jsonb(m)::text as notice from alert.message m`)) as [
    { notice: string },
  ];
  expect(notice).toMatch(/How complete the metrics are/);
  expect(notice).toMatch(/No: \d+ metrics, Assay holds 2 Lead records, Salesforce counts 3/);
  // A metric that rests on other objects is as good as before.
  expect((await receipt(org, 'open_pipeline')).complete).toBe('yes');
  await org.close();
}, 90_000);

it('what changed in Salesforce after it was read is no difference, on either side', async () => {
  const org = await publishOrg(rows);
  await org.change(
    { op: 'delete', sobject: 'Lead', id: id('00Q', 1) },
    { op: 'update', sobject: 'Lead', id: id('00Q', 2), fields: { Company: 'Elsewhere' } },
    { op: 'insert', sobject: 'Lead', fields: { LastName: 'New', Company: 'House 9', OwnerId: una } },
  );
  expect((await org.run(reconcile)).warnings).toEqual([]);
  expect(await receipt(org, 'leads')).toEqual(isWhole(1));
  await org.close();
}, 90_000);

it('is unknown where Salesforce refuses to count, and where the requests of the day are nearly used up', async () => {
  const org = await publishOrg(rows);
  await org.emulator('faults', {
    kind: 'status',
    status: 400,
    errorCode: 'QUERY_TIMEOUT',
    path: 'COUNT.*FROM.Lead\\b',
    times: 9,
  });
  expect((await org.run(reconcile)).warnings).toEqual([]);
  const refused = await receipt(org, 'leads');
  expect(refused).toMatchObject({ held: 3, theirs: null, complete: 'unknown' });
  expect(refused.because).toMatch(/^Lead: Salesforce refused to count it \(QUERY_TIMEOUT/);
  expect((await receipt(org, 'open_pipeline')).complete).toBe('yes');
  await org.emulator('usage', { used: 10_000, limit: 15_000 });
  await org.sync('2026-11-21');
  expect(await receipt(org, 'open_pipeline')).toMatchObject({
    complete: 'unknown',
    because: 'Opportunity: the requests of the day are for syncs',
  });
  await org.close();
}, 90_000);

it('is unknown once Salesforce no longer lets Assay read the object', async () => {
  const org = await publishOrg(rows);
  await org.emulator('permissions', { sobject: 'Campaign', readable: false });
  await org.sync('2026-11-21');
  const [row] = await org.ask(`select held_count::int as held, salesforce_count, complete, because
    from unified.record_count where object = 'Campaign'`);
  expect(row).toEqual({
    held: 2,
    salesforce_count: null,
    complete: 'unknown',
    because: 'Campaign: Salesforce did not let Assay read it',
  });
  const [resting] =
    await org.ask(`select count(*) > 0 as some, bool_or(complete = 'yes') as whole from unified.metric_receipt
    where because like '%Campaign: Salesforce did not let Assay read it%'`);
  expect(resting).toEqual({ some: true, whole: false });
  await org.close();
}, 90_000);

it('is unknown where the org has many more than its user is shown: both sides then count the same few', async () => {
  const org = await publishOrg(many);
  const hiddenRecords = Array.from({ length: 60 }, (_, serial) => id('00Q', serial));
  await org.emulator('permissions', { sobject: 'Lead', hiddenRecords });
  await org.ask(`update standard.lead set is_deleted = true where id < '${id('00Q', 60)}'`);
  await org.run(reconcile);
  expect(await receipt(org, 'leads')).toEqual({
    held: 30,
    theirs: 30,
    complete: 'unknown',
    because: 'Lead: the org has about 90, and Salesforce shows 30 to the user of Assay',
  });
  await org.close();
}, 90_000);

it('is no where a pull stopped halfway and something was published all the same', async () => {
  const org = await publishOrg(rows);
  // As a run that failed between two pages leaves it.
  await org.ask(`insert into mirror.checkpoint (connection_id, object, pass, run_id, is_full, is_first, high_water_at, export)
    values ('default', 'Lead', 'rows', 'run_0', false, false, now(), '{}')`);
  await org.run(publish);
  expect(await receipt(org, 'leads')).toMatchObject({ complete: 'no', because: 'a pull of Lead stopped halfway' });
  await org.close();
}, 90_000);

it('records that people asked to be forgotten are missing on purpose: no, and no warning', async () => {
  const org = await publishOrg(rows);
  await org.ask(`insert into control.forgetting (id, subject, requested_by, requested_at)
    values ('fgt_00000000-0000-0000-0000-000000000000', 'records', 'test', now())`);
  await org.ask(
    `insert into control.forgotten values ('default', 'Lead', '${id('00Q', 2)}', 'fgt_00000000-0000-0000-0000-000000000000', now())`,
  );
  await org.ask(`delete from standard.lead where id = '${id('00Q', 2)}'`);
  expect((await org.run(reconcile)).warnings).toEqual([]);
  expect(await receipt(org, 'leads')).toMatchObject({
    complete: 'no',
    because: 'Assay holds 2 Lead records, Salesforce counts 3 (1 are forgotten on request)',
  });
  await org.close();
}, 90_000);

it('of several orgs the whole is as complete as the least of them, and says which', async () => {
  const org = await publishOrg(rows, ['default', 'second']);
  await org.ask(
    `update history.record_count set salesforce_count = 9 where object = 'Lead' and connection_id = 'second'`,
  );
  const all = await org.ask(
    `select connection_id as org, complete, because from unified.metric_receipt where metric = 'leads' order by 1`,
  );
  expect(all).toEqual([
    { org: '*', complete: 'no', because: 'Assay holds 3 Lead records, Salesforce counts 9 (second)' },
    { org: 'default', complete: 'yes', because: null },
    { org: 'second', complete: 'no', because: 'Assay holds 3 Lead records, Salesforce counts 9' },
  ]);
  await org.close();
}, 90_000);
