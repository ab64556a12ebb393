/** Whatever moved since the last generation, publishing that alone leaves what publishing everything would. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db, Queryable } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import type { RunMode } from '../../src/model/run.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { matchDeals } from '../../src/pipeline/match/deal.ts';
import { match } from '../../src/pipeline/match.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { score } from '../../src/pipeline/score.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { testDatabase } from '../database.ts';

/** How many records of each object an org has, and what their columns may hold: values, or ids of another object by its letter. */
const world: Record<string, { letter: string; count: number; columns: Record<string, readonly (string | null)[]> }> = {
  account: {
    letter: 'A',
    count: 4,
    columns: {
      name: ['Acme', 'Zed Works', 'Ohm Ltd'],
      website: ['acme.io', null],
      owner_id: ['U'],
      parent_id: [null, null, 'A'],
    },
  },
  contact: {
    letter: 'C',
    count: 5,
    columns: {
      last_name: ['Lee', 'Szymborski'],
      first_name: ['Ann', 'Bob'],
      email: ['ann@acme.io', 'bob@zed.io', null],
      account_id: ['A', null],
    },
  },
  lead: {
    letter: 'L',
    count: 4,
    columns: {
      last_name: ['Lee', 'Szymborski'],
      email: ['ann@acme.io', null],
      company: ['Acme', 'Zed Works'],
      is_converted: ['false', 'true'],
      converted_contact_id: [null, 'C'],
      converted_account_id: [null, 'A'],
      converted_opportunity_id: [null, 'O'],
      status: ['Open', 'Closed'],
    },
  },
  opportunity: {
    letter: 'O',
    count: 5,
    columns: {
      name: ['Seats', 'More seats'],
      account_id: ['A', null],
      owner_id: ['U', null],
      amount: ['100', '250', null],
      stage_name: ['New', 'Won'],
      is_closed: ['true', 'false'],
      is_won: ['true', 'false'],
      // Months and years that follow one another, for what looks back.
      close_date: ['2026-02-10', '2026-03-20', '2025-02-10', '2026-07-01', '2041-03-01', '2015-03-01', null],
      campaign_id: [null, 'P'],
      currency_iso_code: ['USD', 'USD', 'JPY', null],
      record_type_id: [null, 'RT'],
    },
  },
  task: {
    letter: 'T',
    count: 5,
    // Days that no calendar has but for a deal that closes on them.
    columns: {
      who_id: ['C', 'L', null],
      what_id: ['O', 'A', null],
      account_id: [null, 'A'],
      status: ['Open', 'Done'],
      is_closed: ['true', 'false'],
      activity_date: ['2015-03-01', '2026-02-10', null],
      owner_id: ['U', null],
    },
  },
  case: {
    letter: 'K',
    count: 3,
    columns: { account_id: ['A', null], contact_id: ['C', null], status: ['New', 'Closed'] },
  },
  campaign: { letter: 'P', count: 2, columns: { name: ['Spring', 'Autumn'] } },
  campaign_member: {
    letter: 'M',
    count: 4,
    columns: {
      campaign_id: ['P'],
      lead_id: ['L', null],
      contact_id: ['C', null],
      has_responded: ['true', 'false'],
      first_responded_date: [null, '2025-12-31', '2026-03-01'],
    },
  },
  opportunity_history: { letter: 'H', count: 4, columns: { opportunity_id: ['O'], stage_name: ['New', 'Won'] } },
  forecasting_quota: {
    letter: 'Q',
    count: 2,
    columns: {
      quota_owner_id: ['U'],
      quota_amount: ['200', null],
      start_date: ['2026-01-01', '2026-02-01', '2026-07-01'],
      forecasting_type_id: ['F1', 'F2', null],
    },
  },
  user: {
    letter: 'U',
    count: 2,
    columns: {
      name: ['Una', 'Uwe'],
      is_active: ['true', 'false'],
      manager_id: [null, 'U'],
      user_role_id: [null, 'UR'],
    },
  },
  currency_type: {
    letter: 'Y',
    count: 3,
    columns: { iso_code: ['USD', 'JPY'], conversion_rate: ['1', '150', null], is_corporate: ['true', 'false'] },
  },
  product2: { letter: 'E', count: 2, columns: { name: ['Lamp', 'Desk'], family: ['Light', null] } },
  opportunity_line_item: {
    letter: 'N',
    count: 3,
    columns: { opportunity_id: ['O'], product2_id: ['E', null], total_price: ['100', '7', null] },
  },
  opportunity_split_type: { letter: 'B', count: 1, columns: { master_label: ['Revenue', 'Overlay'] } },
  opportunity_split: {
    letter: 'S',
    count: 3,
    columns: {
      opportunity_id: ['O'],
      split_owner_id: ['U'],
      split_type_id: ['B', null],
      split_percentage: ['60', '40'],
    },
  },
  opportunity_contact_role: {
    letter: 'J',
    count: 3,
    columns: { opportunity_id: ['O'], contact_id: ['C'], role: ['Buyer', null] },
  },
  lead_history: {
    letter: 'D',
    count: 3,
    columns: { lead_id: ['L'], field: ['Status', 'Phone'], new_value: ['Open', 'Closed'] },
  },
  event: {
    letter: 'V',
    count: 3,
    columns: { who_id: ['C', 'L', null], what_id: ['O', 'A', null], end_date_time: ['2026-03-01T00:00:00Z', null] },
  },
  territory2: { letter: 'F', count: 2, columns: { name: ['North', 'South'], parent_territory2_id: [null, 'F'] } },
  object_territory2_association: { letter: 'H1', count: 2, columns: { object_id: ['A'], territory2_id: ['F'] } },
  user_territory2_association: { letter: 'H2', count: 2, columns: { user_id: ['U'], territory2_id: ['F'] } },
  contract: {
    letter: 'I',
    count: 2,
    columns: { account_id: ['A', null], start_date: ['2026-01-01'], contract_term: ['12', null] },
  },
  order: { letter: 'W', count: 2, columns: { account_id: ['A', null], effective_date: ['2026-01-01', null] } },
  order_item: {
    letter: 'X',
    count: 3,
    columns: { order_id: ['W'], product2_id: ['E', null], total_price: ['5', '9'] },
  },
  asset: { letter: 'Z', count: 2, columns: { account_id: ['A'], product2_id: ['E', null], price: ['3', null] } },
  record_type: { letter: 'RT', count: 1, columns: { name: ['Renewal', 'New'] } },
  user_role: { letter: 'UR', count: 1, columns: { name: ['Seller', 'Head'] } },
  opportunity_stage: { letter: 'OS', count: 2, columns: { master_label: ['New', 'Won'], sort_order: ['1', '2'] } },
  organization: {
    letter: 'G',
    count: 1,
    columns: {
      time_zone_sid_key: ['GMT', 'Asia/Tokyo', 'America/Lima', null],
      fiscal_year_start_month: ['1', '7', null],
      uses_start_date_as_fiscal_year_name: ['true', 'false'],
    },
  },
  period: {
    letter: 'R',
    count: 2,
    columns: {
      type: ['Year', 'Quarter'],
      start_date: ['2026-02-01', '2026-05-03'],
      end_date: ['2027-01-30', '2026-03-01'],
    },
  },
};
const orgs = ['one', 'two'];
let db: Db;
let definitions: Definitions;
beforeAll(async () => {
  db = await testDatabase();
  definitions = await loadDefinitions();
  for (const [table, { columns }] of Object.entries(world)) {
    const names = Object.keys(columns).map((name) => `${name} text`);
    await db.query(
      raw(`create table mirror."${table}" (connection_id text, id text collate "C", created_date timestamptz default '2026-01-01',
        ${names.join(', ')}, _version bigint, _deleted_at timestamptz, primary key (connection_id, id))`),
    );
  }
  for (const org of orgs) {
    await db.query(sql`insert into control.connection (id, name) values (${org}, ${org}) on conflict do nothing`);
  }
});
afterAll(() => db.close());

