/** Asks describe what an object is made of, and hides objects and fields from it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

let org: TestOrg;
beforeEach(async () => {
  org = await startSmallOrg();
});
afterEach(() => org.close());

describe('permissions', () => {
  const permit = (body: unknown) => org.call('POST', '/control/permissions', body);
  const describeOf = (name: string, since?: string) =>
    org.call(
      'GET',
      `/services/data/v62.0/sobjects/${name}/describe`,
      undefined,
      since ? { 'if-modified-since': since } : {},
    );

  it('take a field out of describe and queries without a word', async () => {
    const before = await describeOf('Account');
    expect((await permit({ sobject: 'account', hiddenFields: ['AnnualRevenue'] })).status).toBe(200);
    const names = (await describeOf('Account')).json.fields.map(({ name }: { name: string }) => name);
    expect(names).toHaveLength(before.json.fields.length - 1);
    await expect(org.soql('SELECT AnnualRevenue FROM Account')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' });
    await permit({ sobject: 'Account', hiddenFields: [] });
    expect(await org.soql('SELECT AnnualRevenue FROM Account')).toHaveLength(3);
  });

  it('take an object out of everything', async () => {
    await permit({ sobject: 'Account', readable: false });
    expect((await describeOf('Account')).status).toBe(404);
    const list = (await org.call('GET', '/services/data/v62.0/sobjects')).json.sobjects;
    expect(list.map(({ name }: { name: string }) => name)).not.toContain('Account');
    await expect(org.soql('SELECT Id FROM Account')).rejects.toMatchObject({ errorCode: 'INVALID_TYPE' });
    await expect(org.soql('SELECT Account.Name FROM Contact')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' });
  });

  it('are refused for what is not there', async () => {
    expect((await permit({ sobject: 'Nope' })).text).toContain('The org has no object Nope');
    expect((await permit({ sobject: 'Account', hiddenFields: ['Nope'] })).text).toContain('Account has no field Nope');
  });
});

describe('describe', () => {
  it('says of a field what Salesforce says', async () => {
    const { json, headers } = await org.call('GET', '/services/data/v62.0/sobjects/account/describe');
    const field = (name: string) => json.fields.find((known: { name: string }) => known.name === name);
    expect(json).toMatchObject({
      name: 'Account',
      keyPrefix: '001',
      mergeable: true,
      replicateable: true,
      custom: false,
    });
    expect(field('Name')).toMatchObject({
      type: 'string',
      length: 255,
      byteLength: 765,
      nillable: false,
      label: 'Account Name',
      nameField: true,
    });
    expect(field('OwnerId')).toMatchObject({
      type: 'reference',
      referenceTo: ['User'],
      relationshipName: 'Owner',
      soapType: 'tns:ID',
    });
    expect(field('AnnualRevenue')).toMatchObject({ type: 'currency', soapType: 'xsd:double', groupable: false });
    expect(field('Description')).toMatchObject({ filterable: false, sortable: false });
    expect(field('Tier__c')).toMatchObject({ custom: true, type: 'string', calculated: false });
    const since = headers.get('last-modified') ?? '';
    expect(
      (
        await org.call('GET', '/services/data/v62.0/sobjects/Account/describe', undefined, {
          'if-modified-since': since,
        })
      ).status,
    ).toBe(304);
  });

  it('serves an org folder its own describe, with its types', async () => {
    const { json } = await org.call('GET', '/services/data/v62.0/sobjects/Region__c/describe');
    const recorded = {
      ...json,
      label: 'Sales region',
      fields: json.fields.map((field: { name: string }) =>
        field.name === 'Zip__c' ? { ...field, label: 'Postal code', inlineHelpText: 'five digits' } : field,
      ),
    };
    const other = await startSmallOrg({}, { ...smallOrg, 'describe/Region__c.json': JSON.stringify(recorded) });
    const answer = (await other.call('GET', '/services/data/v62.0/sobjects/Region__c/describe')).json;
    await other.close();
    expect(answer.label).toBe('Sales region');
    expect(answer.fields.find(({ name }: { name: string }) => name === 'Zip__c')).toMatchObject({
      label: 'Postal code',
      inlineHelpText: 'five digits',
    });
  });

  it('knows every standard object without a CSV', async () => {
    const { json } = await org.call(
      'GET',
      '/services/data/v62.0/limits/recordCount?sObjects=Account,Lead,Campaign,Case,Task,ForecastingQuota,Organization',
    );
    expect(json.sObjects).toEqual([
      { count: 3, name: 'Account' },
      { count: 0, name: 'Lead' },
      { count: 0, name: 'Campaign' },
      { count: 0, name: 'Case' },
      { count: 0, name: 'Task' },
      { count: 0, name: 'ForecastingQuota' },
      { count: 1, name: 'Organization' },
    ]);
  });
});
