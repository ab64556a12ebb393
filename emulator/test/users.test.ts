/** Lets several users log in, with refresh tokens that rotate, behind TLS too, each seeing what is meant for them. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const robot = '005xx0000000002AAA';
const users = [
  'Id,Username,Name,Email,IsActive',
  '005xx0000000001,ana@example.com,Ana Adler,ana@example.com,true',
  '005xx0000000002,robo@example.com,Robo Tester,robo@example.com,true',
  '005xx0000000003,gone@example.com,Gone Gunn,gone@example.com,false',
  '',
].join('\n');

let org: TestOrg;
beforeAll(async () => {
  const jwtPublicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  org = await startSmallOrg({ jwtPublicKey, httpsPort: 0, oldLogins: true }, { ...smallOrg, 'User.csv': users });
});
afterAll(() => org.close());

const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
const token = (given: Record<string, string>) =>
  org.call('POST', '/services/oauth2/token', new URLSearchParams(given).toString(), form);
const asUser = async (method: string, path: string, accessToken: string, body?: unknown) =>
  org.call(method, path, body, { authorization: `Bearer ${accessToken}` });

function assertion(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 180;
  const signed = `${part({ alg: 'RS256' })}.${part({ iss: org.clientId, sub, aud: org.url, exp })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(keys.privateKey, 'base64url')}`;
}
const bearer = (sub: string) =>
  token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(sub) });

describe('another user', () => {
  it('logs in by assertion or password under their own name, if active', async () => {
    const { json } = await bearer('robo@example.com');
    expect(json.id).toBe(`${org.url}/id/${org.orgId}/${robot}`);
    const identity = await asUser('GET', '/services/oauth2/userinfo', json.access_token);
    expect(identity.json).toMatchObject({ user_id: robot, preferred_username: 'robo@example.com' });
    expect((await bearer('gone@example.com')).json.error).toBe('invalid_grant');
    const client = { client_id: org.clientId, client_secret: org.clientSecret };
    const given = { ...client, grant_type: 'password', username: 'ROBO@example.com', password: org.password };
    expect((await token(given)).status).toBe(200);
  });

  it('leaves their own name on what they change', async () => {
    const { json } = await bearer('robo@example.com');
    const path = '/services/data/v62.0/sobjects/Account';
    const made = await asUser('POST', path, json.access_token, { Name: 'By robot' });
    expect(await org.soql(`SELECT CreatedById, OwnerId FROM Account WHERE Id = '${made.json.id}'`)).toMatchObject([
      { CreatedById: robot, OwnerId: robot },
    ]);
  });

  it('sees neither field nor object hidden from them alone, in describe, queries and bulk jobs', async () => {
    const permit = (body: object) => org.call('POST', '/control/permissions', { user: 'robo@example.com', ...body });
    expect((await permit({ sobject: 'Account', hiddenFields: ['AnnualRevenue'] })).status).toBe(200);
    expect((await permit({ sobject: 'Opportunity', readable: false })).status).toBe(200);
    const { json } = await bearer('robo@example.com');
    const fieldNames = async (accessToken: string) => {
      const answer = await asUser('GET', '/services/data/v62.0/sobjects/Account/describe', accessToken);
      return answer.json.fields.map(({ name }: { name: string }) => name);
    };
    expect(await fieldNames(json.access_token)).not.toContain('AnnualRevenue');
    expect(await fieldNames(org.connection.accessToken ?? '')).toContain('AnnualRevenue');
    const query = 'SELECT AnnualRevenue FROM Account';
    const rest = await asUser('GET', `/services/data/v62.0/query?q=${encodeURIComponent(query)}`, json.access_token);
    expect(rest.json[0].errorCode).toBe('INVALID_FIELD');
    const job = { operation: 'query', query: 'SELECT Id FROM Opportunity' };
    const bulk = await asUser('POST', '/services/data/v62.0/jobs/query', json.access_token, job);
    expect(bulk.json[0].errorCode).toBe('INVALID_TYPE');
    expect((await permit({ sobject: 'Account', user: 'nobody@example.com' })).status).toBe(400);
  });
});

describe('refresh tokens', () => {
  const login = async () => {
    const redirect = 'http://127.0.0.1:1/back';
    const query = new URLSearchParams({ client_id: org.clientId, redirect_uri: redirect, response_type: 'code' });
    const answer = await fetch(`${org.url}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    return (await token({ grant_type: 'authorization_code', client_id: org.clientId, code, redirect_uri: redirect }))
      .json;
  };
  const refresh = (refreshToken: string) =>
    token({ grant_type: 'refresh_token', client_id: org.clientId, refresh_token: refreshToken });

  it('rotate once switched on: the old one is good for nothing', async () => {
    const first = await login();
    expect((await refresh(first.refresh_token)).json.refresh_token).toBeUndefined();
    await org.call('POST', '/control/tokens', { rotateRefreshTokens: true });
    const second = await refresh(first.refresh_token);
    expect(second.json.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).json).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
    expect((await refresh(second.json.refresh_token)).status).toBe(200);
    await org.call('POST', '/control/tokens', { rotateRefreshTokens: false });
  });

  it('end when revoked, one by one or all', async () => {
    const [one, other] = [await login(), await login()];
    await org.call('POST', '/services/oauth2/revoke', `token=${one.refresh_token}`, form);
    expect([(await refresh(one.refresh_token)).status, (await refresh(other.refresh_token)).status]).toEqual([
      400, 200,
    ]);
    await org.call('POST', '/control/tokens/revoke');
    expect((await refresh(other.refresh_token)).status).toBe(400);
  });
});

describe('TLS', () => {
  it('serves the same org to who trusts its certificate, and names itself in every URL', async () => {
    const { url, certificate } = org.https ?? { url: '', certificate: '' };
    const dispatcher = new Agent({ connect: { ca: certificate } });
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: org.clientId,
      client_secret: org.clientSecret,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await request(`${url}/services/oauth2/token`, { method: 'POST', body, headers, dispatcher });
    const json = (await answer.body.json()) as { instance_url: string; access_token: string };
    expect([answer.statusCode, json.instance_url]).toEqual([200, url]);
    await expect(request(`${url}/services/data`)).rejects.toThrow(/self-signed/i);
    await dispatcher.close();
  });
});
