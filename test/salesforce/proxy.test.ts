/** The way to Salesforce through a proxy: used when it is set, left out for the hosts of NO_PROXY, by both schemes. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import { readEnv } from '../../config/env.ts';
import type { Proxy } from '../../src/salesforce/guard.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';

let org: TestOrg;
let proxy: Server;
let url: string;
/** What the proxy was asked to reach, and the credentials it was shown. */
let reached: { host: string; credentials: string | undefined }[] = [];

beforeAll(async () => {
  org = await startSmallOrg();
  // What is not encrypted is asked for by its whole URL, what is by a tunnel.
  proxy = createServer((asked, answer) => {
    reached.push({ host: new URL(asked.url!).host, credentials: asked.headers['proxy-authorization'] });
    const { 'proxy-authorization': _, ...headers } = asked.headers;
    const upstream = request(asked.url!, { method: asked.method, headers }, (found) => {
      answer.writeHead(found.statusCode!, found.headers);
      found.pipe(answer);
    });
    asked.pipe(upstream);
  });
  proxy.on('connect', (asked, client) => {
    reached.push({ host: asked.url!, credentials: asked.headers['proxy-authorization'] });
    const [host, port] = asked.url!.split(':') as [string, string];
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    client.on('error', () => {});
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await org.close();
});
beforeEach(() => {
  reached = [];
});

const ask = (given: Proxy | null) =>
  openSalesforce({
    loginUrl: org.loginUrl,
    clientId: org.clientId,
    clientSecret: org.clientSecret,
    apiVersion: '62.0',
    proxy: given,
  }).describe('Account', new AbortController().signal);

test('login and requests go through it, with its credentials', async () => {
  const withUser = url.replace('http://', 'http://ada:pass%20word@');
  expect((await ask({ https: '', http: withUser, except: '' })).name).toBe('Account');
  expect(reached.length).toBeGreaterThan(0);
  const credentials = `Basic ${Buffer.from('ada:pass word').toString('base64')}`;
  expect(new Set(reached.map(({ host }) => host))).toEqual(new Set([new URL(org.url).host]));
  expect(reached.every((one) => one.credentials === credentials)).toBe(true);
});

test.each(['127.0.0.1', 'example.com,127.0.0.1', '*'])('a host of NO_PROXY (%s) is asked directly', async (except) => {
  expect((await ask({ https: '', http: url, except })).name).toBe('Account');
  expect(reached).toEqual([]);
});

test('without one nothing is', async () => {
  expect((await ask(null)).name).toBe('Account');
  expect(reached).toEqual([]);
});

test('a proxy of https is asked for a host of Salesforce, whose name this machine need not know', async () => {
  const source = openSalesforce({
    loginUrl: 'https://no-such-org.my.salesforce.com',
    clientId: 'x',
    clientSecret: 'x',
    apiVersion: '62.0',
    proxy: { https: url, http: '', except: 'localhost' },
  });
  await expect(source.identity(new AbortController().signal)).rejects.toMatchObject({ code: 'salesforce-unreachable' });
  expect(reached.map(({ host }) => host)).toEqual(['no-such-org.my.salesforce.com:443']);
});

test('the settings are written in either case, and one that is no URL is named', () => {
  expect(readEnv({ https_proxy: 'http://p:1', no_proxy: 'a' })).toMatchObject({
    HTTPS_PROXY: 'http://p:1',
    NO_PROXY: 'a',
  });
  expect(readEnv({ https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:2' })).toMatchObject({
    HTTPS_PROXY: 'http://q:2',
  });
  expect(() => readEnv({ HTTPS_PROXY: 'secret-host' })).toThrow(/HTTPS_PROXY/);
  expect(() => readEnv({ HTTPS_PROXY: 'secret-host' })).not.toThrow(/secret-host/);
});
