/** Look-up before create, on the whole service: one record, a list as a job, `assay check`, and the answers that are no. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { createKey } from '../../src/control/key.ts';
import type { Db } from '../../src/db/connect.ts';
import { KnownRecords } from '../../src/lookup/known.ts';
import { askListCheck, runListCheck } from '../../src/lookup/list-check.ts';
import { readList } from '../../src/lookup/list-file.ts';
import { mapColumns } from '../../src/matcher/read/columns.ts';
import { systemActor } from '../../src/model/actor.ts';
import { assay } from '../cli.ts';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';

type Best = { goldenId: string; salesforceId: string; owner: { id: string | null }; openDeals: { count: number } };
type Lookup = {
  verdict: string;
  because: string;
  best: Best | null;
  optedOut: string;
  company: Lookup | null;
  receipt: { complete: string; ignored: string[]; comparedCount: number };
  basis: { recordCount: number };
};
type Check = {
  id: string;
  state: string;
  doneCount: number;
  rowCount: number;
  summary: Record<string, number>;
  keepUntil: string;
};
type Known = Record<
  'id' | 'golden_id' | 'first_name' | 'last_name' | 'email' | 'phone' | 'company' | 'owner_id',
  string
>;

let org: Org;
let service: Service;
let api: Api;
let folder: string;
/** Before anything was synced. */
let before: Response;
let people: (Known & { has_opted_out: boolean | null })[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-check-'));
  org = await startOrg({ accounts: 60 });
  service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  api = await service.serve();
  before = await lookUp({ email: 'ann@acme.com' });
  await service.worker().ready;
  const sync = await api.finished(await api.start());
  if (!sync.state.startsWith('succeeded')) throw new Error(sync.reason ?? service.tail());
  people = await service.db
    .query(sql`select x.id, x.golden_id, r.first_name, r.last_name, r.email, r.phone, a.name as company, r.owner_id, g.has_opted_out
    from standard.contact r join golden.crosswalk x on x.entity = 'person' and x.id = r.id join golden.person g using (golden_id)
    join standard.account a on a.id = r.account_id
    where r.first_name <> '' and r.email like '%@%.%' and r.phone <> '' and g.record_count = 1 and not r.is_deleted
      and (select count(*) from standard.contact o where o.email = r.email) = 1
    order by md5(r.id) limit 40`);
}, 600_000);
afterAll(async () => {
  await service.close();
  await org.close();
  await rm(folder, { recursive: true });
});

const lookUp = (record: object, entity?: string) =>
  api.call('POST', '/v1/lookups', { record, ...(entity ? { entity } : {}) });
const answerOf = async (record: object, entity?: string) => {
  const answer = await lookUp(record, entity);
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as Lookup;
};
const values = ({ first_name, last_name, email, phone, company }: Known) => ({
  first_name,
  last_name,
  email,
  phone,
  company,
});

