/** Edits tracked fields and reads what Salesforce's history objects would say of it, and when late commits show. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const now = new Date('2025-03-10T12:00:30.500Z');
const robot = '005xx0000000002AAA';
let org: TestOrg;
beforeEach(async () => {
  const users = `${smallOrg['User.csv']}005xx0000000002,Robo Tester,robot@example.com,true\n`;
  org = await startSmallOrg({ now: () => now }, { ...smallOrg, 'User.csv': users });
});
afterEach(() => org.close());

const history = (object = 'AccountHistory') =>
  org.soql(`SELECT Field, DataType, OldValue, NewValue, CreatedById, CreatedDate FROM ${object} ORDER BY Id`);

describe('field history', () => {
  it('keeps who changed a tracked field, when, from what and to what', async () => {
    const fields = { Name: 'Acme Inc', NumberOfEmployees: 25, Description: 'not tracked' };
    const counts = await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields, by: robot });
    expect(counts.fieldHistory).toBe(2);
    const shared = { CreatedById: robot, CreatedDate: '2025-03-10T12:00:30.500+0000' };
    expect(await history()).toMatchObject([
      { Field: 'Name', DataType: 'Text', OldValue: 'Acme', NewValue: 'Acme Inc', ...shared },
      { Field: 'NumberOfEmployees', DataType: 'Integer', OldValue: '20', NewValue: '25', ...shared },
    ]);
    expect(await history()).toHaveLength(2);
    expect((await org.soql(`SELECT LastModifiedById FROM Account WHERE Id = '${ids.acme}'`))[0]).toMatchObject({
      LastModifiedById: robot,
    });
  });

  it('writes two rows where the field points at a record', async () => {
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { OwnerId: robot } });
    expect(await history()).toMatchObject([
      { Field: 'Owner', DataType: 'Text', OldValue: 'Ana Adler', NewValue: 'Robo Tester' },
      { Field: 'Owner', DataType: 'EntityId', OldValue: '005xx0000000001AAA', NewValue: robot },
    ]);
  });

  it('notes creations, leaves untouched values alone, and tracks what an admin chooses', async () => {
    await org.change({ op: 'insert', sobject: 'Lead', fields: { LastName: 'New', Company: 'C' } });
    expect(await history('LeadHistory')).toMatchObject([{ Field: 'created', OldValue: null, NewValue: null }]);
    await org.change({ op: 'update', sobject: 'Contact', id: ids.ann, fields: { Email: 'ann@acme.test' } });
    expect(await history('ContactHistory')).toEqual([]);
    const chosen = await org.call('POST', '/control/tracking', { sobject: 'account', fields: ['description'] });
    expect(chosen.json).toEqual({ sobject: 'Account', fields: ['Description'] });
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Name: 'A', Description: 'd' } });
    expect(await history()).toMatchObject([{ Field: 'Description', DataType: 'TextArea', NewValue: 'd' }]);
    expect((await org.call('POST', '/control/tracking', { sobject: 'Task', fields: [] })).status).toBe(400);
  });

  it('stays with a loser of a merge and goes with a deleted record', async () => {
    await org.change({ op: 'update', sobject: 'Account', id: ids.acmeTwo, fields: { Name: 'Two' } });
    await org.change({ op: 'merge', sobject: 'Account', masterId: ids.acme, mergeIds: [ids.acmeTwo] });
    expect(await org.soql('SELECT AccountId FROM AccountHistory')).toMatchObject([{ AccountId: ids.acmeTwo }]);
    await org.change({ op: 'update', sobject: 'Opportunity', id: ids.open, fields: { Amount: 7 } });
    expect(await history('OpportunityFieldHistory')).toMatchObject([
      { Field: 'Amount', DataType: 'Currency', OldValue: '100.5', NewValue: '7.0' },
    ]);
    await org.change({ op: 'delete', sobject: 'Opportunity', id: ids.open });
    expect(await history('OpportunityFieldHistory')).toEqual([]);
  });
});

describe('a transaction that commits late', () => {
  const changed = { op: 'update', sobject: 'Account', id: ids.acme, fields: { Site: 'late' } };
  const updated = async () => {
    const window = 'start=2025-03-10T11:00:00Z&end=2025-03-10T12:05:00Z';
    return (await org.call('GET', `/services/data/v62.0/sobjects/Account/updated?${window}`)).json;
  };
  const post = (body: unknown) => org.call('POST', '/control/transactions', body);

  it('holds latestDateCovered at its start, and its rows come with the stamp of its start', async () => {
    await post({ open: 'slow', at: '2025-03-10T11:40:10.250Z', changes: [changed] });
    expect(await updated()).toEqual({ ids: [], latestDateCovered: '2025-03-10T11:40:00.000+0000' });
    expect((await post({ close: 'slow' })).json).toEqual([]);
    expect(await updated()).toEqual({ ids: [ids.acme], latestDateCovered: '2025-03-10T12:00:00.000+0000' });
    expect(await org.soql(`SELECT SystemModstamp FROM Account WHERE Id = '${ids.acme}'`)).toMatchObject([
      { SystemModstamp: '2025-03-10T11:40:10.250+0000' },
    ]);
  });

  it('commits by itself after the time given', async () => {
    await post({ open: 'timed', changes: [changed], commitAfterMs: 30 });
    while ((await org.call('GET', '/control/transactions')).json.length > 0) await sleep(10);
    expect((await updated()).ids).toEqual([ids.acme]);
    expect((await post({ close: 'timed' })).status).toBe(400);
  });
});

describe('the delete log', () => {
  it('forgets what lies before its beginning, and says where that is', async () => {
    await org.change({ op: 'delete', sobject: 'Contact', id: ids.ann, at: '2025-03-10T10:00:00Z' });
    const deleted = async () =>
      (
        await org.call(
          'GET',
          '/services/data/v62.0/sobjects/Contact/deleted?start=2025-03-09T00:00:00Z&end=2025-03-10T12:00:00Z',
        )
      ).json;
    expect(await deleted()).toMatchObject({
      deletedRecords: [{ id: ids.ann }],
      earliestDateAvailable: '2025-02-23T12:00:00.000+0000',
    });
    await org.call('POST', '/control/delete-log', { earliestDateAvailable: '2025-03-10T11:00:00Z' });
    expect(await deleted()).toMatchObject({
      deletedRecords: [],
      earliestDateAvailable: '2025-03-10T11:00:00.000+0000',
    });
  });
});
