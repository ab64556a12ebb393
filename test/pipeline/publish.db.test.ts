import { escapeIdentifier } from 'pg';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMarts } from '../../src/marts/read.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import { matchDeals } from '../../src/pipeline/match/deal.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { goldenFixture, type Fixture } from './golden-fixture.ts';

let fixture: Fixture;
const deal = (id: string, row: Record<string, string | number | boolean | null>) =>
  fixture.record('Opportunity', {
    id,
    account_id: 'a1',
    owner_id: 'u1',
    name: `Deal ${id}`,
    stage_name: 'Any',
    is_closed: true,
    is_won: false,
    close_on: '2026-02-10',
    forecast_category: 'Closed',
    ...row,
  });

/** The evidence of deals as standardise leaves it, matched and clustered. */
async function clusterDeals(): Promise<void> {
  await fixture.db.query(
    sql`create table if not exists standard.company (connection_id text, object text, id text, name text, _version bigint)`,
  );
  await fixture.db.query(
    sql`create table if not exists standard.person (connection_id text, id text, first_name text, last_name text)`,
  );
  await fixture.db.query(
    sql`insert into standard.company select connection_id, 'Account', id, name, 1 from standard.account`,
  );
  await fixture.db
    .query(sql`create table standard.deal as select connection_id, 'Opportunity' as object, id, 1::bigint as _version,
    modified_at, name, account_id as company_id, amount::text as amount, close_on::text as close_on, stage_name as stage,
    created_at::text as created_on, owner_id as owner, type, lead_source, currency_iso_code as currency,
    is_won::text as is_won, is_closed::text as is_closed
    from standard.opportunity where is_deleted is not true`);
  const deal = fixture.definitions.entities.find(({ name }) => name === 'deal')!;
  await matchDeals(fixture.context(), deal);
  await cluster(fixture.context(), 'deal');
  await survive(fixture.context(), 'deal');
}

beforeAll(async () => {
  fixture = await goldenFixture();
  const { record, insert } = fixture;
  await record('Account', { id: 'a1', name: 'Acme' }, { company: 'com_acme' });
  await record('Account', { id: 'a2', name: 'Acme Inc' }, { company: 'com_acme' });
  await record('Contact', { id: 'c1', last_name: 'Lee', account_id: 'a1' }, { person: 'per_lee' });
  await record('Lead', {
    id: 'l1',
    last_name: 'Lee',
    is_converted: true,
    converted_contact_id: 'c1',
    converted_opportunity_id: 'w1',
  });
  await record('Lead', { id: 'l2', last_name: 'Lee', is_converted: false }, { person: 'per_lee' });
  // Only the other copy of the person answered a campaign.
  await record('CampaignMember', { id: 'm1', lead_id: 'l2', campaign_id: 'p1', has_responded: true });
  // An account and a contact that were merged away, twice over, still named by a case.
  for (const [loser_id, winner_id] of [
    ['a0', 'a9'],
    ['a9', 'a2'],
    ['c0', 'c1'],
  ] as const) {
    await insert('mirror', 'alias', { connection_id: 'default', loser_id, winner_id });
  }
  await record('Case', { id: 'k1', account_id: 'a0', contact_id: 'c0' });
  await record('Task', { id: 't1', who_id: 'l2', what_id: 'w2' });
  // One win, booked a second time on the copy of its account by another owner.
  await deal('w1', { name: 'Acme - Seats', amount: 100, is_won: true, created_at: '2026-01-05' });
  await deal('w2', {
    name: 'ACME  Seats',
    amount: 100,
    is_won: true,
    account_id: 'a2',
    owner_id: 'u2',
    close_on: '2026-02-10',
    created_at: '2026-01-05',
  });
  // The same again a quarter later is a renewal, not a copy.
  await deal('w3', {
    name: 'Acme - Seats',
    amount: 100,
    is_won: true,
    close_on: '2026-05-10',
    created_at: '2026-04-01',
  });
  await deal('x1', { amount: 50, created_at: '2025-11-10' });
  const open = { is_closed: false, forecast_category: 'Pipeline', close_on: '2026-07-01' };
  await deal('o1', { ...open, amount: 40, created_at: '2025-09-01' });
  await deal('o2', { ...open, amount: 60, owner_id: null, created_at: '2025-12-12' });
  await deal('o3', { ...open, amount: 999, forecast_category: 'Omitted', created_at: '2026-01-20' });
  await deal('gone', { ...open, amount: 7000, is_deleted: true });
  await record('ForecastingQuota', { id: 'q1', quota_owner_id: 'u2', quota_amount: 200, start_on: '2026-01-01' });
  for (const [day, stage] of [
    ['01', 'New'],
    ['03', 'New'],
    ['05', 'Talk'],
    ['09', 'New'],
  ] as const) {
    await record('OpportunityHistory', {
      id: `h${day}`,
      opportunity_id: 'o1',
      stage_name: stage,
      created_at: `2026-01-${day}T00:00:00Z`,
    });
  }
  await insert('quality', 'finding', {
    rule_id: 'deal-idle',
    rule_version: 1,
    connection_id: 'default',
    object: 'Opportunity',
    record_id: 'o2',
    dimension: 'timeliness',
    severity: 'warn',
    is_stale: true,
    opened_run_id: 'run_1',
    opened_at: '2026-05-01T00:00:00Z',
    last_seen_run_id: 'run_1',
    last_seen_at: '2026-05-01T00:00:00Z',
  });
  await survive(fixture.context(), 'person');
  await survive(fixture.context(), 'company');
  await clusterDeals();
  await publish(fixture.context());
});
afterAll(() => fixture.db.close());

