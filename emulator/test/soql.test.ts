/** Holds SOQL to Salesforce's meaning: what each condition finds, how records look, how wrong queries are refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayRange } from '../soql/dates.ts';
import { ids, smallOrg, startSmallOrg, type TestOrg, version } from './small-org.ts';

let org: TestOrg;
beforeAll(async () => {
  org = await startSmallOrg({ now: () => new Date('2025-03-05T12:00:00Z') });
});
afterAll(() => org.close());

const names = async (where: string, object = 'Account') =>
  (await org.soql(`SELECT Name FROM ${object} ${where}`)).map(({ Name }) => Name);

describe('conditions', () => {
  const quoted = 'Brücke, "GmbH"';
  it.each<[string, string[]]>([
    ["WHERE Name = 'ACME'", ['Acme']],
    ["WHERE Name != 'acme'", ['acme two', quoted]],
    ["WHERE Name LIKE 'a%' AND Name LIKE '%E'", ['Acme']],
    ["WHERE Name LIKE 'Acm_'", ['Acme']],
    ["WHERE Name LIKE 'Acm\\_'", []],
    ["WHERE Name IN ('acme', 'ACME TWO')", ['Acme', 'acme two']],
    ["WHERE Name NOT IN ('acme')", ['acme two', quoted]],
    ['WHERE BillingCity = null', ['acme two']],
    ["WHERE BillingCity = ''", ['acme two']],
    ['WHERE BillingCity != null', ['Acme', quoted]],
    ["WHERE BillingCity != 'berlin'", ['acme two', quoted]],
    ["WHERE NOT BillingCity = 'Berlin'", ['acme two', quoted]],
    ["WHERE NOT (BillingCity = 'Berlin' OR BillingCity = null)", [quoted]],
    ["WHERE BillingCity LIKE 'K%\\nPorz'", [quoted]],
    ["WHERE NOT BillingCity LIKE 'B%'", ['acme two', quoted]],
    ["WHERE BillingCity > 'c'", [quoted]],
    ['WHERE NumberOfEmployees < 10', [quoted]],
    ['WHERE AnnualRevenue >= 0.5 AND AnnualRevenue < 1000001', ['Acme', quoted]],
    [`WHERE Id = '001xx0000000001'`, ['Acme']],
    [`WHERE Id IN ('${ids.acme}', '001xx0000000002')`, ['Acme', 'acme two']],
    ['WHERE CreatedDate < 2025-01-02T00:00:00Z', ['Acme']],
    // The third account was created at 22:00 UTC of the day before its offset says.
    ['WHERE CreatedDate = 2025-01-02T22:00:00.000+0000', [quoted]],
    ['WHERE SystemModstamp > 2025-02-01T10:00:00Z AND SystemModstamp <= 2025-02-02T10:00:00.000Z', ['acme two']],
    ['WHERE SystemModstamp = LAST_MONTH AND SystemModstamp < LAST_N_DAYS:31', ['Acme']],
    ['WHERE CALENDAR_YEAR(CreatedDate) = 2025 AND DAY_ONLY(CreatedDate) = 2025-01-01', ['Acme']],
    ["WHERE Owner.Name = 'ana adler' AND Tier__c = 'gold'", ['Acme']],
    ['WHERE Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true)', ['Acme', quoted]],
    ['WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE AccountId != null)', ['acme two']],
    ['ORDER BY Name DESC', [quoted, 'acme two', 'Acme']],
    ['ORDER BY BillingCity', ['acme two', 'Acme', quoted]],
    ['ORDER BY BillingCity DESC NULLS LAST LIMIT 2', [quoted, 'Acme']],
    ['ORDER BY NumberOfEmployees ASC NULLS LAST LIMIT 1 OFFSET 1', ['Acme']],
  ])('%s', async (where, expected) => {
    expect(await names(where)).toEqual(expected);
  });

  it('compares children with their missing parents as null', async () => {
    expect(await names("WHERE Account.Name != 'acme'", 'Contact')).toEqual(['Cem Can', 'Dia Dorn']);
    expect(await names('WHERE Account.Name = null', 'Contact')).toEqual(['Dia Dorn']);
  });
});

describe('records', () => {
  it('nests parents, keeps missing ones null and answers names in their own case', async () => {
    const records = await org.soql(
      "select id, ACCOUNT.name, account.OWNER.email from contact where lastname in ('Archer', 'Dorn') order by lastname",
    );
    expect(records).toEqual([
      {
        attributes: { type: 'Contact', url: `/services/data/v62.0/sobjects/Contact/${ids.ann}` },
        Id: ids.ann,
        Account: {
          attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${ids.acme}` },
          Name: 'Acme',
          Owner: {
            attributes: { type: 'User', url: '/services/data/v62.0/sobjects/User/005xx0000000001AAA' },
            Email: 'ana@example.com',
          },
        },
      },
      { attributes: expect.anything(), Id: '003xx0000000004AAA', Account: null },
    ]);
  });

  it('writes values as JSON does', async () => {
    const [record] = await org.soql(
      "SELECT Name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, BillingAddress FROM Account WHERE Name LIKE 'Br%'",
    );
    expect(record).toMatchObject({
      Name: 'Brücke, "GmbH"',
      AnnualRevenue: 0.5,
      NumberOfEmployees: 7,
      IsDeleted: false,
      CreatedDate: '2025-01-02T22:00:00.000+0000',
      BillingAddress: { city: 'Köln\nPorz', country: null },
    });
  });

  it('lists children inside their parents, limited for each', async () => {
    const records = await org.soql(
      'SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC LIMIT 1) FROM Account ORDER BY Id',
    );
    expect(
      records.map(
        ({ Contacts }) =>
          (Contacts as { records: { LastName: string }[] } | null)?.records.map(({ LastName }) => LastName) ?? null,
      ),
    ).toEqual([['Bell'], null, ['Can']]);
  });

  it('groups and aggregates, naming what has no alias expr0', async () => {
    const records = await org.soql(
      'SELECT StageName, COUNT(Id) n, SUM(Amount), MAX(CloseDate) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 0 ORDER BY StageName',
    );
    expect(records).toEqual([
      { attributes: { type: 'AggregateResult' }, StageName: 'Closed Won', n: 2, expr0: 500, expr1: '2025-04-02' },
      { attributes: { type: 'AggregateResult' }, StageName: 'Prospecting', n: 1, expr0: 100.5, expr1: '2025-03-01' },
    ]);
    const answer = await org.call('GET', '/services/data/v62.0/query?q=select+count()+from+Contact+where+Email!=null');
    expect(answer.json).toEqual({ totalSize: 3, done: true, records: [] });
  });

  it('a sum without groups is one row, however many records it is of; over 2,000 groups are refused', async () => {
    const fields = Array.from({ length: 2100 }, (_, serial) => ({ LastName: `L${serial}`, Company: 'House' }));
    await org.change(...fields.map((one) => ({ op: 'insert' as const, sobject: 'Lead', fields: one })));
    expect(await org.soql("SELECT COUNT(Id) n, MAX(LastName) m FROM Lead WHERE Company = 'House'")).toEqual([
      { attributes: { type: 'AggregateResult' }, n: 2100, m: 'L999' },
    ]);
    const groups = 'select+LastName+from+Lead+group+by+LastName';
    const answer = await org.call('GET', `/services/data/v62.0/query?q=${groups}`);
    expect(answer.json).toMatchObject([{ errorCode: 'EXCEEDED_ID_LIMIT' }]);
  });

  it('serves custom objects with types read from their values', async () => {
    const [region] = await org.soql('SELECT FIELDS(CUSTOM), Lead_Account__r.Name FROM Region__c LIMIT 200');
    expect(region).toMatchObject({
      Zip__c: '01234',
      Since__c: '2025-01-01',
      Size__c: 2.5,
      Lead_Account__c: ids.acme,
      Lead_Account__r: { Name: 'Acme' },
    });
  });
});

describe('TYPEOF', () => {
  const tasks = [
    'Id,Subject,WhatId,Status,Priority',
    `00Txx0000000001,Call,${ids.acme},Open,Normal`,
    `00Txx0000000002,Mail,${ids.won},Open,Normal`,
    '00Txx0000000003,Note,,Open,Normal',
    '',
  ].join('\n');
  let org: TestOrg;
  beforeAll(async () => {
    org = await startSmallOrg({}, { ...smallOrg, 'Task.csv': tasks });
  });
  afterAll(() => org.close());
  const ask = async (q: string) => org.call('GET', `/services/data/${version}/query?q=${encodeURIComponent(q)}`);

  it('answers of each record the fields of its own object, and nothing of the others', async () => {
    const { json } = await ask(
      'select Subject, typeof What when Account then Name, NumberOfEmployees when opportunity then Amount, StageName end from Task order by Subject',
    );
    expect(json.records.map(({ What }: { What: unknown }) => What)).toEqual([
      { attributes: { type: 'Account', url: expect.stringContaining(ids.acme) }, Name: 'Acme', NumberOfEmployees: 20 },
      { attributes: { type: 'Opportunity', url: expect.any(String) }, Amount: 200, StageName: 'Closed Won' },
      null,
    ]);
  });

  it('answers ELSE of all objects that no WHEN names, and of those without either the kind alone', async () => {
    const other = await ask(
      'select typeof What when Account then Phone else Name, Type end from Task order by Subject',
    );
    expect(other.json.records.map(({ What }: { What: unknown }) => What)).toEqual([
      { attributes: expect.objectContaining({ type: 'Account' }), Phone: null },
      { attributes: expect.objectContaining({ type: 'Opportunity' }), Name: 'Two', Type: null },
      null,
    ]);
    const alone = await ask(
      'select typeof What when Account then Phone end from Task where WhatId != null order by Subject',
    );
    expect(alone.json.records[1].What).toEqual({ attributes: expect.objectContaining({ type: 'Opportunity' }) });
  });

  it('is refused where the relationship leads to one object, for an unknown object or field, and in bulk', async () => {
    for (const [q, errorCode] of [
      ['select typeof Account when Account then Name end from Contact', 'MALFORMED_QUERY'],
      ['select typeof What when Nothing then Name end from Task', 'INVALID_TYPE'],
      ['select typeof What when Contact then Name end from Task', 'MALFORMED_QUERY'],
      ['select typeof What when Account then Nothing end from Task', 'INVALID_FIELD'],
    ] as const)
      expect((await ask(q)).json, q).toMatchObject([{ errorCode }]);
    const bulk = { operation: 'query', query: 'select typeof What when Account then Name end from Task' };
    const job = await org.call('POST', `/services/data/${version}/jobs/query`, bulk);
    expect(job.json).toMatchObject([{ errorCode: 'FEATURE_NOT_ENABLED' }]);
  });
});

describe('refusals', () => {
  it.each<[string, string, string]>([
    ['SELECT Id FRM Account', 'MALFORMED_QUERY', "unexpected token: 'FRM'"],
    ['SELECT Id FROM Account LIMIT x', 'MALFORMED_QUERY', "unexpected token: 'x'"],
    [
      "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
      'MALFORMED_QUERY',
      "unexpected token: 'OR'",
    ],
    ['SELECT Name, COUNT(Id) FROM Account', 'MALFORMED_QUERY', 'Field must be grouped or aggregated: Name'],
    ['SELECT Id, id FROM Account', 'MALFORMED_QUERY', 'duplicate field selected: Id'],
    ['SELECT FIELDS(ALL) FROM Account', 'MALFORMED_QUERY', 'The SOQL FIELDS function must have a LIMIT of at most 200'],
    ["SELECT Id FROM Account WHERE Id = 'x'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: x'],
    ['SELECT Id FROM Account OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000'],
    [
      "SELECT Id FROM Account WHERE AnnualRevenue = '1'",
      'INVALID_FIELD',
      "field 'AnnualRevenue' must be of type double and should not be enclosed in quotes",
    ],
    [
      'SELECT Id FROM Account WHERE CreatedDate > 2025-01-01',
      'INVALID_FIELD',
      "field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
    ],
    [
      "SELECT Id FROM Account WHERE Description = 'x'",
      'INVALID_FIELD',
      "field 'Description' can not be filtered in a query call",
    ],
    ['SELECT Id, Nope.Name FROM Account', 'INVALID_FIELD', "Didn't understand relationship 'Nope' in field path."],
  ])('%s', async (text, errorCode, message) => {
    await expect(org.soql(text)).rejects.toMatchObject({ errorCode, message: expect.stringContaining(message) });
  });

  it('points at an unknown field and object with a caret', async () => {
    await expect(org.soql('SELECT Id, Foo__c FROM Account')).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
      message:
        "\nSELECT Id, Foo__c FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    });
    await expect(org.soql('SELECT Id\nFROM Nothing')).rejects.toMatchObject({
      errorCode: 'INVALID_TYPE',
      message: expect.stringContaining("ERROR at Row:2:Column:6\nsObject type 'Nothing' is not supported."),
    });
  });
});

describe('date literals', () => {
  const now = new Date('2025-03-05T12:00:00Z');
  it.each<[string, string, string]>([
    ['TODAY', '2025-03-05', '2025-03-06'],
    ['LAST_N_DAYS:3', '2025-03-02', '2025-03-06'],
    ['NEXT_N_DAYS:3', '2025-03-06', '2025-03-09'],
    ['N_DAYS_AGO:2', '2025-03-03', '2025-03-04'],
    ['THIS_WEEK', '2025-03-02', '2025-03-09'],
    ['LAST_MONTH', '2025-02-01', '2025-03-01'],
    ['LAST_N_MONTHS:2', '2025-01-01', '2025-03-01'],
    ['NEXT_FISCAL_QUARTER', '2025-04-01', '2025-07-01'],
    ['N_YEARS_AGO:1', '2024-01-01', '2025-01-01'],
  ])('%s', (literal, from, to) => {
    expect(dayRange(literal, now)).toEqual({ from, to });
  });
});
