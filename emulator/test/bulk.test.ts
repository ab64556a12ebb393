/** Downloads Bulk API 2.0 results as a client must: poll, page by locator, count, and read every quoted value back. */
import { get } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const many = 2500;
const leads = `Id,LastName,Company,Description\n${Array.from({ length: many }, (_, i) => `00Qxx${String(i).padStart(10, '0')},L${i},C,"line ${i}\nsaid ""so"", twice"`).join('\n')}\n`;

let org: TestOrg;
beforeAll(async () => {
  org = await startSmallOrg({}, { ...smallOrg, 'Lead.csv': leads });
});
afterAll(() => org.close());

const root = '/services/data/v62.0/jobs/query';
const create = (query: string, more: Record<string, unknown> = {}) =>
  org.call('POST', root, { operation: 'query', query, ...more });

async function complete(query: string, more: Record<string, unknown> = {}) {
  let { json: job } = await create(query, more);
  while (job.state === 'UploadComplete' || job.state === 'InProgress')
    job = (await org.call('GET', `${root}/${job.id}`)).json;
  return job;
}

/** Follows the locators to the end. */
async function download(id: string, maxRecords: number) {
  const pages: { text: string; rows: Record<string, string>[] }[] = [];
  for (let locator = ''; locator !== 'null';) {
    const { headers, text, status } = await org.call(
      'GET',
      `${root}/${id}/results?maxRecords=${maxRecords}${locator && `&locator=${locator}`}`,
    );
    expect(status).toBe(200);
    const rows = parse(text, { columns: true, delimiter: [',', '|'] }) as Record<string, string>[];
    expect(headers.get('sforce-numberofrecords')).toBe(String(rows.length));
    pages.push({ text, rows });
    locator = headers.get('sforce-locator') ?? 'null';
  }
  return pages;
}

describe('a job', () => {
  it('is refused with the first field that is wrong, query and load alike', async () => {
    const load = { object: 'Lead', operation: 'insert', columnDelimiter: 'COLON' };
    const refused = [await create('SELECT Id FROM Lead', { lineEnding: 'CR' }), await create('')];
    refused.push(await org.call('POST', root.replace('query', 'ingest'), load));
    expect(
      refused.map(({ status, json }) => [status, json[0].errorCode, json[0].message.split(' ', 3).join(' ')]),
    ).toEqual([
      [400, 'INVALIDJOB', 'InvalidJob : lineEnding'],
      [400, 'INVALIDJOB', 'InvalidJob : query'],
      [400, 'INVALIDJOB', 'InvalidJob : columnDelimiter'],
    ]);
  });

  it('goes from UploadComplete to JobComplete and says how many rows it holds', async () => {
    const created = await create('SELECT Id FROM Lead');
    expect(created.status).toBe(200);
    expect(created.json).toMatchObject({
      operation: 'query',
      object: 'Lead',
      state: 'UploadComplete',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      apiVersion: 62,
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
    });
    expect(created.json.id).toMatch(/^750/);
    const job = await complete('SELECT Id FROM Lead');
    expect(job).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: many, jobType: 'V2Query', retries: 0 });
  });

  it('is listed, aborted only while it runs, and gone once deleted', async () => {
    const job = await complete('SELECT Id FROM Account');
    expect((await org.call('GET', root)).json.records[0].id).toBe(job.id);
    expect((await org.call('PATCH', `${root}/${job.id}`, { state: 'Aborted' })).status).toBe(400);
    const young = (await create('SELECT Id FROM Lead')).json;
    const aborted = await org.call('PATCH', `${root}/${young.id}`, { state: 'Aborted' });
    if (aborted.status === 200) expect(aborted.json.state).toBe('Aborted');
    else expect(aborted.json[0].errorCode).toBe('INVALIDJOBSTATE');
    expect((await org.call('DELETE', `${root}/${job.id}`)).status).toBe(204);
    expect((await org.call('GET', `${root}/${job.id}`)).status).toBe(404);
    expect((await org.call('GET', `${root}/${job.id}/results`)).status).toBe(404);
  });

  it('keeps the rows it was made of while records change', async () => {
    const job = await complete("SELECT Name FROM Account WHERE Name = 'Acme'");
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Name: 'Acme!' } });
    const [page] = await download(job.id, 10);
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Name: 'Acme' } });
    expect(page?.rows).toEqual([{ Name: 'Acme' }]);
  });
});

