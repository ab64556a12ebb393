/** The merge plan held against SQL, put into effect in the org, and what it leaves out; the flags of each record. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../cli.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';

type Row = {
  goldenId: string;
  masterId: string;
  loserId: string;
  mergeBatch: number;
  basis: string;
  probability: number | null;
  winning: Record<string, { value: string; from: string | null }>;
  lost: Record<string, string>;
};
type Counts = { groupCount: number; loserCount: number; leftOutCount: number };

let org: Org;
let service: Service;
let api: Api;
beforeAll(async () => {
  org = await startOrg({ accounts: 110 });
  service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  api = await service.serve();
  await service.worker().ready;
  await synced();
}, 600_000);
afterAll(async () => {
  await service.close();
  await org.close();
});

async function synced(): Promise<void> {
  // A decision of a reviewer started one of its own.
  await service.rest();
  const sync = await api.finished(await api.start());
  if (!sync.state.startsWith('succeeded')) throw new Error(sync.reason ?? service.tail());
}

async function planOf(object: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: Row[]; nextCursor: string | null } = await api.get(
      `/v1/merge-plans/${object}?limit=100${cursor ? `&cursor=${cursor}` : ''}`,
    );
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

it('names live records of one golden record each, every loser once, and nothing that a reviewer is asked about', async () => {
  const rows = await planOf('Contact');
  expect(rows.length).toBeGreaterThan(10);
  expect(new Set(rows.map(({ loserId }) => loserId)).size).toBe(rows.length);
  const counts = await api.get<Counts>('/v1/merge-plans/Contact/counts');
  expect(counts.loserCount).toBe(rows.length);
  expect(counts.groupCount).toBe(new Set(rows.map(({ goldenId }) => goldenId)).size);
  const [all] = await service.db.query<{ n: number }>(sql`select count(*)::int as n from (select from golden.crosswalk
    where entity = 'person' and object = 'Contact' group by golden_id having count(*) > 1) g`);
  expect(counts.groupCount + counts.leftOutCount).toBe(all!.n);
  // The honest no: not every group may be merged upon.
  expect(counts.leftOutCount).toBeGreaterThan(0);
  for (const { goldenId, masterId, loserId, basis, probability } of rows) {
    const members = await service.db
      .query(sql`select x.id from golden.crosswalk x join standard.contact r on r.id = x.id and not r.is_deleted
      where x.golden_id = ${goldenId} and x.id in (${masterId}, ${loserId})`);
    expect(members.length).toBe(2);
    expect(basis === 'confirmed' || (probability ?? 0) >= 0.99).toBe(true);
    expect(
      await service.db.query(sql`select from golden.review_item where ${goldenId} in (l_golden_id, r_golden_id)`),
    ).toEqual([]);
  }
});

it('merges leads of one person, never of one company, and flags them so', async () => {
  const rows = await planOf('Lead');
  expect(rows.length).toBeGreaterThan(5);
  const people = async (ids: readonly string[]) => {
    const found = await service.db.query<{
      id: string;
      golden_id: string;
    }>(sql`select id, golden_id from golden.crosswalk
      where entity = 'person' and object = 'Lead' and id = any (${ids}::text[])`);
    return new Map(found.map((row) => [row.id, row.golden_id]));
  };
  const golden = await people(rows.flatMap(({ masterId, loserId }) => [masterId, loserId]));
  for (const { goldenId, masterId, loserId } of rows)
    expect([golden.get(masterId), golden.get(loserId)]).toEqual([goldenId, goldenId]);
  // There are leads of one company that are several people: the test would see them merged.
  const [mixed] = await service.db.query<{ n: number }>(sql`select count(*)::int as n from golden.crosswalk a
    join golden.crosswalk b on b.entity = 'company' and b.golden_id = a.golden_id and b.object = 'Lead' and b.id > a.id
    join golden.crosswalk p on p.entity = 'person' and p.id = a.id join golden.crosswalk q on q.entity = 'person' and q.id = b.id
    where a.entity = 'company' and a.object = 'Lead' and p.golden_id <> q.golden_id`);
  expect(mixed!.n).toBeGreaterThan(0);
  const flags = await api.get<{ data: { salesforceId: string; goldenId: string; duplicateOf: string | null }[] }>(
    '/v1/flags/Lead?limit=100',
  );
  const own = await people(flags.data.flatMap((one) => [one.salesforceId, one.duplicateOf ?? one.salesforceId]));
  for (const { salesforceId, goldenId, duplicateOf } of flags.data)
    expect([own.get(salesforceId), own.get(duplicateOf ?? salesforceId)]).toEqual([goldenId, goldenId]);
});

it('says what would be lost: values of the loser that the master will not have', async () => {
  const rows = await planOf('Contact');
  const losing = rows.filter(({ lost }) => 'Title' in lost);
  expect(losing.length).toBeGreaterThan(0);
  for (const { masterId, loserId, winning, lost } of losing) {
    const [titles] = await service.db.query<{
      master: string | null;
      loser: string;
    }>(sql`select m.title as master, l.title as loser
      from mirror.contact m, mirror.contact l where m.id = ${masterId} and l.id = ${loserId}`);
    expect(lost.Title).toBe(titles!.loser);
    expect((winning.Title?.value ?? titles!.master)?.toLowerCase()).not.toBe(titles!.loser.toLowerCase());
  }
});

it('is refused for what Salesforce does not merge', async () => {
  expect((await api.call('GET', '/v1/merge-plans/Opportunity')).status).toBe(422);
});

it('a group that reviewers confirmed joins the plan', async () => {
  const before = new Set((await planOf('Contact')).map(({ loserId }) => loserId));
  const [pair] = await service.db.query<{ l_id: string; r_id: string }>(sql`select p.l_id, p.r_id from match.pair p
    join golden.crosswalk a on a.entity = 'person' and a.id = p.l_id and a.object = 'Contact'
    join golden.crosswalk b on b.entity = 'person' and b.id = p.r_id and b.object = 'Contact' and b.golden_id = a.golden_id
    where p.entity = 'person' and p.decision = 'link' and p.probability < 0.99
      and not exists (select from golden.review_item i where a.golden_id in (i.l_golden_id, i.r_golden_id))
      and (select count(*) from golden.crosswalk o where o.golden_id = a.golden_id) = 2 limit 1`);
  expect(pair).toBeDefined();
  const { l_id: left, r_id: right } = pair!;
  expect([before.has(left), before.has(right)]).toEqual([false, false]);
  const body = {
    entity: 'person',
    decision: 'same',
    left: { salesforceId: left },
    right: { salesforceId: right },
    reason: 'Known to me',
  };
  expect((await api.call('POST', '/v1/reviews', body)).status).toBe(201);
  const row = (await planOf('Contact')).find(({ loserId }) => loserId === left || loserId === right);
  expect(row).toMatchObject({ basis: 'confirmed', probability: null });
});

it('flags each record: golden id, duplicate of, stale fields and score as SQL has them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-flags-'));
  const out = join(folder, 'flags.csv');
  const ran = await assay(['flags', 'Contact', '--url', api.url, '--key', service.key, '--out', out]);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain('Nothing was written to Salesforce.');
  const rows = parse<Record<string, string>>(await readFile(out), { columns: true, bom: true });
  await rm(folder, { recursive: true });
  const records = await service.db.query<{ id: string; golden_id: string; stale: number }>(sql`select r.id, x.golden_id,
      (select count(distinct field)::int from quality.finding f where f.record_id = r.id and f.closed_at is null and f.is_stale
        and not f.is_waived and f.field is not null) as stale
    from standard.contact r join golden.crosswalk x on x.entity = 'person' and x.id = r.id where not r.is_deleted order by r.id`);
  expect(rows.map((row) => [row.Id, row.Assay_Golden_Id__c])).toEqual(records.map((row) => [row.id, row.golden_id]));
  expect(rows.map((row) => row.Assay_Stale_Fields__c!.split(';').filter(Boolean).length)).toEqual(
    records.map(({ stale }) => stale),
  );
  expect(rows.some((row) => row.Assay_Stale_Fields__c!.includes('Title'))).toBe(true);
  const plan = await planOf('Contact');
  const duplicateOf = new Map(rows.map((row) => [row.Id, row.Assay_Duplicate_Of__c]));
  for (const { masterId, loserId } of plan)
    expect([duplicateOf.get(masterId), duplicateOf.get(loserId)]).toEqual(['', masterId]);
  for (const row of rows.slice(0, 5)) {
    const { quality } = await api.get<{ quality: { score: number | null } | null }>(`/v1/records/${row.Id}`);
    expect(Number(row.Assay_Score__c)).toBeCloseTo((quality?.score ?? 0) * 100, 1);
  }
});

it('put into effect in the org, it leaves each golden record with the values it had', async () => {
  const rows = (await planOf('Contact')).slice(0, 25);
  const goldenIds = [...new Set(rows.map(({ goldenId }) => goldenId))];
  const golden = () =>
    // But for case: where the master has the value in another, it stays.
    service.db
      .query(sql`select golden_id, lower(first_name) as first_name, lower(last_name) as last_name, lower(email) as email, title, city from golden.person
      where golden_id = any (${goldenIds}) order by golden_id`);
  const before = await golden();
  for (const { masterId, loserId, winning } of rows) {
    const values = Object.fromEntries(Object.entries(winning).map(([field, { value }]) => [field, value]));
    const update = { op: 'update' as const, sobject: 'Contact', id: masterId, fields: values };
    const merge = { op: 'merge' as const, sobject: 'Contact', masterId, mergeIds: [loserId] };
    await org.change(Object.keys(values).length > 0 ? [update, merge] : [merge]);
  }
  await synced();
  const after = await golden();
  expect(after).toEqual(before);
  const rest = await planOf('Contact');
  expect(rest.filter(({ loserId }) => rows.some((row) => row.loserId === loserId))).toEqual([]);
});
