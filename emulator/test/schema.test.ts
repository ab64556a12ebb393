/** Changes what the org is made of while it runs, and holds describe, queries and bulk jobs to it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, startSmallOrg, type TestOrg } from './small-org.ts';

let org: TestOrg;
beforeEach(async () => {
  org = await startSmallOrg();
});
afterEach(() => org.close());

const describePath = '/services/data/v62.0/sobjects/Account/describe';
const schema = async (...changes: unknown[]) => {
  const { status, text } = await org.call('POST', '/control/schema', changes);
  expect([status, text]).toEqual([200, expect.stringContaining('schemaChangedAt')]);
};
const field = async (name: string) =>
  (await org.call('GET', describePath)).json.fields.find((known: { name: string }) => known.name === name);

describe('a field', () => {
  it('comes, is filled, is renamed and goes, and each time describe is new to who has the last', async () => {
    let since = (await org.call('GET', describePath)).headers.get('last-modified') ?? '';
    const isNew = async () => {
      const answer = await org.call('GET', describePath, undefined, { 'if-modified-since': since });
      since = answer.headers.get('last-modified') ?? since;
      return answer.status === 200;
    };
    expect(await isNew()).toBe(false);
    const size = { name: 'Size__c', type: 'picklist', picklist: ['S', 'L'] };
    await schema({ op: 'add-field', sobject: 'Account', field: size });
    expect([await isNew(), await isNew()]).toEqual([true, false]);
    expect(await field('Size__c')).toMatchObject({ type: 'picklist', custom: true, nillable: true });
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Size__c: 'L' } });
    await schema({ op: 'rename-field', sobject: 'Account', field: 'Size__c', to: 'Extent__c' });
    expect(await isNew()).toBe(true);
    expect(await org.soql("SELECT Extent__c FROM Account WHERE Extent__c = 'L'")).toHaveLength(1);
    await expect(org.soql('SELECT Size__c FROM Account')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' });
    await schema({ op: 'remove-field', sobject: 'Account', field: 'Extent__c' });
    expect([await isNew(), await field('Extent__c')]).toEqual([true, undefined]);
  });

  it('changes its type, losing what is none of the new one', async () => {
    await schema({ op: 'retype-field', sobject: 'Region__c', field: 'Zip__c', type: 'double' });
    expect(await org.soql('SELECT Zip__c FROM Region__c')).toMatchObject([{ Zip__c: 1234 }]);
    await schema({ op: 'retype-field', sobject: 'Region__c', field: 'Zip__c', type: 'date' });
    expect(await org.soql('SELECT Zip__c FROM Region__c')).toMatchObject([{ Zip__c: null }]);
  });

  it('may be declared what it is not, as custom fields of real orgs are', async () => {
    await schema({ op: 'misdeclare-field', sobject: 'Account', field: 'Tier__c', type: 'date' });
    expect(await field('Tier__c')).toMatchObject({ type: 'date', soapType: 'xsd:date' });
    expect((await org.soql("SELECT Tier__c FROM Account WHERE Tier__c = 'Gold'"))[0]).toMatchObject({
      Tier__c: 'Gold',
    });
  });

  it('that is calculated moves without a stamp, and nobody may write it', async () => {
    await schema({ op: 'add-field', sobject: 'Account', field: { name: 'Age__c', type: 'double', calculated: true } });
    expect(await field('Age__c')).toMatchObject({ calculated: true, createable: false, updateable: false });
    const read = () =>
      org.soql(`SELECT Age__c, SystemModstamp, LastModifiedDate FROM Account WHERE Id = '${ids.acme}'`);
    const [before] = await read();
    const counts = await org.change({ op: 'recalculate', sobject: 'Account', id: ids.acme, fields: { Age__c: 7.5 } });
    expect(counts).toMatchObject({ recalculated: 1, updated: 0, fieldHistory: 0 });
    expect(await read()).toEqual([{ ...before, Age__c: 7.5 }]);
    const write = await org.call('PATCH', `/services/data/v62.0/sobjects/Account/${ids.acme}`, { Age__c: 1 });
    expect(write.json[0].errorCode).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
  });
});

describe('an object', () => {
  it('comes with fields of its own and goes', async () => {
    await schema({
      op: 'add-object',
      sobject: 'Invoice__c',
      fields: [
        { name: 'Account__c', type: 'reference', referenceTo: ['Account'] },
        { name: 'Total__c', type: 'currency', precision: 18, scale: 2 },
      ],
    });
    const fields = { Name: 'I-1', Account__c: ids.acme, Total__c: 12.5 };
    await org.change({ op: 'insert', sobject: 'Invoice__c', fields });
    expect(await org.soql('SELECT Name, Total__c, Account__r.Name FROM Invoice__c')).toMatchObject([
      { Name: 'I-1', Total__c: 12.5, Account__r: { Name: 'Acme' } },
    ]);
    expect(await org.soql("SELECT Id, (SELECT Name FROM Invoices__r) FROM Account WHERE Name = 'Acme'")).toMatchObject([
      { Invoices__r: { totalSize: 1 } },
    ]);
    await schema({ op: 'remove-object', sobject: 'Invoice__c' });
    expect((await org.call('GET', '/services/data/v62.0/sobjects/Invoice__c/describe')).status).toBe(404);
  });

  it('is not changed into something impossible', async () => {
    for (const bad of [
      { op: 'add-field', sobject: 'Account', field: { name: 'name', type: 'string' } },
      { op: 'remove-field', sobject: 'Account', field: 'SystemModstamp' },
      { op: 'rename-field', sobject: 'Nope', field: 'A', to: 'B' },
      { op: 'add-field', sobject: 'Account', field: { name: 'X__c', type: 'colour' } },
    ]) {
      expect((await org.call('POST', '/control/schema', bad)).json[0].errorCode).toBe('CONTROL_REQUEST_INVALID');
    }
  });
});
