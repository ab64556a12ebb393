/** `npm run bench -- night`: an org's first night, nights of 1 %, of a thousandth and of one edit, each a day after the other, by stage, beside the same rows by COPY. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import sql, { raw } from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { turns } from '../../src/pipeline/index.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { costOf, type StageCost } from '../stage-cost.ts';
import { stageContext } from '../stage-context.ts';
import { forgetStatements, startCounting, statementTable } from './statements.ts';
import { table } from '../table.ts';
import { editMany, makeOrg } from './mirror.ts';

export type NightOptions = { records: number; statements?: number; json?: string };

/** Of one stage, all its subjects one after the other. */
type Spent = StageCost & { changed: number };
type Night = { name: string; stages: Record<string, Spent>; slowest: { subject: string; wallSeconds: number }[] };

/** Those that ask Salesforce, and the one that tells people. */
const left = ['pull', 'reconcile', 'alert'];

export async function nightBench({ records, statements = 0, json }: NightOptions): Promise<void> {
  const folder = join(await workFolder('night'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await (statements > 0 ? startCounting(folder) : startEmbeddedPostgres(folder));
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    await makeOrg(db, records);
    const floor = await floorOf(db);
    const nights: Night[] = [];
    const night = async (name: string, edits: number) => {
      if (edits > 0) await editMany(db, records, edits, nights.length);
      if (statements > 0) await forgetStatements(db);
      // What counts from today is counted anew on a new day, as in any night; all of one month.
      const at = new Date(Date.UTC(2026, 10, 24 + nights.length, 2));
      nights.push(await runNight(db, definitions, name, at));
      console.log(nightTable(nights.at(-1)!, floor));
      console.log(await bandOf(db));
      if (statements > 0) console.log(await statementTable(db, statements));
      // As the server does by itself between nights.
      await db.query(raw('vacuum analyze'));
    };
    await night('the first night', 0);
    await night('1 % of contacts and of deals edited', Math.ceil(records / 100));
    await night('a thousandth of contacts and of deals edited', Math.ceil(records / 1000));
    await night('one contact and one deal edited', 1);
    console.log(`\n${records} contacts. The same mirror by COPY into bare tables: ${seconds(floor)}`);
    await writeReport(json, 'night', { records, floor, nights });
  } finally {
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether merging what is under review was tried is in what publishing costs. */
async function bandOf(db: Db): Promise<string> {
  const [band] = await db.query<{ pairs: number; merged: number | null; because: string | null }>(sql`
    select (select count(*)::int from golden.review_item) as pairs, pairs_merged as merged, band_because as because
    from unified.publication order by generation desc limit 1`);
  return `pairs under review: ${band!.pairs}, merged for a try: ${band!.merged ?? `none, as ${band!.because}`}`;
}

async function runNight(db: Db, definitions: Definitions, name: string, at: Date): Promise<Night> {
  const stages: Record<string, Spent> = {};
  const slowest: Night['slowest'] = [];
  await db.query(raw('checkpoint'));
  const { run } = stageContext({ db, definitions });
  // What a session wrote is counted when it has been idle for a while, unless it is asked to hand it over.
  const write: Context['write'] = (work) =>
    db.transaction(async (tx) => {
      const done = await work(tx);
      await tx.query(sql`select pg_stat_force_next_flush()::text`);
      return done;
    });
  const present = await mirrored(db);
  for (const turn of turns) {
    const subjects = {
      'each object': definitions.objects.filter((object) => present.has(object.table)).map((object) => object.name),
      'each entity': definitions.entities.map((entity) => entity.name),
      'the whole': ['all'],
    }[turn.of];
    for (const subject of subjects) {
      for (const stage of turn.stages.filter((one) => !left.includes(one.name))) {
        const { result, cost } = await costOf(db, () =>
          stage.run(stageContext({ db, definitions, run, write, clock: { now: () => at } }), subject),
        );
        const before = stages[stage.name];
        stages[stage.name] = added(before, { ...cost, changed: result.changedCount });
        slowest.push({ subject: `${stage.name} ${subject}`, wallSeconds: cost.wallSeconds });
      }
    }
  }
  slowest.sort((one, other) => other.wallSeconds - one.wallSeconds);
  return { name, stages, slowest: slowest.slice(0, 12) };
}

function added(one: Spent | undefined, other: Spent): Spent {
  if (!one) return other;
  const sum = Object.entries(other).map(([name, value]) => [
    name,
    name === 'peakMiB' ? Math.max(one[name], value) : one[name as keyof Spent] + value,
  ]);
  return Object.fromEntries(sum) as Spent;
}

async function mirrored(db: Db): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(sql`select relname as name from pg_class
    where relnamespace = 'mirror'::regnamespace and relkind = 'r'`);
  return new Set(rows.map(({ name }) => name));
}

/** What the same rows cost as COPY into tables without a key, read from tables that are in memory. */
async function floorOf(db: Db): Promise<StageCost> {
  const names = [...(await mirrored(db))].filter((name) => !['alias', 'seen'].includes(name));
  const { cost } = await costOf(db, async () => {
    for (const name of names) {
      await db.query(sql`create table ${identifier(`floor_${name}`)} (like ${identifier('mirror', name)})`);
      const pipe = new PassThrough();
      await Promise.all([
        db.transaction((tx) => tx.copyOut(`copy mirror."${name}" to stdout (format binary)`, pipe)),
        db.transaction((tx) => tx.copyIn(`copy "floor_${name}" from stdin (format binary)`, pipe)),
      ]);
    }
  });
  for (const name of names) await db.query(sql`drop table ${identifier(`floor_${name}`)}`);
  return cost;
}

const header = [
  '',
  's',
  'x COPY',
  'CPU s ours',
  'CPU s PostgreSQL',
  'WAL MB',
  'temp MB',
  'peak MiB',
  'rows written',
  'changed',
];

function nightTable({ name, stages, slowest }: Night, floor: StageCost): string {
  const all = Object.values(stages).reduce<Spent | undefined>(added, undefined)!;
  const row = (label: string, one: Spent) => [
    label,
    one.wallSeconds,
    // Of a processor: whatever else the machine does is in the clock.
    cpu(one) / cpu(floor),
    one.ownCpuSeconds,
    one.databaseCpuSeconds,
    Math.round(one.walMB),
    Math.round(one.temporaryMB),
    Math.round(one.peakMiB),
    one.rowsWritten,
    one.changed,
  ];
  const rows = [...Object.entries(stages).map(([stage, one]) => row(stage, one)), row('together', all)];
  const longest = slowest.map(({ subject, wallSeconds }) => `${subject} ${wallSeconds.toFixed(1)}`).join(', ');
  return `\n${name}\n${table(header, rows, 1)}\nlongest, s: ${longest}`;
}

const cpu = ({ ownCpuSeconds, databaseCpuSeconds }: StageCost) => ownCpuSeconds + databaseCpuSeconds;
const seconds = (cost: StageCost) =>
  `${cost.wallSeconds.toFixed(1)} s, ${cpu(cost).toFixed(1)} s of CPU, ${Math.round(cost.walMB)} MB of WAL`;
