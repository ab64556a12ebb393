/** Refusals that are not about an object: a moved org, the API off, security policies, web pages in the place of answers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSalesforce } from '../../../src/salesforce/source.ts';
import { type CaseOrg, openCase, signal } from './case-org.ts';

let at: CaseOrg;
beforeAll(async () => {
  at = await openCase();
});
afterEach(() => at.control('faults', undefined, 'DELETE'));
afterAll(() => at.close());

const full = () => at.sync('Account', { mode: 'full', source: at.source() });
const data = '^/services/data/';

describe('an org that has moved', () => {
  it.each([
    [{ status: 301, location: 'https://acme-new.my.salesforce.com/services/data' }, 'acme-new.my.salesforce.com'],
    [{ status: 302, location: 'https://acme--uat.sandbox.my.salesforce.com/x' }, 'acme--uat.sandbox.my.salesforce.com'],
    [{ status: 500, errorCode: 'URL_NOT_RESET', message: 'Destination URL not reset.' }, 'no longer answers'],
  ])('(%j) is a fault of its own that names the new host, if it is said', async (fault, words) => {
    await at.fault({ kind: 'status', path: data, times: 50, ...fault });
    await expect(full()).rejects.toMatchObject({
      code: 'salesforce-org-moved',
      message: expect.stringContaining(words),
    });
  });

  it('is found by the next login, when that says where it is now', async () => {
    await at.fault({ kind: 'status', path: data, status: 301, location: 'https://acme-new.my.salesforce.com/' });
    expect(await full()).toMatchObject({ readCount: 3 });
  });

  it('says so at the login too', async () => {
    const fault = { kind: 'status', path: '/oauth2/token', status: 301, location: 'https://new.my.salesforce.com/x' };
    await at.fault(fault);
    await expect(at.source().identity(signal)).rejects.toMatchObject({
      code: 'salesforce-org-moved',
      message: 'The org now answers at new.my.salesforce.com.',
    });
  });
});

describe('a refusal', () => {
  it('of an org whose API is off says that, and not which object to grant', async () => {
    const message = 'The REST API is not enabled for this Organization.';
    await at.fault({ kind: 'status', path: data, status: 403, errorCode: 'API_DISABLED_FOR_ORG', message, times: 50 });
    await expect(full()).rejects.toMatchObject({
      code: 'salesforce-api-off',
      message: `Salesforce answered API_DISABLED_FOR_ORG: ${message}`,
    });
  });

  const policy = {
    kind: 'status',
    path: '/queryAll',
    status: 403,
    errorCode: 'INSUFFICIENT_ACCESS',
    message: 'Your transaction security policies took too long to evaluate.',
  };

  it('by a policy that took too long is tried again, and told in its own words when it lasts', async () => {
    await at.fault({ ...policy, times: 2 });
    expect(await full()).toMatchObject({ readCount: 3 });
    await at.fault({ ...policy, times: 50 });
    await expect(full()).rejects.toMatchObject({
      code: 'salesforce-policy',
      message: expect.stringContaining(policy.message),
    });
  });

  it('by a policy that says no is not asked five times', async () => {
    const no = {
      ...policy,
      errorCode: 'TXN_SECURITY_NO_ACCESS',
      message: 'A security policy of your org blocks this.',
    };
    await at.fault({ ...no, times: 1 });
    await expect(full()).rejects.toMatchObject({ code: 'salesforce-policy' });
  });

  it('of an object stays one about permissions', async () => {
    const message = 'insufficient access rights on cross-reference id';
    await at.fault({ ...policy, message, times: 50 });
    await expect(full()).rejects.toMatchObject({ code: 'salesforce-no-permission' });
  });
});

describe('a web page in the place of an answer', () => {
  it('with status 200 is tried again, and an outage when it lasts', async () => {
    await at.fault({ kind: 'html', path: data, status: 200, times: 2 });
    expect(await full()).toMatchObject({ readCount: 3 });
    await at.fault({ kind: 'html', path: data, status: 200, times: 50 });
    await expect(full()).rejects.toMatchObject({ code: 'salesforce-unreachable' });
  });

  it('that does not say it is one is known by its text', async () => {
    const page = '<!DOCTYPE html>\n<html><body>We are down for maintenance.</body></html>';
    const { createServer } = await import('node:http');
    const server = createServer((request, answer) => {
      const isLogin = request.url!.includes('/oauth2/token');
      const url = `http://${request.headers.host}`;
      const token = { access_token: 'x', instance_url: url, id: `${url}/id/00Dxx0000000001AAA/005xx0000000001AAA` };
      answer.writeHead(200, { 'content-type': 'application/json' }).end(isLogin ? JSON.stringify(token) : page);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const source = openSalesforce({
      loginUrl: `http://127.0.0.1:${port}`,
      clientId: 'x',
      clientSecret: 'x',
      apiVersion: '62.0',
      timing: { retryDelay: 1 },
    });
    await expect(source.describe('Account', signal)).rejects.toMatchObject({ code: 'salesforce-unreachable' });
    server.closeAllConnections();
    server.close();
  });
});