describe('results', () => {
  it('come in pages that repeat the header and lose no row, newlines and quotes included', async () => {
    const job = await complete('SELECT Id, Description FROM Lead');
    const pages = await download(job.id, 999);
    expect(pages.map(({ rows }) => rows.length)).toEqual([999, 999, 502]);
    for (const { text } of pages) expect(text.startsWith('"Id","Description"\n"00Q')).toBe(true);
    const rows = pages.flatMap((page) => page.rows);
    expect(new Set(rows.map(({ Id }) => Id)).size).toBe(many);
    expect(rows[1234]?.Description).toBe('line 1234\nsaid "so", twice');
    const twice = await download(job.id, 999);
    expect(twice.map(({ text }) => text)).toEqual(pages.map(({ text }) => text));
  });

  it('quote every value and write null, moments and numbers as Salesforce does', async () => {
    const job = await complete(
      'SELECT Name, BillingCity, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Owner.Name FROM Account ORDER BY Id',
    );
    const [page] = await download(job.id, 10);
    expect(page?.text).toBe(
      [
        '"Name","BillingCity","AnnualRevenue","NumberOfEmployees","IsDeleted","CreatedDate","Owner.Name"',
        '"Acme","Berlin","1000000.0","20","false","2025-01-01T00:00:00.000Z","Ana Adler"',
        '"acme two","","1.6147805824397E13","","false","2025-01-02T00:00:00.000Z","Ana Adler"',
        '"Brücke, ""GmbH""","Köln\nPorz","0.5","7","false","2025-01-02T22:00:00.000Z","Ana Adler"',
        '',
      ].join('\n'),
    );
  });

  it('end lines and part columns as asked', async () => {
    const job = await complete('SELECT Id, LastName FROM Lead', { lineEnding: 'CRLF', columnDelimiter: 'PIPE' });
    const { text } = await org.call('GET', `${root}/${job.id}/results?maxRecords=1`);
    expect(text).toBe('"Id"|"LastName"\r\n"00Qxx0000000000EAA"|"L0"\r\n');
    const last = await download(job.id, 2000);
    expect(last.map(({ rows }) => rows.length)).toEqual([2000, 500]);
  });

  it('of nothing are a header and no locator', async () => {
    const job = await complete("SELECT Id FROM Lead WHERE LastName = 'nobody'");
    const { text, headers } = await org.call('GET', `${root}/${job.id}/results`);
    expect([text, headers.get('sforce-numberofrecords'), headers.get('sforce-locator')]).toEqual([
      '"Id"\n',
      '0',
      'null',
    ]);
  });

  it('have headers spelled as Salesforce spells them: Airbyte looks them up letter by letter', async () => {
    const job = await complete('SELECT Id FROM Lead');
    const headers = { authorization: `Bearer ${org.connection.accessToken}` };
    const spelled = await new Promise<string[]>((resolve, reject) => {
      get(`${org.url}${root}/${job.id}/results?maxRecords=1`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.rawHeaders.filter((_, at) => at % 2 === 0));
      }).on('error', reject);
    });
    expect(spelled).toEqual(expect.arrayContaining(['Content-Type', 'Sforce-Locator', 'Sforce-NumberOfRecords']));
  });

  it('list their pages for parallel readers', async () => {
    const job = await complete('SELECT Id FROM Lead');
    const { json } = await org.call('GET', `${root}/${job.id}/resultPages`);
    expect(json).toEqual({
      resultPages: [{ resultUrl: `${root}/${job.id}/results` }],
      nextRecordsUrl: null,
      done: true,
    });
  });

  it('include deleted rows for queryAll only', async () => {
    await org.change({ op: 'delete', sobject: 'Contact', id: ids.ann });
    const counts = [
      await complete('SELECT Id FROM Contact'),
      await complete('SELECT Id FROM Contact', { operation: 'queryAll' }),
    ];
    await org.change({ op: 'undelete', sobject: 'Contact', id: ids.ann });
    expect(counts.map((job) => job.numberRecordsProcessed)).toEqual([3, 4]);
  });
});