describe('one look-up', () => {
  it('is refused before anything was matched', async () => {
    expect(before.status).toBe(409);
    expect(await before.json()).toMatchObject({ code: 'not-matched' });
  });

  it('knows who it is, by a slip too, with the owner, the open deals of SQL, and whether they opted out', async () => {
    for (const person of people.slice(0, 12)) {
      const { email: _, ...rest } = values(person);
      for (const record of [values(person), { ...rest, last_name: `${rest.last_name}e` }]) {
        const found = await answerOf(record);
        expect(found, JSON.stringify(record)).toMatchObject({
          verdict: 'known',
          best: { goldenId: person.golden_id, salesforceId: person.id },
        });
        expect(found.best!.owner.id).toBe(person.owner_id);
        const [deals] = await service.db.query<{
          count: number;
        }>(sql`select count(*)::int as count from unified.fct_opportunity f
          where not f.is_closed and f.counts_in_clean and f.account_key =
            (select account_key from unified.dim_person where person_key = ${person.golden_id})`);
        expect(found.best!.openDeals.count).toBe(deals!.count);
        expect(found.optedOut).toBe(person.has_opted_out ? 'yes' : 'no');
        expect(found.receipt).toMatchObject({ complete: 'yes', ignored: [] });
      }
    }
  });

  it('takes a whole name, and finds a company by name or website', async () => {
    const [person] = people;
    const { first_name: first, last_name: last, ...rest } = values(person!);
    expect(await answerOf({ ...rest, full_name: `${last}, ${first}` })).toMatchObject({
      best: { goldenId: person!.golden_id },
    });
    const found = await answerOf({ name: person!.company }, 'company');
    expect(found.verdict).not.toBe('new');
    expect(found.best!.goldenId).toMatch(/^com_/);
  });

  it('says new of a stranger, whose company it knows, and unknown where nothing tells who it is', async () => {
    const [person] = people;
    const stranger = {
      first_name: 'Xanthippe',
      last_name: 'Quarlborough',
      company: person!.company,
      email: `xq@${person!.email.split('@')[1]}`,
    };
    expect(await answerOf(stranger)).toMatchObject({
      verdict: 'new',
      best: null,
      optedOut: 'unknown',
      company: { best: {} },
    });
    const nothing = await answerOf({ city: 'Berlin' });
    expect(nothing).toMatchObject({
      verdict: 'unknown',
      best: null,
      receipt: { complete: 'unknown', comparedCount: 0 },
    });
    // The model of people has no such field: it is told, not passed over.
    const beside = await answerOf({ ...values(person!), external_id: 'E-1' });
    expect(beside.receipt.ignored).toEqual(['external_id']);
  });

  it('is doubtful of somebody of whom only the name is known and two have it', async () => {
    const namesakes = await service.db.query<{
      first_name: string;
      last_name: string;
    }>(sql`select first_name, last_name from golden.person
      where first_name <> '' group by 1, 2 having count(*) > 1 limit 5`);
    for (const one of namesakes) expect((await answerOf(one)).verdict).not.toBe('known');
  });

  it('asks for pii:read, refuses deals and fields nobody knows, and leaves a row in the audit list without a value', async () => {
    const { key } = await createKey(service.db, { name: 'reader', scopes: ['data:read'] }, systemActor('test'));
    const headers = { authorization: `Bearer ${key}` };
    expect((await api.call('POST', '/v1/lookups', { record: { email: 'a@b.de' } }, headers)).status).toBe(403);
    expect(await (await lookUp({ name: 'x' }, 'deal')).json()).toMatchObject({ code: 'request-refused' });
    expect((await lookUp({ shoe_size: '44' })).status).toBe(400);
    const [audited] = await service.db.query<{ text: string }>(sql`select to_jsonb(a)::text as text from control.audit a
      where kind = 'lookup' and 'external_id' = any (fields) order by id desc limit 1`);
    expect(audited!.text).toContain('external_id');
    expect(audited!.text).not.toContain(people[0]!.last_name);
  });
});

const csv = (rows: string[][]) =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');
const send = (body: string, query = '') =>
  fetch(`${api.url}/v1/list-checks${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.key}`, 'content-type': 'text/csv' },
    body,
  });

describe('a list', () => {
  it('comes back row by row with who each is, and which rows repeat another', async () => {
    const some = people.slice(0, 20);
    const rows = [
      ['Vorname', 'Nachname', 'E-Mail', 'Firma', 'Note'],
      ...some.map((one) => [one.first_name, one.last_name, one.email, one.company, '=cmd|calc']),
      ['Xanthippe', 'Quarlborough', 'xq@elsewhere-nobody.org', 'Nowhere Ltd', ''],
      [some[3]!.first_name.toUpperCase(), some[3]!.last_name, some[3]!.email, '', 'again'],
      ['', '', '', '', 'nobody'],
    ];
    const answer = await send(csv(rows), '?name=fair.csv');
    expect(answer.status, await answer.clone().text()).toBe(202);
    const { id } = (await answer.json()) as Check;
    let check: Check;
    await until(
      async () =>
        (check = await api.get<Check>(`/v1/list-checks/${id}`)).state !== 'queued' && check.state !== 'running',
    );
    expect(check!).toMatchObject({
      state: 'done',
      doneCount: 23,
      summary: { known: 21, new: 1, unknown: 1, repeated: 1 },
    });
    const file = await api.call('GET', `/v1/list-checks/${id}/rows?format=csv`);
    expect(file.headers.get('cache-control')).toBe('no-store');
    const found = parse<Record<string, string>>(await file.text(), { columns: true, bom: true });
    expect(found.map((row) => row.assay_verdict)).toEqual([...some.map(() => 'known'), 'new', 'known', 'unknown']);
    expect(found.slice(0, 20).map((row) => row.assay_golden_id)).toEqual(some.map((one) => one.golden_id));
    expect(found[21]!.assay_repeats_line).toBe('5');
    // No spreadsheet runs it.
    expect(found[0]!.Note).toBe("'=cmd|calc");
    const gone = await api.call('DELETE', `/v1/list-checks/${id}`);
    expect(gone.status).toBe(204);
    expect((await api.call('GET', `/v1/list-checks/${id}`)).status).toBe(404);
    expect(await service.db.query(sql`select from lookup.list_row where check_id = ${id}`)).toEqual([]);
    const audited = await service.db.query(
      sql`select action, fields from control.audit where subject_id = ${id} order by id`,
    );
    expect(audited).toEqual([
      { action: 'start', fields: ['company', 'email', 'first_name', 'last_name'] },
      { action: 'delete', fields: [] },
    ]);
  });

  it.each([
    ['', 'The body is to be a CSV'],
    ['a,b\r\n', 'has a header and no row'],
    ['Email,Name\r\nann@acme.com\r\n', 'line 2, column "Email": the row has 1 cells where the header has 2'],
    ['Email,Name\r\n"ann@acme.com,x\r\n', 'line 2, column "Email": the quote opened here is never closed'],
    ['Colour\r\nred\r\n', 'No column tells who a row is'],
  ])('that is none is refused: %j', async (body, words) => {
    const answer = await send(body);
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { detail: string }).detail).toContain(words);
  });

  it('is kept no longer than was said', async () => {
    const { id } = (await (await send('Email\r\nann@acme.com\r\n', '?keepHours=1')).json()) as Check;
    await until(async () => (await api.get<Check>(`/v1/list-checks/${id}`)).state === 'done');
    await service.db.query(sql`update lookup.list_check set keep_until = now() where id = ${id}`);
    expect((await api.call('GET', `/v1/list-checks/${id}/rows`)).status).toBe(404);
    await until(async () => (await service.db.query(sql`select from lookup.list_check where id = ${id}`)).length === 0);
  });
});