let day = '2026-06-01';
const contextOf = (connectionId: string, mode: RunMode = 'auto') =>
  stageContext({ db, definitions, run: { connectionId, mode }, clock: { now: () => new Date(`${day}T00:00:00Z`) } });

async function runUpTo(org: string, last: number): Promise<void> {
  const context = contextOf(org);
  const entities = ['company', 'person', 'deal'] as const;
  const steps: (() => Promise<unknown>)[] = [
    ...definitions.objects.map(
      ({ name }) =>
        () =>
          standardise(context, name),
    ),
    ...entities.flatMap((name) => {
      const entity = definitions.entities.find((one) => one.name === name)!;
      return [
        () => (name === 'deal' ? matchDeals(context, entity) : match(context, name)),
        () => cluster(context, name),
        () => survive(context, name),
      ];
    }),
    ...definitions.objects.map((object) => () => score(context, object)),
  ];
  for (const step of steps.slice(0, last)) await step();
}

/** Rows that publishing everything would change now; nothing of it stays. */
async function wholeWouldChange(): Promise<string[]> {
  let changed: string[] = [];
  const undone = new Error('undone');
  const write: Context['write'] = (work) =>
    db.transaction(async (tx) => {
      const before = await published(tx);
      await work(tx);
      const after = await published(tx);
      changed = [
        ...[...before].filter((row) => !after.has(row)).map((row) => `- ${row}`),
        ...[...after].filter((row) => !before.has(row)).map((row) => `+ ${row}`),
      ];
      throw undone;
    });
  await publish({ ...contextOf('one', 'full'), write }).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return changed;
}

