/** The band of a clean value: what it would be if every pair under review were merged, tried by the stages themselves, or not told. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide } from '../../src/review/decision.ts';
import { systemActor } from '../../src/model/actor.ts';
import { testApi } from '../http/api.ts';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const [rowan, harbour, ferry] = ['0015g0000000001AAA', '0015g0000000002AAA', '0015g0000000003AAA'] as const;
const deal = (count: number) => `0065g00000000${count}AAA`;
const lead = (count: number) => `00Q5g00000000${count}AAA`;
const rows: Rows = {
  Account: [
    ['Id', 'Name', 'OwnerId', 'Website', 'BillingCity'],
    [rowan, 'Rowan Instruments', una, 'rowan.example', 'Hull'],
    [harbour, 'Harbour Optics', una, 'harbour.example', 'Bergen'],
    [ferry, 'Ferry Lines', una, 'ferry.example', 'Oslo'],
  ],
  Lead: [
    ['Id', 'LastName', 'FirstName', 'Company', 'Email', 'IsConverted', 'OwnerId', 'CreatedDate'],
    [lead(10), 'Ibarra', 'Noa', 'Tern Works', 'noa@tern.example', false, una, '2026-07-01T03:30:00.000Z'],
    [lead(11), 'Okafor', 'Ben', 'Wren Mills', 'ben@wren.example', true, una, '2026-08-01T03:30:00.000Z'],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount IsClosed IsWon ForecastCategory CloseDate CreatedDate'.split(' '),
    [deal(10), rowan, una, 'Seats', 'Closed Won', 100, true, true, 'Closed', '2026-02-10', '2026-01-05T09:00:00.000Z'],
    [deal(11), harbour, una, 'Lamps', 'Closed Won', 60, true, true, 'Closed', '2026-05-10', '2026-03-05T09:00:00.000Z'],
    [deal(12), harbour, una, 'Desks', 'Closed Won', 40, true, true, 'Closed', '2026-06-10', '2026-04-05T09:00:00.000Z'],
    [
      deal(13),
      ferry,
      una,
      'Boats',
      'Prospecting',
      500,
      false,
      false,
      'Pipeline',
      '2027-02-10',
      '2026-10-05T09:00:00.000Z',
    ],
  ],
};

let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

/** Clean value, and what it would be with all pairs under review. */
const band = async (metric: string, period = 'all', slice = 'all') => {
  const [row] = await org.ask(`select value::float8 as value, value_if_merged::float8 as merged, band_because as because
    from unified.metric_value where metric = '${metric}' and basis = 'clean' and period = '${period}' and slice = '${slice}'`);
  return Object.values((row ?? {}) as object);
};
/** Once said to be two, of other values than they have now: asked again. */
const ask = (entity: string, one: string, other: string) =>
  org.ask(`insert into review.decision (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind, l_value_hash, r_value_hash,
      reason, decided_by, decided_at)
    values ('rev_' || gen_random_uuid(), '${entity}', 'default', '${one}', 'default', '${other}', 'different', '', '', 'seen', 'ann', now())`);

it('without a pair under review a clean value is what it is', async () => {
  expect(await band('customers')).toEqual([2, 2, null]);
  expect(await org.ask('select * from unified.metric_band')).toEqual([]);
  expect(
    await org.ask(`select distinct value_if_merged, band_because from unified.metric_value where basis = 'raw'`),
  ).toEqual([{ value_if_merged: null, band_because: null }]);
});

it('it says what it would be if the pairs were merged, by any metric that rests on them', async () => {
  await ask('company', rowan, harbour);
  await ask('person', lead(10), lead(11));
  await ask('deal', deal(11), deal(12));
  await org.sync('2026-11-21');
  expect(await org.ask('select entity, reason from golden.review_item order by entity')).toEqual([
    { entity: 'company', reason: 'changed' },
    { entity: 'deal', reason: 'changed' },
    { entity: 'person', reason: 'changed' },
  ]);
  expect(await band('customers')).toEqual([2, 1, null]);
  // Of two deals that are one the older of the two won ones counts, with the surviving amount.
  const [bookings] = await org.ask(
    `select sum(amount_counted)::float8 as sum from unified.fct_opportunity where is_won`,
  );
  expect(bookings).toEqual({ sum: 200 });
  const [value, merged] = await band('bookings');
  expect(value).toBe(200);
  expect([140, 160]).toContain(merged);
  expect(await band('won_deals')).toEqual([3, 2, null]);
  expect(await band('won_deals', 'all', `owner:${una}`)).toEqual([3, 2, null]);
  expect(await band('leads')).toEqual([2, 1, null]);
  expect(await band('lead_conversion_rate')).toEqual([0.5, 1, null]);
  expect((await band('revenue_per_customer'))[1]).toBe(merged);
  // The other customer came in May: of a period that nothing is left in, a sum is 0.
  expect(await band('new_customers', '2026-Q2')).toEqual([1, 0, null]);
  // What rests on none of them stays, and is not written down twice.
  expect(await band('open_pipeline')).toEqual([500, 500, null]);
  expect(await org.ask(`select from unified.metric_band where metric = 'open_pipeline'`)).toEqual([]);
});

