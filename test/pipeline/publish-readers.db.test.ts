import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../src/pipeline/context.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { type Fixture, goldenFixture } from './golden-fixture.ts';

const readers = 4;
const wantedReads = 1_000;
/** Where each of the publishers dies; `publish.inside` is passed once for every table it fills. */
const deaths = [
  'publish.before_commit',
  'publish.inside#3',
  'publish.after_commit',
  'publish.before_commit#2',
  'publish.inside#21',
  'publish.after_commit#2',
  'publish.inside#1',
  'publish.before_commit#3',
  'publish.inside#110',
  'publish.after_commit#3',
  'publish.inside#12',
  'publish.before_commit',
];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await goldenFixture();
  const { record } = fixture;
  for (let n = 1; n <= 30; n += 1) {
    await record('Account', { id: `a${n}`, name: '0' }, { company: `com_${n}` });
    await record('Lead', { id: `l${n}`, last_name: 'Lee', status: '0', is_converted: false }, { person: `per_${n}` });
    const deal = { name: `Deal ${n}`, stage_name: 'Won', is_closed: true, is_won: true, close_on: '2026-02-10' };
    await record('Opportunity', { id: `o${n}`, account_id: `a${n}`, owner_id: 'u1', amount: 0, ...deal });
  }
  await survive(fixture.context(), 'person');
  await survive(fixture.context(), 'company');
  await survive(fixture.context(), 'deal');
  await publish(fixture.context());
});
afterAll(() => fixture.db.close());

/** What each part of the view shows; one number when it is all of one run. */
const parts = [
  `select distinct amount::text from unified.fct_opportunity`,
  `select distinct status from unified.fct_lead`,
  `select (value / 30)::int::text from unified.metric_value
    where metric = 'bookings' and basis = 'raw' and period = 'all' and slice = 'all'`,
  `select distinct name from unified.dim_account`,
];

/** A reader's many statements in one transaction. The lock timeout makes being kept waiting for 2 s an error. */
async function readParts(): Promise<Set<string>> {
  return fixture.db.transaction(async (tx) => {
    await tx.query(raw(`set local role assay_reader`));
    await tx.query(raw(`set local lock_timeout = '2s'`));
    const seen = new Set<string>();
    for (const part of parts) {
      for (const row of await tx.query(raw(part))) seen.add(String(Object.values(row)[0]));
    }
    return seen;
  }, 'repeatable read');
}

/** All parts in one statement, as a reader without a transaction asks. */
async function readAtOnce(): Promise<Set<string>> {
  return fixture.db.transaction(async (tx) => {
    await tx.query(raw(`set local role assay_reader`));
    await tx.query(raw(`set local lock_timeout = '2s'`));
    const rows = await tx.query(raw(parts.map((part) => `(${part})`).join(' union all ')));
    return new Set(rows.map((row) => String(Object.values(row)[0])));
  });
}

it(
  '1,000 readers see whole runs only, and are never kept waiting, while publishers die',
  { timeout: 400_000 },
  async () => {
    const mixed: string[] = [];
    const versions = new Set<string>();
    let reads = 0;
    let isOver = false;
    const reading = Promise.all(
      Array.from({ length: readers }, async (_, reader) => {
        while (!isOver || reads < wantedReads) {
          const seen = await (reader % 2 ? readAtOnce() : readParts());
          reads += 1;
          if (seen.size !== 1) mixed.push([...seen].join());
          for (const one of seen) versions.add(one);
        }
      }),
    );

    let number = 1;
    let published = 0;
    for (const crashAt of deaths) {
      const start = JSON.stringify({ url: fixture.db.url, first: number, crashAt });
      const child = spawn(process.execPath, [fileURLToPath(new URL('./publisher.ts', import.meta.url)), start], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      lines.on('line', () => (published += 1));
      expect(await once(child, 'exit'), crashAt).toEqual([null, 'SIGKILL']);
      number += 10;
    }
    isOver = true;
    await reading;

    expect(mixed).toEqual([]);
    expect(reads).toBeGreaterThanOrEqual(wantedReads);
    expect(published).toBeGreaterThanOrEqual(8);
    expect(versions.size).toBeGreaterThanOrEqual(10);
    const ledger = await fixture.db.query<{ generation: string }>(
      sql`select generation from unified.publication order by generation`,
    );
    expect(ledger.map(({ generation }) => Number(generation))).toEqual(ledger.map((_, at) => at + 1));
    // Every publication but the first that could commit did: those that finished, and those killed just after their commit.
    expect(ledger).toHaveLength(1 + published + deaths.filter((at) => at.startsWith('publish.after_commit')).length);
  },
);

it('runs of several orgs that publish at once each get a generation of their own', async () => {
  const before = await fixture.db.query(sql`select from unified.publication`);
  // Each holds its transaction open a little, so that they meet.
  const lingering = (): Context => {
    const context = fixture.context();
    context.write = (work) =>
      fixture.db.transaction(async (tx) => {
        const done = await work(tx);
        await sleep(100);
        return done;
      });
    return context;
  };
  await Promise.all([1, 2, 3].map(() => publish(lingering())));
  expect(await fixture.db.query(sql`select from unified.publication`)).toHaveLength(before.length + 3);
});

it('the reader role sees the published schemas and no other', async () => {
  const as = (statement: string) =>
    fixture.db.transaction(async (tx) => {
      await tx.query(raw('set local role assay_reader'));
      return tx.query(raw(statement));
    });
  const tables = await fixture.db.query<{ name: string }>(sql`select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'unified', 'salesops', 'revops')
      and n.nspname not like 'pg_%'`);
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    await expect(as(`select from ${name}`), name).rejects.toMatchObject({ code: '42501' });
  }
  const shown = await fixture.db.query<{ name: string }>(sql`select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v') and n.nspname in ('unified', 'salesops', 'revops')`);
  for (const { name } of shown) await expect(as(`select from ${name}`), name).resolves.toBeDefined();
});