it('holds no transaction while it compares the rows of a list with each other, and ends when told to', async () => {
  const definitions = await loadDefinitions();
  const own = people.slice(0, 6).flatMap((one) => [one, one]);
  const content = csv([
    ['First Name', 'Last Name', 'Email'],
    ...own.map((one) => [one.first_name, one.last_name, one.email]),
  ]);
  const list = await readList(content, 'list.csv');
  const wish = {
    entity: 'person',
    name: 'list.csv',
    mapping: mapColumns('person', list.header, []),
    list,
    keepHours: 1,
    by: systemActor('test'),
  };
  let open = 0;
  const db: Db = {
    ...service.db,
    transaction: (work) =>
      service.db.transaction(async (tx) => {
        open += 1;
        return work(tx).finally(() => (open -= 1));
      }),
  };
  const whileOpen: number[] = [];
  const codesOf = KnownRecords.prototype.codesOf;
  const spy = vi.spyOn(KnownRecords.prototype, 'codesOf').mockImplementation(function (this: KnownRecords, asked) {
    whileOpen.push(open);
    return codesOf.call(this, asked);
  });
  try {
    const id = await askListCheck(db, definitions, wish, new Date());
    const told = AbortSignal.abort(new Error('told to end'));
    await service.db.query(sql`delete from control.outbox where job_id = ${id}`);
    await expect(runListCheck(db, definitions, id, told, () => new Date())).rejects.toThrow('told to end');
    await runListCheck(db, definitions, id, new AbortController().signal, () => new Date());
    const [check] = await service.db.query(
      sql`select summary ->> 'repeated' as repeated from lookup.list_check where id = ${id}`,
    );
    expect(check).toEqual({ repeated: '6' });
    expect(new Set(whileOpen)).toEqual(new Set([0]));
  } finally {
    spy.mockRestore();
  }
});

describe('assay check', () => {
  const run = (file: string, ...more: string[]) =>
    assay(['check', file, '--url', api.url, '--key', service.key, ...more]);

  it('writes the checked list and says what it found', async () => {
    const file = join(folder, 'list.csv');
    await writeFile(
      file,
      csv([
        ['First Name', 'Last Name', 'Email'],
        ...people.slice(0, 5).map((one) => [one.first_name, one.last_name, one.email]),
      ]),
    );
    const { code, stdout, stderr } = await run(file);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain(
      '5 rows, taken for people: First Name as first_name, Last Name as last_name, Email as email',
    );
    expect(stdout).toContain('5 known, 0 doubtful, 0 new');
    const rows = parse<Record<string, string>>(await readFile(join(folder, 'list-checked.csv')), {
      columns: true,
      bom: true,
    });
    expect(rows.map((row) => row.assay_golden_id)).toEqual(people.slice(0, 5).map((one) => one.golden_id));
  });

  it('refuses a bad file and one that is not there, in one line', async () => {
    const file = join(folder, 'bad.csv');
    await writeFile(file, 'Email,Name\nx\n');
    const bad = await run(file);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('bad.csv, line 2, column "Email": the row has 1 cells where the header has 2.');
    expect((await run(join(folder, 'none.csv'))).stderr).toContain('there is no such file');
  });
});
