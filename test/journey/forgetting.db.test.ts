/** A person is forgotten, and an org is deleted: a search of every column of every table, of PostgreSQL's statistics and of Redis finds nothing. */
import sql from 'sql-template-tag';
import { smallOrg, startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backends, until } from '../queue/backends.ts';
import { placesOf, redisDump } from '../privacy/places.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';

type Forgetting = { id: string; state: string; fault: string | null; recordCount: number; erasedCount: number };
type Preview = {
  recordCount: number;
  ownGoldenCount: number;
  sharedGoldenCount: number;
  fates: Record<string, string>;
};

const words = ['Zyxwina', 'Quorvath', 'quorvath-canary', '5550142877', 'Quillonstrasse'];
const person = {
  FirstName: 'Zyxwina',
  LastName: 'Quorvath',
  Email: 'zyxwina@quorvath-canary.example',
  Phone: '+1 (555) 014-2877',
};
const [first, second, lead] = ['003000000900001AAA', '003000000900002AAA', '00Q000000900001EAA'];

let org: Org;
let other: TestOrg;
let service: Service;
let api: Api;
beforeAll(async () => {
  org = await startOrg({ accounts: 30 });
  other = await startSmallOrg(
    {},
    {
      ...smallOrg,
      'Organization.csv': 'Id,Name,InstanceName,IsSandbox\n00Dxx0000000002AAA,Other,NA7,false\n',
    },
  );
  service = await prepareService({
    queue: backends.includes('redis') ? 'redis' : 'postgres',
    emulator: org.emulator,
    environment: { ASSAY_SECRET_KEY: Buffer.alloc(32, 3).toString('base64') },
  });
  const street = { MailingStreet: 'Quillonstrasse 7' };
  await org.change([
    { op: 'insert', sobject: 'Contact', fields: { Id: first, ...person, ...street } },
    { op: 'insert', sobject: 'Contact', fields: { Id: second, ...person, ...street, Phone: null } },
    { op: 'insert', sobject: 'Lead', fields: { Id: lead, ...person, Company: 'Acme', Status: 'Open' } },
  ]);
  api = await service.serve();
  await service.worker().ready;
  await synced();
}, 600_000);
afterAll(async () => {
  await service.close();
  await org.close();
  await other.close();
});

async function synced(body: object = {}) {
  // What a reviewer decides starts a sync of its own.
  const id = await until(async () => {
    const answer = await api.call('POST', '/v1/syncs', body);
    const made = (await answer.json()) as { id: string };
    return answer.status === 202 && made.id;
  }, 500);
  const sync = await api.finished(id);
  expect(sync.state, sync.reason ?? '').toMatch(/^succeeded/);
  return sync;
}
const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await api.call(method, path, body);
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
  return JSON.parse(text) as T;
};
const forgotten = async (id: string) => {
  const done = await until(async () => {
    const now = await api.get<Forgetting>(`/v1/forgettings/${id}`);
    return /done|failed/.test(now.state) && now;
  }, 500);
  expect(done.state, done.fault ?? '').toBe('done');
  return done;
};
const count = async (what: string, connection: string) => {
  const [row] = await service.db.query<{ count: number }>(
    sql`select count(*)::int as count from golden.crosswalk where object = ${what} and connection_id = ${connection}`,
  );
  return row!.count;
};