async function metric(name: string, period = 'all', slice = 'all'): Promise<(number | null)[]> {
  const rows = await fixture.db.query<{ value: string | null }>(sql`select value from unified.metric_value
    where metric = ${name} and period = ${period} and slice = ${slice} order by basis desc`);
  return rows.map(({ value }) => (value === null ? null : Number(value)));
}

describe('metrics, raw and clean', () => {
  it('count a copied win once, a renewal twice', async () => {
    expect(await metric('bookings')).toEqual([300, 200]);
    expect(await metric('bookings', '2026-Q1')).toEqual([200, 100]);
    expect(await metric('win_rate')).toEqual([0.75, 2 / 3].map((rate) => expect.closeTo(rate, 9)));
    expect(await metric('customers')).toEqual([2, 1]);
    expect(await metric('revenue_per_customer')).toEqual([150, 200]);
  });

  it('take the double credit from the second owner', async () => {
    expect(await metric('quota_attainment', '2026-Q1', 'owner:u2')).toEqual([0.5, 0]);
    expect(await metric('quota_attainment', '2026-Q1', 'owner:u1')).toEqual([]);
  });

  it('show the pipeline whole, healthy and stale', async () => {
    expect(await metric('open_pipeline')).toEqual([100, 100]);
    expect(await metric('open_pipeline_healthy')).toEqual([40, 40]);
    expect(await metric('open_pipeline_stale')).toEqual([60, 60]);
  });

  it('credit marketing with a win of a person whose other record answered', async () => {
    expect(await metric('marketing_sourced_revenue')).toEqual([0, 100]);
    expect(await metric('leads')).toEqual([2, 1]);
    expect(await metric('people')).toEqual([2, 1]);
  });

  it('add up the same by owner and by account', async () => {
    const wrong = await fixture.db.query(sql`select t.metric, t.basis from unified.metric_value t
      join unified.metric_value p using (metric, basis, period)
      where metric in ('bookings', 'open_pipeline') and t.slice = 'all' and p.dimension in ('owner', 'account', 'org', 'type')
      group by t.metric, t.basis, period, split_part(p.slice, ':', 1), t.value having sum(p.value) is distinct from t.value`);
    expect(wrong).toEqual([]);
    const [bookings] = await fixture.db.query(sql`select array_agg(slice || '=' || value::int order by slice) as shares
      from unified.metric_value where metric = 'bookings' and basis = 'raw' and period = 'all' and n > 0
        and dimension in ('all', 'owner', 'account')`);
    expect(bookings!.shares).toEqual(['account:a1=200', 'account:a2=100', 'all=300', 'owner:u1=200', 'owner:u2=100']);
  });
});

