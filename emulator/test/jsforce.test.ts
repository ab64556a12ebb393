/** Lets an unmodified jsforce use the rest of its surface: collections, upserts, describes, replication, Bulk 1.0 and 2.0 both ways. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

let org: TestOrg;
beforeAll(async () => {
  org = await startSmallOrg({ bulkPageRows: 3 }, smallOrg);
  const field = { name: 'Key__c', type: 'string', length: 20, externalId: true, unique: true };
  await org.call('POST', '/control/schema', [{ op: 'add-field', sobject: 'Lead', field }]);
  org.connection.bulk.pollInterval = 20;
  org.connection.bulk2.pollInterval = 20;
});
afterAll(() => org.close());

const leads = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ LastName: `L${from + i}`, Company: 'C', Key__c: `k${from + i}` }));
const successes = (outcomes: { success: boolean }[]) => outcomes.filter(({ success }) => success).length;

describe('jsforce', () => {
  it('creates, upserts, retrieves and destroys many records at once', async () => {
    const lead = org.connection.sobject('Lead');
    const made = await lead.create(leads(0, 3));
    expect(successes(made)).toBe(3);
    const upserted = await lead.upsert([{ Key__c: 'k0', LastName: 'Again', Company: 'C' }], 'Key__c');
    expect(upserted[0]).toMatchObject({ id: made[0]?.id, success: true });
    const madeIds = made.map(({ id }) => id ?? '');
    expect((await lead.retrieve(madeIds)).map(({ LastName }) => LastName as string)).toEqual(['Again', 'L1', 'L2']);
    expect(successes(await lead.destroy(madeIds))).toBe(3);
  });

  it('reads describes, limits, identity and what changed', async () => {
    const { connection } = org;
    expect((await connection.describe('Account')).name).toBe('Account');
    expect((await connection.describeGlobal()).sobjects.map(({ name }) => name)).toContain('Region__c');
    expect((await connection.limits()).DailyApiRequests?.Max).toBe(100_000);
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Site: 'x' } });
    const [start, end] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 120_000)];
    expect((await connection.sobject('Account').updated(start, end)).ids).toEqual([ids.acme]);
    expect((await connection.sobject('Account').deleted(start, end)).deletedRecords).toEqual([]);
  });

  it('loads and queries by Bulk API 2.0', async () => {
    const { bulk2 } = org.connection;
    const rows = [...leads(10, 4), { LastName: 'No company', Company: '', Key__c: 'k14' }];
    const results = await bulk2.loadAndWaitForResults({ object: 'Lead', operation: 'insert', input: rows });
    expect([results.successfulResults.length, results.failedResults.length]).toEqual([4, 1]);
    expect(results.failedResults[0]?.sf__Error).toBe(
      'REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company--',
    );
    // Three rows are one page: jsforce loses itself in several.
    const stream = await bulk2.query("SELECT Key__c FROM Lead WHERE Key__c IN ('k10', 'k11', 'k12') ORDER BY Key__c");
    expect((await stream.toArray()).map(({ Key__c }) => Key__c as string)).toEqual(['k10', 'k11', 'k12']);
  });

  it('loads and queries by Bulk API 1.0, where pages are no matter', async () => {
    const { bulk } = org.connection;
    const outcomes = (await bulk.load('Lead', 'insert', leads(20, 7))) as { id: string; success: boolean }[];
    expect(successes(outcomes)).toBe(7);
    const stream = await bulk.query("SELECT Key__c, CreatedDate FROM Lead WHERE Key__c LIKE 'k2%' ORDER BY Key__c");
    const records = await stream.toArray();
    expect(records.map(({ Key__c }) => Key__c as string)).toEqual(leads(20, 7).map(({ Key__c }) => Key__c));
    const rows = outcomes.map(({ id }) => ({ Id: id }));
    expect(successes((await bulk.load('Lead', 'delete', rows)) as { success: boolean }[])).toBe(7);
  });
});

describe('Bulk API 1.0', () => {
  it('speaks JSON to who speaks JSON, moments in milliseconds', async () => {
    const call = async (method: string, path: string, body?: unknown) => {
      const session = { 'X-SFDC-Session': org.connection.accessToken ?? '', authorization: '' };
      return org.call(method, `/services/async/62.0/job${path}`, body, session);
    };
    const { json: job } = await call('POST', '', { operation: 'queryAll', object: 'Account', contentType: 'JSON' });
    const query = `SELECT Id, Name, CreatedDate FROM Account WHERE Id = '${ids.acme}'`;
    const { json: batch } = await call('POST', `/${job.id}/batch`, query);
    const path = `/${job.id}/batch/${batch.id}`;
    while ((await call('GET', path)).json.state !== 'Completed');
    const { json: results } = await call('GET', `${path}/result`);
    expect((await call('GET', `${path}/result/${results[0]}`)).json).toEqual([
      expect.objectContaining({ Id: ids.acme, Name: 'Acme', CreatedDate: Date.parse('2025-01-01T00:00:00Z') }),
    ]);
    expect((await call('POST', `/${job.id}`, { state: 'Closed' })).json).toMatchObject({ state: 'Closed' });
  });

  it('tells a lost session as jsforce recognises it', async () => {
    const headers = { authorization: 'Bearer 00D!x', 'content-type': 'application/xml' };
    const { status, text } = await org.call('POST', '/services/async/62.0/job', '<jobInfo/>', headers);
    expect([status, text]).toEqual([400, expect.stringContaining('<exceptionCode>InvalidSessionId</exceptionCode>')]);
  });
});
