/** Holds the shapes of the local org's answers against bodies recorded from real orgs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const folder = join(import.meta.dirname, 'recorded');
const recorded = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const customObject = readFileSync(join(folder, 'Custom__c.describe.json'), 'utf8');

let org: TestOrg;
beforeAll(async () => {
  org = await startSmallOrg({}, { ...smallOrg, 'describe/Custom__c.json': customObject });
});
afterAll(() => org.close());

/** Names, order and types of a body; of a list its first member. Moments count as such, ids by their length. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
  }
  if (typeof value !== 'string') return typeof value;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/.test(value)) return 'moment';
  return /^\w{18}$/.test(value) && /\d/.test(value) ? 'id' : 'text';
}

describe('a body', () => {
  it('of a new bulk job is that of a real org', async () => {
    const body = { operation: 'queryAll', query: 'SELECT Id FROM Account' };
    const { json } = await org.call('POST', '/services/data/v57.0/jobs/query', body);
    expect(shapeOf(json)).toEqual(shapeOf(recorded('bulk_query_job_created.200.json')));
  });

  it('of changed and deleted ids is that of a real org', async () => {
    await org.change({
      op: 'delete',
      sobject: 'Contact',
      id: ids.ann,
      at: new Date(Date.now() - 120_000).toISOString(),
    });
    const [start, end] = [Date.now() - 86_400_000, Date.now() + 60_000].map((at) => new Date(at).toISOString());
    const window = `?start=${start}&end=${end}`;
    const deleted = await org.call('GET', `/services/data/v62.0/sobjects/Contact/deleted/${window}`);
    expect(shapeOf(deleted.json)).toEqual(shapeOf(recorded('get_deleted.200.json')));
    await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Site: 's' } });
    const updated = await org.call('GET', `/services/data/v62.0/sobjects/Account/updated/${window}`);
    expect(shapeOf(updated.json)).toEqual(shapeOf(recorded('get_updated.200.json')));
  });

  it('of a record that is not there, and of a refused refresh, is that of a real org to the letter', async () => {
    const { status, json } = await org.call('GET', '/services/data/v62.0/sobjects/Account/23foo');
    expect([status, json]).toEqual([404, recorded('sobject_not_found.404.json')]);
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
    const refresh = `grant_type=refresh_token&client_id=${org.clientId}&refresh_token=x`;
    const refused = await org.call('POST', '/services/oauth2/token', refresh, form);
    expect([refused.status, refused.json]).toEqual([400, recorded('oauth_refresh_error.400.json')]);
  });
});

describe('a describe', () => {
  const keys = recorded('describe-keys.json') as Record<string, string[]>;
  const missing = (kind: string, found: object) => (keys[kind] ?? []).filter((name) => !(name in found));

  it('has every property a real one has', async () => {
    const { json } = await org.call('GET', '/services/data/v62.0/sobjects/Account/describe');
    expect(missing('describe', json)).toEqual([]);
    for (const field of json.fields) expect(missing('field', field)).toEqual([]);
    for (const child of json.childRelationships) expect(missing('childRelationship', child)).toEqual([]);
    const picklist = json.fields.find((field: { name: string }) => field.name === 'Industry').picklistValues;
    expect(missing('picklistValue', picklist[0])).toEqual([]);
    const list = (await org.call('GET', '/services/data/v62.0/sobjects')).json.sobjects;
    for (const sobject of list) expect(missing('sobject', sobject)).toEqual([]);
  });

  it('that a folder brings is served with the fields it has', async () => {
    const { json } = await org.call('GET', '/services/data/v62.0/sobjects/Custom__c/describe');
    expect(json.fields).toEqual(JSON.parse(customObject).fields);
  });
});