async function published(tx: Queryable): Promise<Set<string>> {
  const tables = await tx.query<{ name: string }>(sql`select relname as name from pg_class
    where relnamespace = 'unified'::regnamespace and relkind = 'r' and relname <> 'publication'`);
  const rows = tables.map(({ name }) => `select '${name} ' || to_jsonb(t)::text as row from unified.${name} t`);
  // What later nights go on from, too: in lists of a cell the order says nothing.
  const sums = 'array(select trim_scale(s) from unnest(c.sums) with ordinality u (s, n) order by n) as sums';
  const lists = `array(select array(select unnest(l::text[]) order by 1)::text from unnest(c.lists) with ordinality u (l, n)
    order by n) as lists`;
  rows.push(`select 'metric_cell ' || to_jsonb(t)::text as row from (
    select step, dimension, connection_id, key, bucket, basis, currency, row_count, known, counts, known_counts, ${sums}, ${lists}
    from pipeline.metric_cell c) t`);
  return new Set((await tx.query<{ row: string }>(raw(rows.join(' union all ')))).map(({ row }) => row));
}

/** Where the steps of a bridge are not what lies between raw and clean. */
const bridgesThatDoNotAddUp = () =>
  db.query(sql`with ends as (
    select metric, period_kind, period, connection_id, dimension, key, max(value) filter (where basis = 'raw') as raw,
      max(value) filter (where basis = 'clean') as clean
    from unified.metric_measured where dimension in ('all', 'org', 'owner', 'team') group by 1, 2, 3, 4, 5, 6),
  bridges as (
    select metric, period_kind, period, connection_id, dimension, key, sum(delta) as delta from unified.metric_bridge group by 1, 2, 3, 4, 5, 6)
  select * from ends full join bridges using (metric, period_kind, period, connection_id, dimension, key)
  where raw is not null and clean is not null and clean - raw <> coalesce(delta, 0)`);

