/** Writes records one by one, by external id, in collections and in composites, and holds each answer to Salesforce's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const root = '/services/data/v62.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startSmallOrg({}, smallOrg);
  const schema = [
    { op: 'add-field', sobject: 'Account', field: { name: 'Key__c', type: 'string', length: 20, externalId: true } },
    { op: 'add-field', sobject: 'Contact', field: { name: 'Code__c', type: 'string', externalId: true, unique: true } },
  ];
  await org.call('POST', '/control/schema', schema);
});
afterAll(() => org.close());

const patch = (path: string, body: unknown) => org.call('PATCH', `${root}/sobjects/${path}`, body);

describe('an upsert by external id', () => {
  it('creates, then changes, then says which records it cannot choose from', async () => {
    const made = await patch('Account/Key__c/A-1', { Name: 'Upserted' });
    expect([made.status, made.json]).toEqual([201, { id: made.json.id, success: true, errors: [], created: true }]);
    const again = await patch('Account/key__c/a-1', { Name: 'Upserted twice' });
    expect([again.status, again.json.id, again.json.created]).toEqual([200, made.json.id, false]);
    expect((await org.call('GET', `${root}/sobjects/Account/Key__c/A-1?fields=Name,Key__c`)).json).toMatchObject({
      Name: 'Upserted twice',
      Key__c: 'A-1',
    });
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Key__c: 'A-1' } });
    const several = await patch('Account/Key__c/A-1', { Name: 'Which?' });
    expect([several.status, several.json.sort()]).toEqual([
      300,
      [`${root}/sobjects/Account/${ids.acme}`, `${root}/sobjects/Account/${made.json.id}`].sort(),
    ]);
    expect((await org.call('DELETE', `${root}/sobjects/Account/Key__c/A-2`)).status).toBe(404);
  });

  it('is refused on a field that identifies nothing', async () => {
    const { status, json } = await patch('Account/Site/x', { Name: 'No' });
    expect([status, json]).toEqual([
      404,
      [
        {
          message: 'Provided external ID field does not exist or is not accessible: Site',
          errorCode: 'NOT_FOUND',
        },
      ],
    ]);
  });

  it('answers an update with no body in old versions', async () => {
    await patch('Contact/Code__c/c1', { LastName: 'Coded' });
    expect(
      (await org.call('PATCH', '/services/data/v45.0/sobjects/Contact/Code__c/c1', { LastName: 'C' })).status,
    ).toBe(204);
  });
});

describe('one record', () => {
  it('may name its parent by external id', async () => {
    await org.change({ op: 'update', sobject: 'Account', id: ids.acmeTwo, fields: { Key__c: 'P' } });
    const body = { LastName: 'Child', Account: { Key__c: 'P' } };
    const { json } = await org.call('POST', `${root}/sobjects/Contact`, body);
    expect(await org.soql(`SELECT AccountId FROM Contact WHERE Id = '${json.id}'`)).toMatchObject([
      { AccountId: ids.acmeTwo },
    ]);
  });

  it('is refused for a value too long, a twin of a unique value, an unknown field and a missing one', async () => {
    const post = async (name: string, body: unknown) =>
      (await org.call('POST', `${root}/sobjects/${name}`, body)).json[0];
    await org.call('POST', `${root}/sobjects/Contact`, { LastName: 'First', Code__c: 'u' });
    expect(await post('Account', { Name: 'x'.repeat(256) })).toMatchObject({
      errorCode: 'STRING_TOO_LONG',
      fields: ['Name'],
    });
    expect(await post('Contact', { LastName: 'Second', Code__c: 'U' })).toMatchObject({ errorCode: 'DUPLICATE_VALUE' });
    expect(await post('Contact', { LastName: 'x', Nope: 1 })).toEqual({
      message: "No such column 'Nope' on sobject of type Contact",
      errorCode: 'INVALID_FIELD',
    });
    expect(await post('Contact', {})).toEqual({
      message: 'Required fields are missing: [LastName]',
      errorCode: 'REQUIRED_FIELD_MISSING',
      fields: ['LastName'],
    });
  });

  it('answers a method that is not for it with those that are', async () => {
    const { status, json } = await org.call('PUT', `${root}/sobjects/Account/${ids.acme}`, {});
    expect([status, json[0].errorCode]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(json[0].message).toBe("HTTP Method 'PUT' not allowed. Allowed are GET,PATCH,DELETE");
  });
});

describe('a collection', () => {
  const collection = `${root}/composite/sobjects`;
  const contact = { attributes: { type: 'Contact' } };

  it('creates what it can, and says of each record what became of it', async () => {
    const { json } = await org.call('POST', collection, {
      records: [
        { ...contact, LastName: 'One' },
        contact,
        { attributes: { type: 'Lead' }, LastName: 'L', Company: 'C' },
      ],
    });
    expect(json.map(({ success }: { success: boolean }) => success)).toEqual([true, false, true]);
    expect(json[1].errors).toEqual([
      {
        statusCode: 'REQUIRED_FIELD_MISSING',
        message: 'Required fields are missing: [LastName]',
        fields: ['LastName'],
      },
    ]);
    expect([json[0].id.slice(0, 3), json[2].id.slice(0, 3)]).toEqual(['003', '00Q']);
    const read = await org.call('GET', `${collection}/Contact?ids=${json[0].id},003000000000000AAA&fields=LastName`);
    expect(read.json).toMatchObject([{ LastName: 'One' }, null]);
    const change = { records: [{ ...contact, id: json[0].id, LastName: 'Uno' }] };
    expect((await org.call('PATCH', collection, change)).json).toEqual([{ id: json[0].id, success: true, errors: [] }]);
    const away = await org.call('DELETE', `${collection}?ids=${json[0].id},${json[0].id.slice(0, 15)}x`);
    expect(away.json.map(({ success }: { success: boolean }) => success)).toEqual([true, false]);
  });

  it('is undone whole where one record fails and all or none is asked', async () => {
    const before = await org.soql('SELECT Id FROM Contact');
    const { json } = await org.call('POST', collection, {
      allOrNone: true,
      records: [{ ...contact, LastName: 'A' }, contact],
    });
    expect(json.map(({ errors }: { errors: { statusCode: string }[] }) => errors[0]?.statusCode)).toEqual([
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'REQUIRED_FIELD_MISSING',
    ]);
    expect(await org.soql('SELECT Id FROM Contact')).toEqual(before);
  });

  it('upserts by external id', async () => {
    const records = ['k1', 'k2'].map((Code__c) => ({ ...contact, Code__c, LastName: 'K' }));
    const first = await org.call('PATCH', `${collection}/Contact/Code__c`, { records });
    const second = await org.call('PATCH', `${collection}/Contact/Code__c`, { records });
    const created = (list: { created: boolean }[]) => list.map((outcome) => outcome.created);
    expect([created(first.json), created(second.json)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(second.json.map(({ id }: { id: string }) => id)).toEqual(first.json.map(({ id }: { id: string }) => id));
  });
});

describe('a composite', () => {
  const parts = (lastName: unknown) => [
    { method: 'POST', url: `${root}/sobjects/Account`, referenceId: 'parent', body: { Name: 'Composed' } },
    {
      method: 'POST',
      url: `${root}/sobjects/Contact`,
      referenceId: 'child',
      body: { LastName: lastName, AccountId: '@{parent.id}' },
    },
    { method: 'GET', url: `${root}/sobjects/Contact/@{child.id}?fields=AccountId`, referenceId: 'read' },
  ];
  const run = (allOrNone: boolean, lastName: unknown) =>
    org.call('POST', `${root}/composite`, { allOrNone, compositeRequest: parts(lastName) });

  it('builds later parts on the answers of earlier ones', async () => {
    const { compositeResponse } = (await run(true, 'Part')).json;
    expect(compositeResponse.map((part: { httpStatusCode: number }) => part.httpStatusCode)).toEqual([201, 201, 200]);
    expect(compositeResponse[2].body.AccountId).toBe(compositeResponse[0].body.id);
    expect(compositeResponse[0].httpHeaders.Location).toBe(`${root}/sobjects/Account/${compositeResponse[0].body.id}`);
  });

  it('is undone whole where one part fails and all or none is asked', async () => {
    const count = async () => (await org.soql("SELECT Id FROM Account WHERE Name = 'Composed'")).length;
    const before = await count();
    const { compositeResponse } = (await run(true, '')).json;
    expect(compositeResponse.map(({ body }: { body: { errorCode: string }[] }) => body[0]?.errorCode)).toEqual([
      'PROCESSING_HALTED',
      'REQUIRED_FIELD_MISSING',
      'PROCESSING_HALTED',
    ]);
    expect(await count()).toBe(before);
    expect((await run(false, '')).json.compositeResponse[0].httpStatusCode).toBe(201);
    expect(await count()).toBe(before + 1);
  });
});

describe('a tree', () => {
  const tree = (lastName: string) => ({
    records: [
      {
        attributes: { type: 'Account', referenceId: 'a' },
        Name: 'Grower',
        Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'c' }, LastName: lastName }] },
      },
      { attributes: { type: 'Account', referenceId: 'b' }, Name: 'Sapling' },
    ],
  });
  const count = async () => (await org.soql("select Id from Account where Name = 'Grower'")).length;

  it('makes records with those below them, and answers each id by its reference', async () => {
    const { status, json } = await org.call('POST', `${root}/composite/tree/Account`, tree('Leaf'));
    expect([status, json.hasErrors]).toEqual([201, false]);
    expect(json.results.map((one: { referenceId: string }) => one.referenceId)).toEqual(['a', 'c', 'b']);
    const child = await org.call('GET', `${root}/sobjects/Contact/${json.results[1].id}?fields=AccountId,LastName`);
    expect(child.json).toMatchObject({ AccountId: json.results[0].id, LastName: 'Leaf' });
  });

  it('makes nothing where one record is refused, and names it', async () => {
    const before = await count();
    const { status, json } = await org.call('POST', `${root}/composite/tree/Account`, tree(''));
    expect(status).toBe(400);
    expect(json).toMatchObject({
      hasErrors: true,
      results: [{ referenceId: 'c', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }],
    });
    expect(await count()).toBe(before);
    const { records } = tree('Leaf');
    const twice = { records: [records[1], records[1]] };
    expect((await org.call('POST', `${root}/composite/tree/Account`, twice)).json.results[0].errors[0]).toMatchObject({
      statusCode: 'INVALID_INPUT',
    });
  });
});
