/** `npm run bench -- ledger`: made orgs in which people repair for nights; what fixes promised beside what they brought, and what was not booked. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { Random } from '@assay/emulator/seed/random.ts';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Source } from '../../src/model/source.ts';
import { runPipeline } from '../../src/pipeline/run.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { stageContext } from '../stage-context.ts';
import { table } from '../table.ts';
import { type Deal, nightOf, type OpenFix } from './people.ts';

export type LedgerOptions = { orgs: number; nights: number; accounts: number; seed: number; json?: string };

/** One metric of one repair that was made. */
type Settled = { kind: string; manner: string; metric: string; promised: number; found: number };
/** What was booked of a repair's money, and what its records truly changed by the org's own rows. */
type Booked = { booked: number; truth: number };
type Lived = {
  settled: Settled[];
  booked: Booked[];
  otherEdits: number;
  otherMoney: number;
  states: Map<string, number>;
};

/** In the order of the report. */
const shown = [
  'bookings',
  'open_pipeline',
  'open_pipeline_stale',
  'open_deals',
  'won_deals',
  'win_rate',
  'average_deal',
  'customers',
  'leads',
];

/** @throws Error where money was booked that the repaired records did not move */
export async function ledgerBench({ orgs, nights, accounts, seed, json }: LedgerOptions): Promise<void> {
  const folder = await workFolder('ledger');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(join(folder, 'postgres'));
  const lived: Lived[] = [];
  try {
    const definitions = await loadDefinitions();
    for (let at = 0; at < orgs; at += 1) {
      const admin = connect(server.url, { name: 'bench', maxConnections: 1 });
      await admin.query(sql([`create database ledger_${at}`]));
      await admin.close();
      const url = new URL(server.url);
      url.pathname = `/ledger_${at}`;
      const db = connect(url.href, { name: 'bench' });
      try {
        await migrate(db);
        lived.push(await live(db, definitions, join(folder, `org-${at}`), { seed: seed + at, nights, accounts }));
      } finally {
        await db.close();
      }
    }
  } finally {
    await server.stop();
  }
  const settled = lived.flatMap((one) => one.settled);
  const groups = [...Map.groupBy(settled, ({ kind, metric }) => `${kind} ${metric}`)]
    .map(([key, own]) => [...key.split(' '), ...distribution(own)])
    .toSorted((a, b) =>
      String(a[0]) < String(b[0])
        ? -1
        : String(a[0]) > String(b[0])
          ? 1
          : shown.indexOf(String(a[1])) - shown.indexOf(String(b[1])),
    );
  console.log(
    table(
      ['kind', 'metric', 'repairs', 'promised', 'found', 'exact', 'less than promised', 'median error', 'p10', 'p90'],
      groups,
      3,
    ),
  );
  const manners = [
    ...Map.groupBy(
      settled.filter(({ metric }) => metric === 'open_pipeline'),
      ({ kind, manner }) => `${kind}: ${manner}`,
    ),
  ].map(([key, own]) => [key, ...distribution(own)]);
  console.log(
    `\n${table(['open pipeline, by what people did', 'repairs', 'promised', 'found', 'exact', 'less than promised', 'median error', 'p10', 'p90'], manners.toSorted(), 3)}`,
  );
  const booked = lived.flatMap((one) => one.booked);
  const wrong = booked.filter((one) => Math.abs(one.booked - one.truth) > 0.01);
  const others = lived.reduce((sum, one) => sum + one.otherEdits, 0);
  const money = lived.reduce((sum, one) => sum + one.otherMoney, 0);
  const states = new Map<string, number>();
  for (const one of lived) for (const [state, n] of one.states) states.set(state, (states.get(state) ?? 0) + n);
  console.log(
    `\n${booked.length} repairs were booked; ${wrong.length} otherwise than by what their records changed. ` +
      `${others} other edits moved ${Math.round(money).toLocaleString('en-US')} in the same nights; none of it was booked.`,
  );
  console.log(`Fixes by state: ${[...states].map(([state, n]) => `${state} ${n}`).join(', ')}`);
  await writeReport(json, 'ledger', {
    orgs,
    nights,
    accounts,
    seed,
    groups,
    manners,
    booked: booked.length,
    wrong,
    others,
    money,
    states: [...states],
  });
  if (wrong.length > 0)
    throw new Error(`${wrong.length} repairs were booked otherwise: ${JSON.stringify(wrong.slice(0, 5))}`);
}

function distribution(own: readonly Settled[]): (string | number)[] {
  const errors = own.map(({ promised, found }) => found - promised).toSorted((a, b) => a - b);
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))]!;
  const exact = own.filter(({ promised, found }) => Math.abs(found - promised) <= Math.abs(promised) / 1000).length;
  const less = own.filter(({ promised, found }) => Math.abs(found) < Math.abs(promised) * 0.999).length;
  const sum = (of: 'promised' | 'found') => own.reduce((total, one) => total + one[of], 0);
  const figure = (value: number) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(4)));
  return [
    own.length,
    figure(sum('promised')),
    figure(sum('found')),
    Number((exact / own.length).toFixed(2)),
    Number((less / own.length).toFixed(2)),
    ...[0.5, 0.1, 0.9].map((share) => figure(at(share))),
  ];
}