it('the API says it of each value, or why it does not', async () => {
  const api = await testApi({ db: org.db });
  const read = async (query: string) => {
    const answer = await api.app.inject({ url: `/v1/metrics/customers/values?${query}`, headers: api.as('data:read') });
    return (answer.json() as { data: Record<string, unknown>[] }).data.map(
      ({ basis, value, valueIfMerged, bandBecause }) => ({ basis, value, valueIfMerged, bandBecause }),
    );
  };
  expect(await read('periodKind=all')).toEqual([
    { basis: 'clean', value: 2, valueIfMerged: 1, bandBecause: null },
    { basis: 'raw', value: 2, valueIfMerged: null, bandBecause: null },
  ]);
  expect(await read('periodKind=all&dimension=account&basis=clean')).toContainEqual(
    expect.objectContaining({ valueIfMerged: null, bandBecause: 'it is tried by all, org, owner, team only' }),
  );
  await api.close();
});

it('nothing of what was tried stays', async () => {
  expect(
    await org.ask(`select kind, reason from review.decision where undone_at is null and decided_by <> 'ann'`),
  ).toEqual([]);
  expect(await org.ask(`select kind from golden.event where kind = 'merged'`)).toEqual([]);
  expect(await org.ask(`select from unified.metric_stored where since > '2026-12-01'`)).toEqual([]);
  expect(await org.ask(`select from history.metric_version where to_on > '2026-12-01'`)).toEqual([]);
  expect(
    await org.ask(
      `select count(*)::int as n from unified.dim_account where name in ('Rowan Instruments', 'Harbour Optics')`,
    ),
  ).toEqual([{ n: 2 }]);
});

it('what a reviewer then says of them is what the band said', async () => {
  await org.ask('create table public.said as select * from unified.metric_band');
  await org.ask(`update review.decision set kind = 'same', version = default, l_value_hash = review.value_hash(to_jsonb(l)),
      r_value_hash = review.value_hash(to_jsonb(r))
    from standard.company l, standard.company r where entity = 'company' and l.id = l_id and r.id = r_id`);
  await org.ask(`update review.decision set kind = 'same', version = default where entity <> 'company'`);
  await org.sync('2026-11-21');
  const [found] = (await org.ask(`select count(*)::int as count,
      (count(*) filter (where s.value_if_merged is distinct from
        coalesce(v.value, case when s.n_if_merged = 0 then s.value_if_merged end)))::int as other
    from public.said s
    left join unified.metric_value v on v.basis = 'clean' and v.metric = s.metric and v.period_kind = s.period_kind and v.period = s.period
      and v.dimension = s.dimension and v.connection_id = s.connection_id and v.key = s.key`)) as {
    count: number;
    other: number;
  }[];
  expect(found!.count).toBeGreaterThan(50);
  expect(found!.other).toBe(0);
});

it('is not told by a dimension that is not tried, nor of more pairs than are tried', async () => {
  const [by] = await org.ask(
    `select value_if_merged, band_because from unified.metric_value where basis = 'clean' and dimension = 'account' limit 1`,
  );
  expect(by).toEqual({ value_if_merged: null, band_because: 'it is tried by all, org, owner, team only' });
  const askedOf = (count: number) =>
    org.ask(`insert into golden.review_item select 'company', 'default', 'l' || n, 'default', 'r' || n, 'a', 'b', 'unsure', 0, .5, 1, 2, 0, 0
      from generate_series(1, ${count}) n on conflict do nothing`);
  await org.ask('delete from golden.review_item');
  await askedOf(21);
  await org.again('2026-11-21');
  expect((await band('customers')).slice(1)).toEqual([
    null,
    '21 pairs are under review, and more than 20 are tried with the first publication of a day',
  ]);
  await askedOf(2001);
  await org.again('2026-11-22');
  expect((await band('customers')).slice(1)).toEqual([null, '2001 pairs are under review, and at most 2000 are tried']);
  expect(await org.ask('select from unified.metric_band')).toEqual([]);
});

it('what could not be tried is a warning of the run, and stops no publication', async () => {
  await org.ask('delete from golden.review_item');
  await ask('company', rowan, ferry);
  await org.ask(`alter table golden.event add constraint no_band check (kind <> 'merged') not valid`);
  const warnings = await org.sync('2026-11-23');
  expect(warnings.filter((one) => one.includes('pairs under review'))).toEqual([
    expect.stringMatching(/^What metrics would be .* is not told: merging them could not be tried: .*no_band/),
  ]);
  expect((await band('customers')).slice(1)).toEqual([null, expect.stringContaining('no_band')]);
});

it('who decides one of these very pairs while it is tried does not wait', async () => {
  await org.ask('alter table golden.event drop constraint no_band');
  let letGo = () => {};
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  let hold = () => {};
  const isHeld = new Promise<void>((resolve) => (hold = resolve));
  // Where a merge is written down the try has to wait for us.
  const holding = org.db.transaction(async (tx) => {
    await tx.query(sql`lock table golden.event in share row exclusive mode`);
    hold();
    await isLetGo;
  });
  await isHeld;
  const publishing = org.again('2026-11-24');
  const isTrying = async () =>
    (await org.ask(`select from pg_locks where relation = 'golden.event'::regclass and not granted`)).length > 0;
  while (!(await isTrying())) await sleep(20);
  const record = (salesforceId: string) => ({ connectionId: 'default', salesforceId });
  const verdict = { entity: 'company', kind: 'same' as const, reason: 'one house', by: systemActor('ann') };
  const decided = decide(org.db, { ...verdict, left: record(rowan), right: record(ferry) }, new Date());
  const first = await Promise.race([decided.then(({ kind }) => kind), sleep(5000, 'waits')]);
  expect(await isTrying()).toBe(true);
  letGo();
  await Promise.all([holding, publishing, decided]);
  expect(first).toBe('same');
  expect(await band('customers')).toEqual([1, 1, null]);
});
