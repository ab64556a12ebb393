/** What a connection never pulls is in no query and no answer on the wire, in whatever way it could come. */
import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSmallOrg, type TestOrg, smallOrg } from '@assay/emulator/test/small-org.ts';
import type { ExportQuery } from '../../src/model/source.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';

const canary = 'canary-7c11';
const { signal } = new AbortController();
let org: TestOrg;
let proxy: Server;
/** All that went over the wire, URLs, bodies and answers, but for the descriptions of objects, which name every field. */
let wire = '';

beforeAll(async () => {
  const contacts = smallOrg['Contact.csv']
    .trim()
    .split('\n')
    .map((line, at) => `${line},${at === 0 ? 'Secret__c,MailingStreet' : `${canary}-${at},${canary} street`}`);
  org = await startSmallOrg(
    {},
    {
      ...smallOrg,
      'Contact.csv': `${contacts.join('\n')}\n`,
      'ContactHistory.csv': `Id,ContactId,Field,OldValue,NewValue,CreatedDate\n017xx0000000001,003xx0000000001,Secret__c,${canary},${canary}-1,2025-02-01T00:00:00.000Z\n`,
    },
  );
  proxy = createServer((asked, answer) => {
    const { 'accept-encoding': _, ...headers } = asked.headers;
    const upstream = request(asked.url!, { method: asked.method, headers }, (found) => {
      answer.writeHead(found.statusCode!, found.headers);
      found.on('data', (part: Buffer) => (wire += /\/describe/.test(asked.url!) ? '' : part.toString()));
      found.pipe(answer);
    });
    wire += decodeURIComponent(asked.url!);
    asked.on('data', (part: Buffer) => (wire += part.toString()));
    asked.pipe(upstream);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await org.close();
});
beforeEach(() => {
  wire = '';
});

const open = (exclude: string[]) =>
  openSalesforce({
    loginUrl: org.loginUrl,
    clientId: org.clientId,
    clientSecret: org.clientSecret,
    apiVersion: '62.0',
    timing: { retryDelay: 1, pollDelay: 5, maxPollDelay: 20 },
    exclude,
    proxy: { https: '', http: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, except: '' },
  });

/** All rows of an object as a pull asks for them: every field that is described, by either API. */
async function pulled(object: string, exclude: string[], api: 'rest' | 'bulk') {
  const source = open(exclude);
  const { fields } = await source.describe(object, signal);
  const query: ExportQuery = {
    object,
    fields: fields.map(({ name }) => name),
    window: null,
    after: null,
    sliceRows: api === 'bulk' ? null : 2,
  };
  const begun = await source.startExport(query, signal);
  const page = await source.readPage(begun, null, 1000, signal);
  let csv = '';
  for await (const part of page.csv) csv += String(part);
  return { csv, names: query.fields };
}

test.each(['rest', 'bulk'] as const)('without a list the canary comes by %s', async (api) => {
  expect((await pulled('Contact', [], api)).csv).toContain(canary);
  expect(wire).toContain(canary);
});

test.each(['rest', 'bulk'] as const)(
  'a field on the list comes not by %s, whatever its case; the others do',
  async (api) => {
    const { csv, names } = await pulled('Contact', ['contact.secret__C', 'Contact.MailingAddress'], api);
    expect(csv).toContain('Archer');
    expect(names).toContain('Email');
    for (const name of ['Secret__c', 'MailingStreet', 'MailingAddress']) {
      expect(names).not.toContain(name);
      expect(wire).not.toContain(name);
    }
    expect(wire).not.toContain(canary);
  },
);

test('nor do its values of old, from the history of the object', async () => {
  expect((await pulled('ContactHistory', [], 'rest')).csv).toContain(canary);
  wire = '';
  const { names } = await pulled('ContactHistory', ['Contact.Secret__c'], 'rest');
  expect(names).toEqual(expect.arrayContaining(['Field', 'CreatedDate']));
  expect(wire).not.toContain(canary);
  expect(wire).not.toContain('NewValue');
});

test('an object on the list is not even described', async () => {
  await expect(open(['Contact']).describe('Contact', signal)).rejects.toMatchObject({
    code: 'salesforce-no-permission',
    message: expect.stringContaining('never pulls'),
  });
  expect(wire).not.toContain('Contact');
  expect((await open(['Contact']).describe('Account', signal)).name).toBe('Account');
});
