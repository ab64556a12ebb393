/** `npm run bench -- incremental`: one edited record on a large store, from the mirror to the published view, in milliseconds. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { loadDefinitions } from '../config/index.ts';
import { connect, type Db } from '../src/db/connect.ts';
import { startEmbeddedPostgres } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { objectNamed } from '../src/model/definitions.ts';
import type { StageResult } from '../src/model/run.ts';
import { cluster } from '../src/pipeline/cluster.ts';
import type { Context } from '../src/pipeline/context.ts';
import { matchDeals } from '../src/pipeline/match/deal.ts';
import { match } from '../src/pipeline/match.ts';
import { publish } from '../src/pipeline/publish.ts';
import { score } from '../src/pipeline/score.ts';
import { standardise } from '../src/pipeline/standardise.ts';
import { survive } from '../src/pipeline/survive.ts';
import { makeMirror } from './crm-mirror.ts';
import { workFolder } from './peers/folders.ts';
import { writeReport } from './report.ts';
import { stageContext } from './stage-context.ts';
import { table } from './table.ts';
import { WorkMeter } from './work-meter.ts';

export type IncrementalOptions = { records: number; changes: number; keep?: boolean; json?: string };

export const stages: Stage[] = [
  ['standardise', standardise, 'Contact'],
  ['match', match, 'person'],
  ['cluster', cluster, 'person'],
  ['survive', survive, 'person'],
  ['score', (context, object) => score(context, objectNamed(context.definitions, object)), 'Contact'],
  ['publish', publish, 'all'],
];
/** What a sync does beside, of an edit that touches nothing of it. */
export const others: Stage[] = [
  ...['Account', 'Lead', 'Opportunity'].map((object): Stage => ['standardise', standardise, object]),
  ['match', match, 'company'],
  [
    'match',
    (context) =>
      matchDeals(
        context,
        context.definitions.entities.find(({ name }) => name === 'deal')!,
      ),
    'deal',
  ],
  ...['company', 'deal'].flatMap((entity): Stage[] => [
    ['cluster', cluster, entity],
    ['survive', survive, entity],
  ]),
];
type Stage = [name: string, run: (context: Context, subject: string) => Promise<StageResult>, subject: string];
type Times = Record<string, number>;

/**
 * The made CRM of `bench -- match` as contacts in the mirror, matched and published as a whole; then one contact after another
 * gets an edit.
 */
export async function incremental({ records, changes, keep, json }: IncrementalOptions): Promise<void> {
  const folder = join(await workFolder('incremental'), `postgres-${records}`);
  const mark = join(folder, 'whole.json');
  const isThere = keep === true && existsSync(mark);
  if (!isThere) await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    const context = () => stageContext({ db, definitions });
    if (!isThere) await writeFile(mark, JSON.stringify(await loadWhole(db, context, records)));
    const whole = JSON.parse(await readFile(mark, 'utf8')) as Times;
    // A store kept from before the last change of a definition is brought up to date first.
    for (const [, stage, subject] of [...others, ...stages]) await stage(context(), subject);
    const each = await editOneByOne(db, context, records, changes);
    const header = ['one edited record, ms', 'by the clock: median', 'p95', 'work: median', 'p95'];
    console.log(table(header, rowsOf(each), 1));
    console.log(`\n${records} records. All of them at once, s: ${secondsOf(whole)}`);
    await writeReport(json, 'incremental', { records, changes, whole, each });
  } finally {
    await db.close();
    await server.stop();
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds by stage. */
async function loadWhole(db: Db, context: () => Context, records: number): Promise<Times> {
  await makeMirror(db, records);
  for (const [, stage, subject] of others) await stage(context(), subject);
  const whole: Times = {};
  for (const [name, stage, subject] of stages) {
    whole[name] = (await timed(() => stage(context(), subject))).ms / 1000;
    console.error(`all ${records} records: ${name} ${whole[name].toFixed(1)} s`);
  }
  await db.query(raw('vacuum analyze'));
  return whole;
}

/** Milliseconds by stage of one edit: by the clock, and of a processor. */
type Edited = { wall: Times; work: Times };

async function editOneByOne(db: Db, context: () => Context, records: number, changes: number): Promise<Edited[]> {
  const each: Edited[] = [];
  const meter = new WorkMeter(db);
  const from = Number((await db.query(sql`select count(*) from unified.publication`))[0]?.count);
  for (let at = from; at < from + changes; at += 1) {
    await edit(db, 1 + ((at * 7919) % records), 1 + ((at * 104_729 + 17) % records), at);
    await meter.findSessions();
    const one: Edited = { wall: { idle: 0 }, work: { idle: 0 } };
    const measured = async (name: string, stage: Stage[1], subject: string) => {
      const before = meter.read();
      const { ms, result } = await timed(() => stage(context(), subject));
      one.wall[name] = (one.wall[name] ?? 0) + ms;
      one.work[name] = (one.work[name] ?? 0) + meter.read() - before;
      return result;
    };
    for (const [name, stage, subject] of stages) {
      const { detail } = await measured(name, stage, subject);
      if (name === 'match' && detail?.movedRecordCount !== 1) throw new Error(`match looked at everything`);
    }
    for (const [, stage, subject] of others) await measured('idle', stage, subject);
    each.push(one);
  }
  return each;
}

function rowsOf(each: Edited[]): (string | number | null)[][] {
  const names = stages.map(([name]) => name);
  const row = (label: string, of: string[]) => {
    const quantiles = (['wall', 'work'] as const).flatMap((kind) => {
      const sorted = each.map((one) => of.reduce((sum, name) => sum + one[kind][name]!, 0)).sort((a, b) => a - b);
      return [0.5, 0.95].map((share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null);
    });
    return [label, ...quantiles];
  };
  return [
    ...names.map((name) => row(name, [name])),
    row(
      'all five but score',
      names.filter((name) => name !== 'score'),
    ),
    row('other objects and entities, nothing to do', ['idle']),
  ];
}

const secondsOf = (whole: Times) =>
  Object.entries(whole)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`)
    .join(', ');

/** In turn an e-mail of its own, another's e-mail and phone, another's name. */
export async function edit(db: Db, number: number, other: number, at: number): Promise<void> {
  const id = (of: number) => `003${String(of).padStart(15, '0')}`;
  const set = [
    sql`email = ${`new${at}@assay-bench.io`}`,
    sql`(email, phone) = (select o.email, o.phone from mirror.contact o where o.id = ${id(other)} and o.connection_id = 'default')`,
    sql`(first_name, last_name) = (select o.first_name, o.last_name from mirror.contact o where o.id = ${id(other)} and o.connection_id = 'default')`,
  ][at % 3]!;
  await db.query(
    sql`update mirror.contact set _version = nextval('mirror.version'), ${set} where connection_id = 'default' and id = ${id(number)}`,
  );
}

async function timed(work: () => Promise<StageResult>): Promise<{ ms: number; result: StageResult }> {
  const since = performance.now();
  const result = await work();
  return { ms: performance.now() - since, result };
}
