/** A night of one edit reads a few rows, however large the org: what is read in proportion to it is listed here, and nothing else is. */
import sql, { raw } from 'sql-template-tag';
import { expect, it } from 'vitest';
import { editMany, makeOrg } from '../../bench/night/mirror.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { turns } from '../../src/pipeline/index.ts';
import { testDatabase } from '../database.ts';

/** They ask Salesforce, or tell people. */
const left = ['pull', 'reconcile', 'alert'];
const [small, large] = [500, 2500];
/** More than twice what the small org has, and this many rows, and what a stage reads of a table grows with the org. */
const slack = 60;

/** What is read in proportion to the org all the same, by stage. What goes from here is mended; nothing comes to it unseen. */
const known: Record<string, string[]> = {
  // Deals are compared with their like by an index that is made anew, and names of companies are counted.
  match: ['golden.crosswalk', 'standard.company', 'standard.deal', 'standard.person'],
  cluster: ['golden.crosswalk', 'golden.identity', 'standard.deal'],
  survive: ['golden.crosswalk', 'golden.deal', 'golden.person'],
  publish: [
    // The forecast and slipped pipeline ask the versions of all deals, and the probability they had.
    'history.opportunity_version',
    'standard.opportunity_history',
    // The share of fields that have a value is counted.
    'standard.campaign_member',
    'standard.contact',
    'standard.lead',
    'standard.task',
    // Places of owners and months, which grow with years and people rather than with deals.
    'unified.metric_bridge',
    'unified.metric_stored',
    // What merging the pairs under review would change is taken away, once.
    'unified.metric_band',
  ],
};

/** By stage and table, the rows that a night reads. */
async function night(db: Db): Promise<Map<string, number>> {
  const definitions = await loadDefinitions();
  const { run } = stageContext({ db, definitions });
  const write: Context['write'] = (work) =>
    db.transaction(async (tx) => {
      const done = await work(tx);
      await tx.query(sql`select pg_stat_force_next_flush()::text`);
      return done;
    });
  const read = new Map<string, number>();
  for (const turn of turns) {
    const subjects = {
      'each object': [
        'Account',
        'Contact',
        'Lead',
        'Opportunity',
        'OpportunityHistory',
        'Task',
        'User',
        'Campaign',
        'CampaignMember',
      ],
      'each entity': definitions.entities.map((entity) => entity.name),
      'the whole': ['all'],
    }[turn.of];
    for (const subject of subjects)
      for (const stage of turn.stages.filter((one) => !left.includes(one.name))) {
        const before = await rowsRead(db);
        await stage.run(stageContext({ db, definitions, run, write }), subject);
        for (const [table, count] of await rowsRead(db)) {
          const place = `${stage.name} ${table}`;
          read.set(place, (read.get(place) ?? 0) + count - (before.get(table) ?? 0));
        }
      }
  }
  return read;
}

async function rowsRead(db: Db): Promise<Map<string, number>> {
  await db.query(sql`select pg_stat_force_next_flush()::text`);
  const rows = await db.query<{ name: string; count: number }>(sql`
    select schemaname || '.' || relname as name, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as count
    from pg_stat_user_tables where schemaname not like 'pg_temp%'`);
  return new Map(rows.map(({ name, count }) => [name, count]));
}

/** Half of the people were reached by a campaign, and a third of these answered. */
async function makeCampaigns(db: Db): Promise<void> {
  const system = `connection_id text, id text, created_date timestamptz, _version bigint, _deleted_at timestamptz, primary key (connection_id, id)`;
  const texts = [
    `create table mirror.campaign (${system}, name text)`,
    `insert into mirror.campaign select 'default', '701' || n, '2026-01-01', nextval('mirror.version'), null, 'Spring ' || n from generate_series(1, 5) n`,
    `create table mirror.campaign_member (${system}, campaign_id text, lead_id text, contact_id text, has_responded text, first_responded_date text)`,
    `insert into mirror.campaign_member select 'default', '00v' || id, '2023-01-01', nextval('mirror.version'), null, '7011', null, id, (right(id, 1) < '3')::text, '2023-01-01'
      from mirror.contact where right(id, 1) < '5'`,
    `insert into mirror.campaign_member select 'default', '00v' || id, '2023-01-01', nextval('mirror.version'), null, '7012', id, null, 'true', '2023-01-01'
      from mirror.lead`,
    // What leads became.
    `update mirror.lead l set converted_opportunity_id = o.id, _version = nextval('mirror.version') from mirror.opportunity o
      where l.is_converted = 'true' and right(o.id, 15) = right(l.id, 15)`,
    ...['campaign', 'campaign_member'].map((table) => `create index on mirror.${table} (connection_id, _version)`),
    'analyze',
  ];
  await db.query(raw('alter table mirror.lead add column converted_opportunity_id text'));
  for (const text of texts) await db.query(raw(text));
}

async function oneEdit(contacts: number): Promise<Map<string, number>> {
  const db = await testDatabase();
  try {
    await makeOrg(db, contacts);
    await makeCampaigns(db);
    await night(db);
    await db.query(raw('vacuum analyze'));
    // Of a table of a few pages PostgreSQL reads all, index or not: rows are made dear, so that it shows what it would read of a large one.
    for (const setting of ['enable_seqscan = off', 'cpu_tuple_cost = 10'])
      await db.query(raw(`do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`));
    await editMany(db, contacts, 1, 1);
    const [member] = await db.query<{ id: string }>(
      sql`select max(id) as id from mirror.campaign_member where has_responded = 'false'`,
    );
    await db.query(sql`update mirror.campaign_member set has_responded = 'true', _version = nextval('mirror.version')
      where connection_id = 'default' and id = ${member!.id}`);
    await db.query(sql`select pg_stat_force_next_flush()::text`);
    const again = connect(db.url, { name: 'test' });
    try {
      return await night(again);
    } finally {
      await again.close();
    }
  } finally {
    await db.close();
  }
}

it('reads of each table a few rows in a night of one edit, but for what is listed', async () => {
  const [few, many] = [await oneEdit(small), await oneEdit(large)];
  const growing = [...many].flatMap(([place, count]) => {
    const [stage, table] = place.split(' ') as [string, string];
    const before = few.get(place) ?? 0;
    return count <= 2 * before + slack || known[stage]?.includes(table) ? [] : [`${place}: ${before}, then ${count}`];
  });
  expect(growing).toEqual([]);
}, 600_000);