async function live(
  db: Db,
  definitions: Definitions,
  folder: string,
  { seed, nights, accounts }: { seed: number; nights: number; accounts: number },
): Promise<Lived> {
  await mkdir(folder, { recursive: true });
  await writeSeededOrg(folder, { seed, accounts });
  const first = Date.now();
  let night = 0;
  const now = () => new Date(first + night * 86_400_000);
  const emulator = await startEmulator({ org: folder, now });
  const { loginUrl, clientId, clientSecret } = emulator;
  const source = openSalesforce({ loginUrl, clientId, clientSecret, apiVersion: '62.0' });
  const random = new Random(seed, 'repairs');
  const lived: Lived = { settled: [], booked: [], otherEdits: 0, otherMoney: 0, states: new Map() };
  try {
    await db.query(sql`insert into control.connection (id, name) values ('default', 'default') on conflict do nothing`);
    await sync(db, definitions, source, now);
    let before = await dealsOf(db);
    for (night = 1; night <= nights; night += 1) {
      const open =
        await db.query<OpenFix>(sql`select fix_id as id, kind, record_ids as "recordIds", rule_ids as "ruleIds"
        from unified.quality_fix where state = 'open' order by kind, subject, fix_id`);
      const { repairs, edits } = nightOf(open, { day: now(), deals: before, living: await livingIds(db), random });
      const answer = await fetch(`${emulator.url}/control/changes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([...repairs.flatMap(({ changes }) => changes), ...edits]),
      });
      if (!answer.ok) throw new Error(await answer.text());
      const run = await sync(db, definitions, source, now);
      const after = await dealsOf(db);
      await settle(db, run, new Map(repairs.map(({ fix, manner }) => [fix.id, manner])), before, after, lived);
      const moved = new Set(edits.flatMap((edit) => ('id' in edit ? [edit.id] : [])));
      const fresh = [...after.keys()].filter((id) => !before.has(id));
      lived.otherEdits += edits.length;
      for (const id of [...moved, ...fresh]) lived.otherMoney += Math.abs(worth(after.get(id)) - worth(before.get(id)));
      before = after;
      if (night % 5 === 0) console.error(`org ${seed}: night ${night}`);
    }
    const states = await db.query<{ state: string; n: number }>(
      sql`select state, count(*)::int as n from unified.quality_fix group by 1 order by 1`,
    );
    for (const { state, n } of states) lived.states.set(state, n);
    return lived;
  } finally {
    await emulator.close();
  }
}

async function sync(db: Db, definitions: Definitions, source: Source, now: () => Date): Promise<string> {
  const id = newRunId();
  await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
    values (${id}, 'default', 'cli', 'auto', 'succeeded', 'bench')`);
  const nothing = async () => undefined;
  const context = stageContext({ db, definitions, source, clock: { now }, run: { id } });
  await runPipeline(context, { isDone: async () => false, start: nothing, finish: nothing, skip: nothing });
  return id;
}

async function livingIds(db: Db): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(sql`select id from standard.opportunity where is_deleted is not true
    union all select id from standard.lead where is_deleted is not true
    union all select id from standard.account where is_deleted is not true`);
  return new Set(rows.map(({ id }) => id));
}

async function dealsOf(db: Db): Promise<Map<string, Deal>> {
  const rows = await db.query<Deal>(sql`select id, amount::float8 as amount, is_closed as "isClosed", is_won as "isWon",
    forecast_category as category, account_id as "accountId" from standard.opportunity where is_deleted is not true order by id`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Bookings and open pipeline of a deal by its own row. */
const worth = (deal: Deal | undefined): number =>
  deal && (deal.isWon || (!deal.isClosed && deal.category !== 'Omitted')) ? (deal.amount ?? 0) : 0;

async function settle(
  db: Db,
  run: string,
  manners: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, Deal>,
  after: ReadonlyMap<string, Deal>,
  lived: Lived,
): Promise<void> {
  const rows = await db.query<{ id: string; kind: string; recordIds: string[]; amount: number | null }>(sql`
    select fix_id as id, kind, record_ids as "recordIds", realised_amount as amount
    from history.fix where ended_run_id = ${run} and state = 'done'`);
  for (const { id, kind, recordIds, amount } of rows) {
    if (amount !== null && kind !== 'person_copies') {
      const truth = recordIds.reduce((sum, one) => sum + worth(after.get(one)) - worth(before.get(one)), 0);
      lived.booked.push({ booked: amount, truth });
    }
    const metrics = await db.query<{ metric: string; promised: number; found: number }>(sql`
      select metric, alone as promised, realised as found from unified.quality_fix_metric
      where fix_id = ${id} and alone is not null and realised is not null and metric = any (${shown}::text[])`);
    const manner = manners.get(id) ?? 'by another edit';
    for (const one of metrics) lived.settled.push({ kind, manner, ...one });
  }
}
