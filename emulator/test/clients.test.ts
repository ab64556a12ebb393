/** Lets an unmodified jsforce, and plain HTTP as others speak it, log in, query, page, describe and write. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const manyLeads = `Id,LastName,Company\n${Array.from({ length: 4500 }, (_, i) => `00Qxx${String(i).padStart(10, '0')},L${i},C`).join('\n')}\n`;

let org: TestOrg;
let clock = 0;
beforeAll(async () => {
  org = await startSmallOrg(
    {
      oldLogins: true,
      jwtPublicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      sessionSeconds: 600,
      now: () => new Date(Date.now() + clock),
    },
    { ...smallOrg, 'Lead.csv': manyLeads },
  );
});
afterAll(() => org.close());

const token = (form: Record<string, string>) =>
  org.call('POST', '/services/oauth2/token', new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: '',
  });

function assertion(claims: Record<string, unknown>, key = keys.privateKey): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256' })}.${part({ iss: org.clientId, sub: org.username, aud: org.url, exp: Math.floor(Date.now() / 1000) + 180, ...claims })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

describe('OAuth', () => {
  const bearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

  it('gives jsforce a token whose first 15 characters are the org', async () => {
    expect(org.connection.accessToken?.startsWith(`${org.orgId.slice(0, 15)}!`)).toBe(true);
    expect((await org.connection.identity()).username).toBe(org.username);
  });

  it('takes a password, and refuses a wrong one', async () => {
    const client = {
      client_id: org.clientId,
      client_secret: org.clientSecret,
      grant_type: 'password',
      username: org.username,
    };
    expect((await token({ ...client, password: org.password })).json).toMatchObject({
      token_type: 'Bearer',
      instance_url: org.url,
    });
    const refused = await token({ ...client, password: 'no' });
    expect([refused.status, refused.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'authentication failure' },
    ]);
  });

  it('verifies signature, audience and expiry of an assertion', async () => {
    expect((await token({ grant_type: bearer, assertion: assertion({}) })).status).toBe(200);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    for (const bad of [
      assertion({}, stranger),
      assertion({ aud: 'https://elsewhere.test' }),
      assertion({ exp: 1 }),
      'x.y.z',
    ]) {
      expect((await token({ grant_type: bearer, assertion: bad })).json).toMatchObject({ error: 'invalid_grant' });
    }
  });

  it('exchanges a code once, with its verifier, for a refresh token that works', async () => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const query = new URLSearchParams({
      client_id: org.clientId,
      redirect_uri: 'http://127.0.0.1:1/back',
      state: 's',
      code_challenge: challenge,
    });
    const redirect = await fetch(`${org.url}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const exchange = {
      grant_type: 'authorization_code',
      client_id: org.clientId,
      code,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    };
    const first = await token(exchange);
    expect(first.status).toBe(200);
    expect((await token(exchange)).json).toMatchObject({ error: 'invalid_grant' });
    const refresh = { grant_type: 'refresh_token', client_id: org.clientId, refresh_token: first.json.refresh_token };
    expect((await token(refresh)).status).toBe(200);
    expect((await token({ ...refresh, refresh_token: 'x' })).json).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
  });

  it('ends sessions after their time', async () => {
    const { json } = await token({
      grant_type: 'client_credentials',
      client_id: org.clientId,
      client_secret: org.clientSecret,
    });
    const ask = () =>
      org.call('GET', '/services/data/v62.0/limits', undefined, { authorization: `Bearer ${json.access_token}` });
    expect((await ask()).status).toBe(200);
    clock = 601_000;
    const late = await ask();
    clock = 0;
    expect([late.status, late.json]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
  });

  it('refuses both old logins where nobody has switched them on, in the words of Salesforce', async () => {
    const today = await startSmallOrg();
    const given = { client_id: today.clientId, client_secret: today.clientSecret, grant_type: 'password' };
    const body = new URLSearchParams({ ...given, username: today.username, password: today.password }).toString();
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
    const refused = await today.call('POST', '/services/oauth2/token', body, form);
    expect([refused.status, refused.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'authentication failure' },
    ]);
    const soap = new Connection({ loginUrl: today.loginUrl, version: '62.0' });
    await expect(soap.login(today.username, today.password)).rejects.toThrow(
      'INVALID_OPERATION: SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login().',
    );
    await today.close();
  });

  it('logs in over SOAP up to version 64', async () => {
    await expect(
      new Connection({ loginUrl: org.loginUrl, version: '65.0' }).login(org.username, org.password),
    ).rejects.toThrow('UNSUPPORTED_API_VERSION');
    const connection = new Connection({ loginUrl: org.loginUrl, version: '62.0' });
    await connection.login(org.username, org.password);
    expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(3);
    await expect(new Connection({ loginUrl: org.loginUrl }).login(org.username, 'no')).rejects.toThrow('INVALID_LOGIN');
  });
});

describe('queries', () => {
  it('pages 4,500 rows without losing or repeating one', async () => {
    const seen = new Set<string>();
    let page = await org.connection.query<{ Id: string }>('SELECT Id FROM Lead ORDER BY LastName');
    expect([page.totalSize, page.records.length, page.done]).toEqual([4500, 2000, false]);
    for (;;) {
      for (const { Id } of page.records) seen.add(Id);
      if (page.done || !page.nextRecordsUrl) break;
      expect(page.nextRecordsUrl).toMatch(/\/services\/data\/v62\.0\/query\/01g\w+-\d+$/);
      page = await org.connection.queryMore(page.nextRecordsUrl);
    }
    expect(seen.size).toBe(4500);
  });

  it('binds a locator to its session and honours the batch size', async () => {
    const path = '/services/data/v62.0/query?q=SELECT+Id+FROM+Lead';
    const first = await org.call('GET', path, undefined, { 'Sforce-Query-Options': 'batchSize=300' });
    expect(first.json.records).toHaveLength(300);
    const { json } = await token({
      grant_type: 'client_credentials',
      client_id: org.clientId,
      client_secret: org.clientSecret,
    });
    const other = await org.call('GET', first.json.nextRecordsUrl, undefined, {
      authorization: `Bearer ${json.access_token}`,
    });
    expect([other.status, other.json[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    const again = [await org.call('GET', first.json.nextRecordsUrl), await org.call('GET', first.json.nextRecordsUrl)];
    expect(again[0]?.json.records).toEqual(again[1]?.json.records);
  });

  it('describes columns for the CLI', async () => {
    const { json } = await org.call(
      'GET',
      '/services/data/v62.0/query/?columns=true&q=SELECT+Id,Owner.Name,AnnualRevenue+FROM+Account',
    );
    expect(json).toMatchObject({ entityName: 'Account', idSelected: true, keyPrefix: '001', groupBy: false });
    expect(json.columnMetadata.map((column: { columnName: string }) => column.columnName)).toEqual([
      'Id',
      'Owner',
      'AnnualRevenue',
    ]);
    expect(json.columnMetadata[1].joinColumns[0]).toMatchObject({ columnName: 'Name', textType: true });
  });
});

describe('HTTP manners', () => {
  it('collapses slashes, indents on request and counts use', async () => {
    const { text, headers } = await org.call(
      'GET',
      '//services/data/v62.0/query/?q=select+count()+from+Account',
      undefined,
      { 'X-PrettyPrint': '1' },
    );
    expect(text).toBe('{\n  "totalSize": 3,\n  "done": true,\n  "records": []\n}');
    expect(headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/100000$/);
  });

  it('packs and unpacks gzip', async () => {
    const { request } = await import('undici');
    const authorization = `Bearer ${org.connection.accessToken}`;
    const { headers, body } = await request(`${org.url}/services/data/v62.0/sobjects`, {
      headers: { authorization, 'accept-encoding': 'gzip' },
    });
    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(Buffer.from(await body.arrayBuffer())).toString()).encoding).toBe('UTF-8');
    const packed = await request(`${org.url}/services/data/v62.0/jobs/query`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ operation: 'query', query: 'SELECT Id FROM Account' })),
    });
    expect(packed.statusCode).toBe(200);
    await packed.body.dump();
  });

  it('lists versions without a session and knows nothing outside them', async () => {
    const list = await (await fetch(`${org.url}/services/data`)).json();
    expect(list).toContainEqual({ label: "Spring '26", url: '/services/data/v66.0', version: '66.0' });
    expect((await org.call('GET', '/services/data/v99.0/limits')).json).toEqual([
      { message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' },
    ]);
  });

  it('runs a batch of requests in one', async () => {
    const { json } = await org.call('POST', '/services/data/v62.0/composite/batch', {
      batchRequests: [
        { method: 'GET', url: 'v62.0/sobjects/Account/describe' },
        { method: 'GET', url: 'v62.0/sobjects/Nope/describe' },
      ],
    });
    expect(json.hasErrors).toBe(true);
    expect(json.results.map((result: { statusCode: number }) => result.statusCode)).toEqual([200, 404]);
    expect(json.results[0].result.name).toBe('Account');
  });

  it('refuses requests beyond the daily limit', async () => {
    const tight = await startSmallOrg({ dailyLimit: 1 });
    await tight.call('GET', '/services/data/v62.0/limits');
    const second = await tight.call('GET', '/services/data/v62.0/limits');
    await tight.close();
    expect([second.status, second.json[0].errorCode]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
  });
});

describe('records', () => {
  it('creates, reads, updates and deletes through jsforce', async () => {
    const accounts = org.connection.sobject('Account');
    const created = await accounts.create({ Name: 'New', BillingCity: 'Bonn' });
    const id = created.id ?? '';
    expect(await accounts.retrieve(id)).toMatchObject({ Id: id, Name: 'New', IsDeleted: false });
    await accounts.update({ Id: id, Name: 'Newer' });
    expect((await org.soql(`SELECT Name FROM Account WHERE Id = '${id}'`))[0]?.Name).toBe('Newer');
    await accounts.destroy(id);
    await expect(accounts.retrieve(id)).rejects.toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
  });

  it('says of SOSL that it knows none, and to which fields a user without a user name has come', async () => {
    const search = await org.call('GET', '/services/data/v62.0/search?q=FIND+%7BAcme%7D');
    expect([search.status, search.json[0].errorCode]).toEqual([403, 'FUNCTIONALITY_NOT_ENABLED']);
    const [ana] = await org.soql('SELECT Username, LastName FROM User LIMIT 1');
    expect(ana).toMatchObject({ Username: expect.stringContaining('@'), LastName: expect.any(String) });
  });

  it('refuses what Salesforce refuses', async () => {
    const post = (body: unknown) => org.call('POST', '/services/data/v62.0/sobjects/Account', body);
    expect((await post({ BillingCity: 'x' })).json).toEqual([
      { message: 'Required fields are missing: [Name]', errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] },
    ]);
    expect((await post({ Name: 'x', Nope: 1 })).json[0].errorCode).toBe('INVALID_FIELD');
    expect((await post({ Name: 'x', SystemModstamp: '2025-01-01T00:00:00Z' })).json[0].errorCode).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    );
    expect((await post('{"Name":')).json[0].errorCode).toBe('JSON_PARSER_ERROR');
    expect((await org.call('GET', '/services/data/v62.0/sobjects/Account/23foo')).json[0]).toEqual({
      message: 'Provided external ID field does not exist or is not accessible: 23foo',
      errorCode: 'NOT_FOUND',
    });
    expect(
      (await org.call('PATCH', `/services/data/v62.0/sobjects/Account/${ids.acme}`, { AnnualRevenue: 'much' })).json[0]
        .errorCode,
    ).toBe('JSON_PARSER_ERROR');
  });
});
