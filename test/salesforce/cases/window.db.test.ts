/** Edge cases 1 to 4, 31 and 32: which window of changes is read, and what its silence means. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportSoql } from '../../../src/salesforce/soql.ts';
import { type CaseOrg, minutesAgo, openCase } from './case-org.ts';

let at: CaseOrg;
beforeAll(async () => void (at = await openCase()));
afterAll(() => at.close());

const setMark = (object: string, ago: string) =>
  at.db.query(sql`update mirror.watermark set high_water_at = now() - ${ago}::interval where object = ${object}`);

it('case 01 cursor column: SystemModstamp, else LastModifiedDate, else CreatedDate, else a full pull', async () => {
  const object = 'Opportunity';
  const cursor = async () => (await at.sync(object)).detail;
  expect(await cursor()).toMatchObject({ mode: 'full', cursorField: 'SystemModstamp' });
  expect(await cursor()).toMatchObject({ mode: 'incremental', cursorField: 'SystemModstamp' });
  const hidden = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'];
  for (const [count, field] of [
    [1, 'LastModifiedDate'],
    [2, 'CreatedDate'],
  ] as const) {
    await at.permit(object, { hiddenFields: hidden.slice(0, count) });
    expect(await cursor()).toMatchObject({ mode: 'incremental', cursorField: field });
  }
  await at.permit(object, { hiddenFields: hidden });
  expect(await cursor()).toMatchObject({ mode: 'full', why: expect.stringContaining('no field'), cursorField: null });
  await at.permit(object, { hiddenFields: [] });
});

it('case 02 late commits: the mark waits at the oldest open transaction, and its rows are found once it has committed', async () => {
  await at.sync('Account');
  await at.transaction({ open: 'import', at: minutesAgo(20) });
  await setMark('Account', '30 minutes');
  const during = await at.sync('Account');
  expect(Date.parse(String(during.detail!.highWaterAt))).toBeLessThanOrEqual(Date.now() - 20 * 60_000);
  await at.change({ op: 'insert', sobject: 'Account', fields: { Name: 'Late' }, at: minutesAgo(12) });
  await at.transaction({ close: 'import' });
  const after = await at.sync('Account');
  expect(after).toMatchObject({ changedCount: 1, detail: { mode: 'incremental' } });
  expect(Date.parse(String(after.detail!.highWaterAt))).toBeGreaterThan(Date.now() - 10 * 60_000);
  await at.expectEqual('Account');
});

it('case 02a visibility delay: a row that shows up three minutes late without any transaction is inside the overlap', async () => {
  await at.sync('Account');
  await at.change({ op: 'insert', sobject: 'Account', fields: { Name: 'Slow' }, at: minutesAgo(3) });
  expect(await at.sync('Account')).toMatchObject({ changedCount: 1 });
  await at.expectEqual('Account');
});

it('case 03 many rows share one timestamp: all of them come, once, and an older stamp never overwrites a newer one', async () => {
  await at.sync('Contact');
  const stamp = minutesAgo(1);
  const many = Array.from({ length: 2_300 }, (_, n) => ({
    op: 'insert' as const,
    sobject: 'Contact',
    fields: { LastName: `Many ${n}` },
    at: stamp,
  }));
  await at.change(...many);
  expect(await at.sync('Contact')).toMatchObject({ changedCount: 2_300, detail: { api: 'rest' } });
  await at.expectEqual('Contact');
  expect(await at.sync('Contact')).toMatchObject({ changedCount: 0 });
  // The mirror knows a newer state than this answer: it stays.
  await at.db.query(
    sql`update mirror.contact set system_modstamp = now() + interval '1 day', title = 'newer' where id like '003xx0000000001%'`,
  );
  expect(await at.sync('Contact', { mode: 'full' })).toMatchObject({ changedCount: 0 });
  expect((await at.one('Contact', '003xx0000000001')).title).toBe('newer');
});

it('case 04 first load window: it has none, a record of 2001 comes as well', async () => {
  expect(exportSoql({ object: 'Lead', fields: ['Id'], window: null, after: null, sliceRows: null })).toBe(
    'SELECT Id FROM Lead',
  );
  await at.change({
    op: 'insert',
    sobject: 'Lead',
    fields: { LastName: 'Old', Company: 'Ancient' },
    at: '2001-02-03T04:05:06Z',
  });
  expect(await at.sync('Lead')).toMatchObject({ changedCount: 1, detail: { mode: 'full' } });
  await at.expectEqual('Lead');
});

it('case 31 change events: none is relied on, what happened in weeks of silence is found', async () => {
  await at.sync('Lead');
  await setMark('Lead', '25 days');
  await at.change({
    op: 'insert',
    sobject: 'Lead',
    fields: { LastName: 'Quiet', Company: 'X' },
    at: minutesAgo(60 * 24 * 10),
  });
  expect(await at.sync('Lead')).toMatchObject({ changedCount: 1 });
  await at.expectEqual('Lead');
});

it('case 32 silent success: seven empty syncs of an object that used to move, or three with a frozen mark, are a warning', async () => {
  await at.sync('Region__c');
  await setMark('Region__c', '1 hour');
  await at.change({ op: 'update', sobject: 'Region__c', id: 'a0Bxx0000000001', fields: { Size__c: 3 } });
  expect(await at.sync('Region__c')).toMatchObject({ readCount: 1, warnings: [] });
  // As if the change had been days ago: outside every window from here on.
  await at.db.query(
    sql`update mirror.watermark set high_water_at = now() + interval '1 hour', quiet_count = 6, frozen_count = 0 where object = 'Region__c'`,
  );
  expect((await at.sync('Region__c')).warnings).toEqual([expect.stringContaining('no changed record in 7 syncs')]);
  await at.db.query(
    sql`update mirror.watermark set high_water_at = now() - interval '2 hours', frozen_count = 2 where object = 'Region__c'`,
  );
  await at.transaction({ open: 'left open', at: minutesAgo(150) });
  expect((await at.sync('Region__c')).warnings).toContainEqual(
    expect.stringContaining('changes of Region__c are complete only up to'),
  );
  await at.transaction({ close: 'left open' });
});