describe('publish', () => {
  it('merges rows of one stage into one stay', async () => {
    const visits = await fixture.db.query(
      sql`select stage_name, stage_days::float from unified.fct_opportunity_stage_visit order by visit_number`,
    );
    expect(visits.map(({ stage_name, stage_days }) => [stage_name, stage_days])).toEqual([
      ['New', 4],
      ['Talk', 4],
      ['New', null],
    ]);
  });

  it('changes no row when nothing is new, and keeps the generation of a run that is repeated', async () => {
    const context = fixture.context();
    const first = await publish(context);
    const second = await publish(context);
    expect([first.changedCount, second.changedCount]).toEqual([0, 0]);
    expect(second.detail).toEqual(first.detail);
  });

  it('measures a moved deal again where it was and where it is, and nowhere else', async () => {
    const { db, context } = fixture;
    const falsify = () =>
      db.query(sql`update unified.metric_stored set measures = array_fill(777::numeric, array[cardinality(measures)])
        where step = 'opportunity.close_on'`);
    const bookings = (period: string) => metric('bookings', period);
    await falsify();
    await db.query(sql`update standard.opportunity set close_on = '2026-04-10' where id = 'w3'`);
    await publish(context());
    expect([await bookings('2026-05'), await bookings('2026-04')]).toEqual([[], [100, 100]]);
    expect([await bookings('all'), await metric('bookings', '2026-04', 'owner:u1')]).toEqual([
      [300, 200],
      [100, 100],
    ]);
    // No deal of February moved, and none of the second owner, whose only one is a copy.
    expect([await bookings('2026-02'), await metric('bookings', 'all', 'owner:u2')]).toEqual([[777, 777], [777]]);
    await db.query(sql`update standard.opportunity set close_on = '2026-05-10' where id = 'w3'`);
    await publish(fixture.context('full'));
    expect([await bookings('2026-02'), await bookings('2026-05')]).toEqual([
      [200, 100],
      [100, 100],
    ]);
  });

  it('tells a copy from its original, and why a deal is stale', async () => {
    const marked = await fixture.db
      .query(sql`select opportunity_id, account_key, duplicate_of, stale_reason, counts_in_clean
      from unified.fct_opportunity where duplicate_of is not null or is_stale order by opportunity_id`);
    expect(marked).toEqual([
      {
        opportunity_id: 'o2',
        account_key: 'com_acme',
        duplicate_of: null,
        stale_reason: 'deal-idle',
        counts_in_clean: true,
      },
      { opportunity_id: 'w2', account_key: 'com_acme', duplicate_of: 'w1', stale_reason: null, counts_in_clean: false },
    ]);
  });

  it('points cases, tasks and campaign members at golden keys, through merges in Salesforce', async () => {
    const rows = await fixture.db.query(sql`
      select 'case' as kind, account_key, person_key, null as opportunity_id from unified.fct_case
      union all select 'task', account_key, person_key, opportunity_id from unified.fct_activity where kind = 'task'
      union all select 'member', account_key, person_key, null from unified.fct_campaign_member order by kind`);
    const keys = { account_key: 'com_acme', person_key: 'per_lee', opportunity_id: null };
    expect(rows).toEqual([
      { kind: 'case', ...keys },
      { kind: 'member', ...keys },
      { kind: 'task', ...keys, opportunity_id: 'w2' },
    ]);
  });

  it('shows each record under one golden key that has its dimension row', async () => {
    const lost = await fixture.db.query(sql`select salesforce_id from unified.record_xref
      where golden_key not in (select account_key from unified.dim_account union select person_key from unified.dim_person
        union select deal_key from unified.dim_deal)`);
    expect(lost).toEqual([]);
    const [lee] = await fixture.db.query(sql`select account_key, last_name, record_count from unified.dim_person`);
    expect(lee).toEqual({ account_key: 'com_acme', last_name: 'Lee', record_count: 2 });
  });

  it('gives readers whole generations only', async () => {
    const seen = new Set<string>();
    let isDone = false;
    const reader = (async () => {
      while (!isDone) {
        await fixture.db.transaction(async (tx) => {
          const [facts] = await tx.query<{ sum: string }>(
            sql`select sum(amount) from unified.fct_opportunity where is_won`,
          );
          await tx.query(sql`select pg_sleep(0.005)`);
          const [value] = await tx.query<{ value: string }>(sql`select value from unified.metric_value
            where metric = 'bookings' and basis = 'raw' and period = 'all' and slice = 'all'`);
          seen.add(`${Number(facts!.sum)} ${Number(value!.value)}`);
        }, 'repeatable read');
      }
    })();
    for (const amount of [101, 102, 103]) {
      await fixture.db.query(sql`update standard.opportunity set amount = ${amount} where id = 'w3'`);
      await publish(fixture.context());
    }
    isDone = true;
    await reader;
    expect([...seen].filter((pair) => pair.split(' ')[0] !== pair.split(' ')[1])).toEqual([]);
    await fixture.db.query(sql`update standard.opportunity set amount = 100 where id = 'w3'`);
    await publish(fixture.context());
  });

  it('leaves the last generation whole when it fails halfway', async () => {
    const before = await fixture.db.query(sql`select * from unified.data_freshness`);
    const context = fixture.context();
    const write: typeof context.write = (work) =>
      context.db.transaction(async (tx) => {
        await work(tx);
        throw new Error('power cut');
      });
    await fixture.db.query(sql`update standard.opportunity set amount = 5 where id = 'x1'`);
    await expect(publish(Object.assign(context, { write }))).rejects.toThrow('power cut');
    expect(await fixture.db.query(sql`select * from unified.data_freshness`)).toEqual(before);
    const [x1] = await fixture.db.query(sql`select amount from unified.fct_opportunity where opportunity_id = 'x1'`);
    expect(Number(x1!.amount)).toBe(50);
  });

  it('comments every table, view and column', async () => {
    const bare = await fixture.db.query(sql`select c.relname, a.attname from pg_class c
      join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname in ('unified', 'salesops', 'revops') and c.relkind in ('r', 'v') and a.attnum > 0
        and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)`);
    expect(bare).toEqual([]);
  });

  it('lets the reader role read the published view and nothing else', async () => {
    const as = (statement: string) =>
      fixture.db.transaction(async (tx) => {
        await tx.query(raw('set local role assay_reader'));
        return tx.query(raw(statement));
      });
    for (const { schema, name } of (await readMarts()).views) {
      await expect(as(`select * from ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`)).resolves.toBeDefined();
    }
    expect(await as('select * from unified.data_freshness')).toHaveLength(1);
    const denied = [
      'select 1 from golden.person',
      'select 1 from control.run',
      'delete from unified.fct_opportunity',
      'select 1 from quality.finding',
    ];
    for (const statement of denied) await expect(as(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('shows how good the groups are by the newest model in use', async () => {
    const told = (low: number) => JSON.stringify({ precision: { estimate: 0.9, low, high: 1 }, recall: { estimate: 0.8, low: 0.7, high: 1 }, weakestField: 'email', cannotTell: null }); // prettier-ignore
    const add = (id: string, entity: string, at: string, held: boolean, assessment: string) =>
      fixture.db
        .query(sql`insert into match.model_change (id, entity, run_id, at, cause, held, label_count, new_wrong_count, unchanged_count,
          added_count, removed_count, split_count, merged_count, assessment)
        values (${id}, ${entity}, 'run_1', ${at}, 'full', ${held}, 0, 0, 0, 0, 0, 0, 0, ${assessment}::jsonb)`);
    await add('mdl_1', 'person', '2026-01-01', false, told(0.1));
    await add('mdl_2', 'person', '2026-01-02', false, told(0.2));
    await add('mdl_3', 'person', '2026-01-03', true, told(0.3));
    await add('mdl_4', 'company', '2026-01-01', false, JSON.stringify({ precision: null, recall: null, weakestField: null, cannotTell: 'only 1 pair is in groups' })); // prettier-ignore
    const rows = await fixture.db
      .query(sql`select entity, precision_estimate::float8 as p, precision_low::float8 as low,
      recall_high::float8 as high, cannot_tell from unified.matching_quality order by entity`);
    expect(rows).toEqual([
      { entity: 'company', p: null, low: null, high: null, cannot_tell: 'only 1 pair is in groups' },
      { entity: 'person', p: 0.9, low: 0.2, high: 1, cannot_tell: null },
    ]);
    await fixture.db.query(sql`delete from match.model_change`);
  });

  it('says null, not 0, where nothing can be measured', async () => {
    await fixture.db.query(sql`update standard.opportunity set amount = null`);
    await fixture.db.query(sql`update golden.deal set amount = null`);
    await fixture.db.query(sql`update standard.forecasting_quota set is_deleted = true`);
    await publish(fixture.context());
    expect(await metric('bookings')).toEqual([null, null]);
    expect(await metric('quota_attainment')).toEqual([null, null]);
    expect((await metric('win_rate'))[0]).toBe(0.75);
  });
});