describe('forgetting a person', () => {
  test('reaches every place where a value of theirs was, and no sync brings it back', async () => {
    const [golden] = await service.db.query<{ id: string }>(
      sql`select golden_id as id from golden.crosswalk where entity = 'person' and id = ${first}`,
    );
    // What people wrote about them: a decision, a pinned value, a comment, and a change that makes history.
    await ask('POST', '/v1/reviews', {
      entity: 'person',
      decision: 'same',
      left: { salesforceId: first },
      right: { salesforceId: second },
      reason: 'Zyxwina said so',
    });
    await ask('PUT', `/v1/golden/${golden!.id}/fields/email/pin`, {
      value: 'new@quorvath-canary.example',
      reason: 'Quorvath wrote',
    });
    const found = await api.get<{ data: { id: string }[] }>(`/v1/findings?object=Contact&limit=100`);
    expect(found.data.length).toBeGreaterThan(0);
    const [own] = await service.db.query<{ id: string }>(
      sql`select id from quality.finding where record_id = ${first} limit 1`,
    );
    if (own) await ask('PATCH', `/v1/findings/${own.id}`, { comment: 'Ask Quorvath' });
    await org.change([{ op: 'update', sobject: 'Contact', id: first, fields: { Phone: '+1 (555) 014-2878' } }]);
    await synced();
    await service.db.query(sql`analyze`);
    const before = await placesOf(service.db, words);
    for (const place of [
      'mirror.contact',
      'standard.contact',
      'unified.',
      'review.',
      'golden.',
      'statistics of mirror.contact',
    ])
      expect(
        before.some((one) => one.startsWith(place)),
        `${place} in ${before.join(', ')}`,
      ).toBe(true);
    const people = await count('Contact', 'default');

    const asked = await ask<Forgetting>('POST', '/v1/forgettings', { goldenId: golden!.id, reference: 'DSR-17' });
    expect(asked).toMatchObject({
      state: expect.stringMatching(/queued|erasing/),
      recordCount: 3,
      reference: 'DSR-17',
    });
    expect((await forgotten(asked.id)).erasedCount).toBe(3);
    expect(await placesOf(service.db, words)).toEqual([]);
    expect(words.filter((word) => service.log().toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    if (service.redis) {
      const dump = await redisDump(service.redis.port);
      expect(dump).toContain(asked.id);
      expect(words.filter((word) => dump.includes(word))).toEqual([]);
    }
    // The others are all there.
    expect(await count('Contact', 'default')).toBe(people - 2);

    // Salesforce has them still, and changes them: neither a window nor a full pull lets them in.
    await org.change([{ op: 'update', sobject: 'Contact', id: second, fields: { Title: 'Quorvath of Quorvaths' } }]);
    await synced();
    await synced({ mode: 'full' });
    expect(await placesOf(service.db, words)).toEqual([]);
    const audit = await api.get<{ data: { kind: string; subjectId: string; fields: string[] }[] }>(
      '/v1/audit?kind=forgetting',
    );
    expect(audit.data).toMatchObject([{ kind: 'forgetting', subjectId: asked.id, fields: [] }]);
  }, 400_000);

  test('asked for while a sync reads them reaches what that sync wrote, too', async () => {
    const late = '003000000900003AAA';
    const secret = ['Wexomira', 'Brundalvik'];
    const one = { Id: late, FirstName: secret[0]!, LastName: secret[1]!, Email: 'w@brundalvik.example' };
    await org.change([{ op: 'insert', sobject: 'Contact', fields: one }]);
    await synced();
    await org.change([{ op: 'update', sobject: 'Contact', id: late, fields: { Title: 'Brundalvik the third' } }]);
    // The requests of its pull take seconds: it is asked for in their middle.
    await org.post('faults', { kind: 'slow', path: '/query', delayMs: 1_500, times: 6 });
    const running = await ask<{ id: string }>('POST', '/v1/syncs', {});
    await until(async () => (await api.read(running.id)).state === 'running', 500);
    const asked = await ask<Forgetting>('POST', '/v1/forgettings', { salesforceId: late });
    expect((await api.read(running.id)).state).toBe('running');
    await forgotten(asked.id);
    expect((await api.read(running.id)).state).toMatch(/^succeeded/);
    expect(await placesOf(service.db, secret)).toEqual([]);
  }, 400_000);

  test('of nobody is refused', async () => {
    const answer = await api.call('POST', '/v1/forgettings', { salesforceId: '003000000900009AAA' });
    expect(answer.status).toBe(404);
    const named = await api.call('POST', '/v1/forgettings', { salesforceId: first, reference: 'Ms Quorvath' });
    expect(named.status).toBe(400);
  });
});

describe('deleting an org', () => {
  const login = () => ({
    loginUrl: other.loginUrl,
    flow: 'client_credentials',
    clientId: other.clientId,
    clientSecret: other.clientSecret,
  });

  test('says before what it touches; kept records stay to be read, and forgotten ones are gone from everything', async () => {
    const { id } = await ask<{ id: string }>('POST', '/v1/connections', { name: 'Second', ...login() });
    await synced({ connection: id });
    await ask('PUT', '/v1/schedules/second', { connection: id, cron: '0 2 * * *', timeZone: 'UTC' });
    const ours = await count('Contact', 'default');
    const theirs = await count('Contact', id);
    expect(theirs).toBe(4);
    const [sample] = await service.db.query<{ email: string }>(
      sql`select email from mirror.contact c where connection_id = ${id} and email is not null
        and not exists (select from mirror.contact o where o.connection_id <> ${id} and o.email = c.email) limit 1`,
    );

    const preview = await api.get<Preview>(`/v1/connections/${id}/deletion`);
    expect(preview).toMatchObject({
      scheduleIds: ['second'],
      fates: { keep: expect.any(String), forget: expect.any(String) },
    });
    expect(preview.recordCount).toBeGreaterThan(theirs);
    expect(preview.ownGoldenCount).toBeGreaterThan(0);
    expect((await api.call('DELETE', `/v1/connections/${id}`)).status).toBe(400);
    expect((await api.call('DELETE', '/v1/connections/default?records=keep')).status).toBe(409);

    expect(await ask('DELETE', `/v1/connections/${id}?records=keep`)).toEqual({
      connectionId: id,
      records: 'keep',
      forgetting: null,
    });
    expect(await api.get(`/v1/connections/${id}`)).toMatchObject({ deletedAt: expect.any(String), loginUrl: null });
    expect(await count('Contact', id)).toBe(theirs);
    expect((await api.call('POST', '/v1/syncs', { connection: id })).status).toBe(409);
    expect((await api.call('PATCH', `/v1/connections/${id}`, { name: 'x' })).status).toBe(409);
    expect((await api.call('GET', '/v1/schedules/second')).status).toBe(404);
    expect(await placesOf(service.db, [other.clientSecret])).toEqual([]);

    const deleted = await ask<{ forgetting: Forgetting }>('DELETE', `/v1/connections/${id}?records=forget`);
    const done = await forgotten(deleted.forgetting.id);
    expect(done.erasedCount).toBe(done.recordCount);
    expect(done.recordCount).toBeGreaterThanOrEqual(preview.recordCount);
    expect(await placesOf(service.db, [sample!.email])).toEqual([]);
    expect(await count('Contact', id)).toBe(0);
    expect(await count('Contact', 'default')).toBe(ours);
    // The org may be connected anew, and is not deleted under a sync of its own.
    const again = await ask<{ id: string }>('POST', '/v1/connections', { name: 'Second', ...login() });
    await synced({ connection: again.id });
    expect(await count('Contact', again.id)).toBe(theirs);
    const fault = { kind: 'slow', path: '/query', delayMs: 1_500, times: 6 };
    await fetch(`${other.url}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    const running = await ask<{ id: string }>('POST', '/v1/syncs', { connection: again.id, mode: 'full' });
    await until(async () => (await api.read(running.id)).state === 'running', 500);
    const early = await api.call('DELETE', `/v1/connections/${again.id}?records=forget`);
    expect([early.status, early.headers.get('location')]).toEqual([409, `/v1/syncs/${running.id}`]);
    expect((await api.finished(running.id)).state).toMatch(/^succeeded/);
    expect(await count('Contact', again.id)).toBe(theirs);
  }, 400_000);
});
