/** Changes records by script and checks what Salesforce would then show: stamps, bins, merges, history, windows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, startSmallOrg, type TestOrg } from './small-org.ts';

const now = new Date('2025-03-10T12:00:30.500Z');
const stamp = '2025-03-10T12:00:30.500+0000';

let org: TestOrg;
beforeEach(async () => {
  org = await startSmallOrg({ now: () => now });
});
afterEach(() => org.close());

const all = async (text: string) =>
  (await org.call('GET', `/services/data/v62.0/queryAll?q=${encodeURIComponent(text)}`)).json.records;
const one = async (sobject: string, id: string, fields: string) =>
  (await all(`SELECT ${fields} FROM ${sobject} WHERE Id = '${id}'`))[0];
const live = async (sobject: string) => (await org.soql(`SELECT Id FROM ${sobject}`)).length;

describe('updates', () => {
  it('move both stamps, to the moment named if one is', async () => {
    await org.change({
      op: 'update',
      sobject: 'Account',
      id: ids.acme.slice(0, 15),
      fields: { name: 'Acme AG', AnnualRevenue: null },
    });
    expect(await one('Account', ids.acme, 'Name, AnnualRevenue, SystemModstamp, LastModifiedDate')).toMatchObject({
      Name: 'Acme AG',
      AnnualRevenue: null,
      SystemModstamp: stamp,
      LastModifiedDate: stamp,
    });
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: {}, at: '2025-03-09T08:00:00.000Z' });
    expect((await one('Account', ids.acme, 'SystemModstamp')).SystemModstamp).toBe('2025-03-09T08:00:00.000+0000');
  });

  it('of one list touch each record in its own fields alone', async () => {
    const bell = '003xx0000000002AAA';
    await org.change(
      { op: 'update', sobject: 'Contact', id: ids.ann, fields: { Phone: '1' } },
      { op: 'update', sobject: 'Contact', id: bell, fields: { Title: 'CTO' }, at: '2025-03-09T08:00:00.000Z' },
      { op: 'update', sobject: 'Contact', id: ids.ann, fields: { Title: null, Phone: '2' } },
    );
    expect(await one('Contact', ids.ann, 'Phone, Title')).toMatchObject({ Phone: '2', Title: null });
    expect(await one('Contact', bell, 'Phone, LastName, Title, SystemModstamp')).toMatchObject({
      Phone: null,
      LastName: 'Bell',
      Title: 'CTO',
      SystemModstamp: '2025-03-09T08:00:00.000+0000',
    });
  });

  it('rewrite the full name of people', async () => {
    await org.change({ op: 'update', sobject: 'Contact', id: ids.ann, fields: { LastName: 'Abel' } });
    expect((await one('Contact', ids.ann, 'Name')).Name).toBe('Ann Abel');
  });

  it('leave a history row when the forecast of an opportunity changes, and only then', async () => {
    const counts = await org.change({
      op: 'update',
      sobject: 'Opportunity',
      id: ids.open,
      fields: { NextStep: 'call' },
    });
    expect(counts.history).toBe(0);
    await org.change({
      op: 'update',
      sobject: 'Opportunity',
      id: ids.open,
      fields: { StageName: 'Closed Won', Amount: 150 },
    });
    expect(await one('Opportunity', ids.open, 'IsWon, IsClosed, Probability')).toMatchObject({
      IsWon: true,
      IsClosed: true,
      Probability: 100,
    });
    const history = await org.soql(
      'SELECT OpportunityId, StageName, Amount, PrevAmount, CreatedDate FROM OpportunityHistory',
    );
    expect(history).toMatchObject([
      { OpportunityId: ids.open, StageName: 'Closed Won', Amount: 150, PrevAmount: 100.5, CreatedDate: stamp },
    ]);
  });
});

describe('inserts', () => {
  it('mint the same ids in every org of the same folder', async () => {
    const twin = await startSmallOrg({ now: () => now });
    const fields = { LastName: 'Neu', Company: 'N' };
    await org.change({ op: 'insert', sobject: 'Lead', fields });
    await twin.change({ op: 'insert', sobject: 'Lead', fields });
    const [a, b] = [
      await org.soql('SELECT Id, Name, CreatedDate FROM Lead'),
      await twin.soql('SELECT Id, Name, CreatedDate FROM Lead'),
    ];
    await twin.close();
    expect(a).toEqual(b);
    expect(a[0]).toMatchObject({ Name: 'Neu', CreatedDate: stamp });
  });

  it('write a thousand rows in one request', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => ({
      op: 'insert' as const,
      sobject: 'Lead',
      fields: { LastName: `L${i}`, Company: 'C' },
    }));
    expect((await org.change(...many)).inserted).toBe(1200);
    expect(await live('Lead')).toBe(1200);
  });
});

describe('deletes', () => {
  it('hide the account with its contacts and opportunities, stamped, from query but not queryAll', async () => {
    const counts = await org.change({ op: 'delete', sobject: 'Account', id: ids.acme });
    expect(counts).toMatchObject({ deleted: 1, cascaded: 4 });
    expect([await live('Account'), await live('Contact'), await live('Opportunity')]).toEqual([2, 2, 1]);
    expect(await one('Contact', ids.ann, 'IsDeleted, SystemModstamp, AccountId')).toMatchObject({
      IsDeleted: true,
      SystemModstamp: stamp,
      AccountId: ids.acme,
    });
    const rows = (await org.call('GET', '/control/rows?sobject=Account')).json;
    expect(rows[0]).toEqual({ Id: ids.acme, SystemModstamp: '2025-03-10T12:00:30.500Z', IsDeleted: true });
    const since = async (at: string) => (await org.call('GET', `/control/rows?sobject=Account&since=${at}`)).json;
    expect(await since('2025-03-10T12:00:30.500Z')).toEqual([rows[0]]);
    expect(await since('2025-03-10T12:00:30.501Z')).toEqual([]);
  });

  it('are undone by undelete, children included', async () => {
    await org.change({ op: 'delete', sobject: 'Contact', id: ids.ann, at: '2025-03-01T00:00:00Z' });
    await org.change({ op: 'delete', sobject: 'Account', id: ids.acme });
    expect((await org.change({ op: 'undelete', sobject: 'Account', id: ids.acme })).undeleted).toBe(4);
    expect((await one('Account', ids.acme, 'IsDeleted')).IsDeleted).toBe(false);
    // Ann was thrown away by herself before, so she stays in the bin.
    expect((await one('Contact', ids.ann, 'IsDeleted')).IsDeleted).toBe(true);
  });

  it('are final once purged, though the delete log remembers', async () => {
    await org.change(
      { op: 'delete', sobject: 'Contact', id: ids.ann },
      { op: 'purge', sobject: 'Contact', id: ids.ann },
    );
    expect(await one('Contact', ids.ann, 'Id')).toBeUndefined();
    const { json } = await org.call(
      'GET',
      '/services/data/v62.0/sobjects/Contact/deleted/?start=2025-03-10T11:00:00Z&end=2025-03-10T12:05:00Z',
    );
    expect(json.deletedRecords).toEqual([{ id: ids.ann, deletedDate: stamp }]);
    expect(json.earliestDateAvailable).toBe('2025-02-23T12:00:00.000+0000');
  });
});

describe('merges', () => {
  it('delete the loser, point it at the winner and give the winner its children', async () => {
    const counts = await org.change({ op: 'merge', sobject: 'Account', masterId: ids.bruecke, mergeIds: [ids.acme] });
    expect(counts).toMatchObject({ merged: 1, reparented: 5, deleted: 0 });
    expect(await one('Account', ids.acme, 'IsDeleted, MasterRecordId, SystemModstamp')).toMatchObject({
      IsDeleted: true,
      MasterRecordId: ids.bruecke,
      SystemModstamp: stamp,
    });
    expect(await one('Contact', ids.ann, 'IsDeleted, AccountId, SystemModstamp')).toMatchObject({
      IsDeleted: false,
      AccountId: ids.bruecke,
      SystemModstamp: stamp,
    });
    expect(await one('Region__c', 'a0Bxx0000000001', 'Lead_Account__c')).toMatchObject({
      Lead_Account__c: ids.bruecke,
    });
  });

  it('work over SOAP, the only way Salesforce offers', async () => {
    const body = `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com" xmlns:sob="urn:sobject.partner.soap.sforce.com">
      <soapenv:Header><urn:SessionHeader><urn:sessionId>${org.connection.accessToken}</urn:sessionId></urn:SessionHeader></soapenv:Header>
      <soapenv:Body><urn:merge><urn:request><urn:masterRecord><sob:type>Account</sob:type><sob:Id>${ids.acme}</sob:Id></urn:masterRecord>
      <urn:recordToMergeIds>${ids.acmeTwo}</urn:recordToMergeIds></urn:request></urn:merge></soapenv:Body></soapenv:Envelope>`;
    const { text, status } = await org.call('POST', '/services/Soap/u/62.0', body, { 'content-type': 'text/xml' });
    expect([status, /<success>(\w+)</.exec(text)?.[1], /<mergedRecordIds>(\w+)</.exec(text)?.[1]]).toEqual([
      200,
      'true',
      ids.acmeTwo,
    ]);
    expect((await one('Account', ids.acmeTwo, 'MasterRecordId')).MasterRecordId).toBe(ids.acme);
  });
});

describe('a batch', () => {
  it('is all or nothing', async () => {
    const answer = await org.call('POST', '/control/changes', [
      { op: 'update', sobject: 'Account', id: ids.acme, fields: { Name: 'Changed' } },
      { op: 'delete', sobject: 'Account', id: '001xx0000000099' },
    ]);
    expect([answer.status, answer.json[0].errorCode]).toEqual([404, 'ENTITY_IS_DELETED']);
    expect((await one('Account', ids.acme, 'Name')).Name).toBe('Acme');
  });

  it.each<[string, unknown, string]>([
    ['unknown operation', [{ op: 'explode', sobject: 'Account', id: ids.acme }], 'op'],
    ['unknown object', [{ op: 'delete', sobject: 'Nope', id: ids.acme }], "sObject type 'Nope' is not supported."],
    [
      'unknown field',
      [{ op: 'update', sobject: 'Account', id: ids.acme, fields: { Nope: 1 } }],
      "No such column 'Nope'",
    ],
    [
      'bad value',
      [{ op: 'update', sobject: 'Account', id: ids.acme, fields: { AnnualRevenue: 'x' } }],
      'VALUE_STRING value x',
    ],
    ['taken Id', [{ op: 'insert', sobject: 'Account', fields: { Id: ids.acme, Name: 'x' } }], 'duplicate value found'],
    [
      'merge of opportunities',
      [{ op: 'merge', sobject: 'Opportunity', masterId: ids.won, mergeIds: [ids.open] }],
      'merge is not supported',
    ],
  ])('is refused for %s', async (_, changes, message) => {
    const answer = await org.call('POST', '/control/changes', changes);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
  });
});

describe('windows', () => {
  const window = (from: string, to: string, kind = 'updated') =>
    org.call(
      'GET',
      `/services/data/v62.0/sobjects/Account/${kind}/?start=${encodeURIComponent(from)}&end=${encodeURIComponent(to)}`,
    );

  it('hold what changed in their minutes, covered up to the present minute', async () => {
    await org.change({ op: 'update', sobject: 'Account', id: ids.acmeTwo, fields: {}, at: '2025-03-10T10:59:59.999Z' });
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: {}, at: '2025-03-10T11:00:00.000Z' });
    const { json } = await window('2025-03-10T11:00:30+00:00', '2025-03-10T13:00:00Z');
    expect(json).toEqual({ ids: [ids.acme], latestDateCovered: '2025-03-10T12:00:00.000+0000' });
    expect((await window('2025-03-10T09:00:00Z', '2025-03-10T11:00:00Z')).json).toEqual({
      ids: [ids.acmeTwo],
      latestDateCovered: '2025-03-10T11:00:00.000+0000',
    });
  });

  it('are covered only up to the oldest open transaction', async () => {
    const control = (body: unknown) => org.call('POST', '/control/transactions', body);
    await control({ open: 'slow', at: '2025-03-10T11:30:10Z' });
    expect((await window('2025-03-10T11:00:00Z', '2025-03-10T12:00:00Z')).json.latestDateCovered).toBe(
      '2025-03-10T11:30:00.000+0000',
    );
    await control({ close: 'slow' });
    expect((await window('2025-03-10T11:00:00Z', '2025-03-10T12:00:00Z')).json.latestDateCovered).toBe(
      '2025-03-10T12:00:00.000+0000',
    );
    expect((await control({ close: 'slow' })).status).toBe(400);
  });

  it.each([
    ['2025-03-10T11:00:10Z', '2025-03-10T11:01:20Z'],
    ['2025-01-01T00:00:00Z', '2025-03-10T11:00:00Z'],
    ['soon', '2025-03-10T11:00:00Z'],
  ])('are refused from %s to %s', async (from, to) => {
    const { status, json } = await window(from, to);
    expect([status, json[0].errorCode]).toEqual([400, 'INVALID_REPLICATION_DATE']);
  });
});