describe('refusals', () => {
  it.each<[string, string, string]>([
    ['SELECT Id, BillingAddress FROM Account', 'API_ERROR', 'Selecting compound data not supported in Bulk Query'],
    ['SELECT COUNT(Id) FROM Account', 'FEATURE_NOT_ENABLED', 'not supported in Bulk Query'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'FEATURE_NOT_ENABLED', 'not supported in Bulk Query'],
    ['SELECT Id FROM Account LIMIT 1 OFFSET 1', 'FEATURE_NOT_ENABLED', 'not supported in Bulk Query'],
    ['SELECT Nope FROM Account', 'INVALID_FIELD', "No such column 'Nope'"],
  ])('%s', async (query, errorCode, message) => {
    const { status, json } = await create(query);
    expect([status, json[0].errorCode]).toEqual([400, errorCode]);
    expect(json[0].message).toContain(message);
  });

  it('of another version, a bad locator, a bad page size and a job not done', async () => {
    const job = await complete('SELECT Id FROM Account');
    const results = `${root}/${job.id}/results`;
    expect((await org.call('GET', results.replace('v62.0', 'v61.0'))).status).toBe(409);
    expect((await org.call('GET', `${results}?locator=OTk5OTk`)).json[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
    expect((await org.call('GET', `${results}?maxRecords=0`)).status).toBe(400);
    const failed = await org.call('POST', '/control/faults', {
      kind: 'job-failed',
      message: 'QUERY_TIMEOUT: too slow',
      sobject: 'Lead',
    });
    expect(failed.status).toBe(201);
    const broken = await complete('SELECT Id FROM Lead');
    expect(broken).toMatchObject({ state: 'Failed', errorMessage: 'QUERY_TIMEOUT: too slow' });
    expect((await org.call('GET', `${root}/${broken.id}/results`)).status).toBe(412);
  });
});

describe('a load in one request', () => {
  const ingest = root.replace('query', 'ingest');
  const send = (job: string, rows: string, end: string) => {
    const part = (name: string, type: string, text: string) =>
      ['--BOUNDARY', `Content-Type: ${type}`, `Content-Disposition: form-data; name="${name}"`, '', text].join(end);
    const body = [part('job', 'application/json', job), part('content', 'text/csv', rows), '--BOUNDARY--', ''].join(
      end,
    );
    return org.call('POST', `${ingest}/`, body, { 'content-type': 'multipart/form-data; boundary="BOUNDARY"' });
  };
  const load = JSON.stringify({ object: 'Contact', operation: 'insert', contentType: 'CSV', lineEnding: 'LF' });

  it.each([
    ['\n', 'Möller'],
    ['\r\n', 'O"Hara'],
  ])('closes by itself and loads its rows, with lines that end in %j', async (end, name) => {
    const rows = [
      `FirstName,LastName`,
      `Astro,"${name.replaceAll('"', '""')}"`,
      `Hootie,"${name.replaceAll('"', '""')}"`,
    ];
    const { status, json } = await send(load, rows.join('\n'), end);
    expect([status, json.state, json.object]).toEqual([200, 'UploadComplete', 'Contact']);
    let job = json;
    while (!['JobComplete', 'Failed'].includes(job.state)) job = (await org.call('GET', `${ingest}/${json.id}`)).json;
    expect(job).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 2, numberRecordsFailed: 0 });
    const found = await org.soql(
      `SELECT FirstName, LastName FROM Contact WHERE LastName = '${name}' ORDER BY FirstName`,
    );
    expect(found.map(({ FirstName }) => FirstName)).toEqual(['Astro', 'Hootie']);
  });

  it.each([
    ['not json', 'JSON_PARSER_ERROR'],
    [JSON.stringify({ operation: 'insert' }), 'INVALIDJOB'],
  ])('is refused where its job is %s', async (job, code) => {
    const before = (await org.call('GET', ingest)).json.records.length;
    const { status, json } = await send(job, 'LastName\nNobody', '\r\n');
    expect([status, json[0].errorCode]).toEqual([400, code]);
    expect((await org.call('GET', ingest)).json.records).toHaveLength(before);
  });
});