const picks = fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 });
const edit = fc.record({
  kind: fc.constantFrom('write', 'write', 'write', 'bury', 'raise', 'merge', 'decide', 'undo'),
  org: fc.constantFrom(...orgs),
  table: fc.constantFrom(...Object.keys(world), 'contact', 'account', 'lead', 'opportunity'),
  at: fc.nat(4),
  other: fc.nat(4),
  picks,
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

const letters = new Map(Object.values(world).map(({ letter, count }) => [letter, count]));
const idOf = (letter: string, at: number) => `${letter}${at % letters.get(letter)!}`;

async function apply({ kind, org, table, at, other, picks: chosen }: Edit): Promise<void> {
  const { letter, columns } = world[table]!;
  const [id, peer] = [idOf(letter, at), idOf(letter, other)];
  const name = raw(`mirror."${table}"`);
  const put = (set: string, of: string) =>
    db.query(
      sql`update ${name} set ${raw(set)}, _version = nextval('mirror.version') where connection_id = ${org} and id = ${of}`,
    );
  const entity = table === 'account' ? 'company' : 'person';
  switch (kind) {
    case 'write': {
      const values = Object.values(columns).map((of, place) => {
        const value = of[chosen[place]! % of.length]!;
        return value !== null && letters.has(value) ? idOf(value, chosen[place]!) : value;
      });
      const names = Object.keys(columns);
      // A line of history never becomes one of another record.
      const kept = names.filter((one) => !(table.endsWith('_history') && one.endsWith('_id')));
      await db.query(sql`insert into ${name} (connection_id, id, ${raw(names.join())}, _version)
        select ${org}, ${id}, v.*, nextval('mirror.version') from (select ${raw(values.map((value) => (value === null ? 'null' : `'${value}'`)).join())}) v
        on conflict (connection_id, id) do update set ${raw(kept.map((one) => `${one} = excluded.${one}`).join())}, _version = excluded._version`);
      return;
    }
    case 'bury':
      return void (await put('_deleted_at = now()', id));
    case 'raise':
      return void (await put('_deleted_at = null', id));
    case 'merge':
      if (id === peer || !['account', 'contact', 'lead'].includes(table)) return;
      await put('_deleted_at = now()', id);
      await db.query(sql`insert into mirror.alias (connection_id, loser_id, winner_id) values (${org}, ${id}, ${peer})
        on conflict (connection_id, loser_id) do update set winner_id = excluded.winner_id, version = excluded.version`);
      return;
    case 'decide':
      if (id >= peer || !['account', 'contact'].includes(table)) return;
      await db.query(sql`insert into review.decision (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind, l_value_hash, r_value_hash,
          reason, decided_by, decided_at)
        values ('rev_' || gen_random_uuid(), ${entity}, ${org}, ${id}, ${org}, ${peer}, ${chosen[0]! % 2 ? 'same' : 'different'}, '', '', 'seen', 'ann', now())
        on conflict do nothing`);
      return;
    case 'undo':
      await db
        .query(
          sql`update review.decision set undone_at = now(), undone_by = 'ann', version = default where undone_at is null`,
        )
        .catch(() => undefined);
  }
}

const step = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 5 }),
  org: fc.constantFrom(...orgs),
  /** A run that stops before it has published leaves the rest to the next. */
  stopsAt: fc.constantFrom(99, 99, 99, 3, 12, 14, 16, 21),
  isNextDay: fc.constantFrom(false, false, false, true),
});

it('any series of edits, in runs that end early or not, is published as one whole run would', async () => {
  let [partCount, changedCount] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      for (const { edits, org, stopsAt, isNextDay } of steps) {
        for (const one of edits) await apply(one);
        if (isNextDay) day = day === '2026-06-01' ? '2027-01-01' : '2026-06-01';
        await runUpTo(org, stopsAt);
        if (stopsAt < 99) continue;
        const done = await publish(contextOf(org));
        changedCount += done.changedCount;
        partCount += 1;
        for (const other of orgs) if (other !== org) await runUpTo(other, 99);
        await publish(contextOf(org));
        expect(await wholeWouldChange()).toEqual([]);
        expect(await bridgesThatDoNotAddUp()).toEqual([]);
      }
    }),
    { numRuns: Number(process.env.PUBLISH_SCRIPTS ?? 15), endOnFailure: true },
  );
  expect(partCount).toBeGreaterThan(5);
  expect(changedCount).toBeGreaterThan(20);
}, 600_000);
