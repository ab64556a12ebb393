/** `npm run bench -- survive`: survivorship of a made CRM, all at once and of what moved, with what each costs. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { loadDefinitions } from '../config/index.ts';
import { connect, type Db } from '../src/db/connect.ts';
import { startEmbeddedPostgres } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import type { RunMode } from '../src/model/run.ts';
import { cluster } from '../src/pipeline/cluster.ts';
import { match } from '../src/pipeline/match.ts';
import { standardise } from '../src/pipeline/standardise.ts';
import { survive } from '../src/pipeline/survive.ts';
import { makeMirror } from './crm-mirror.ts';
import { workFolder } from './peers/folders.ts';
import { writeReport } from './report.ts';
import { costOf, type StageCost } from './stage-cost.ts';
import { stageContext } from './stage-context.ts';
import { table } from './table.ts';

export type SurviveOptions = { records: number; history?: boolean; json?: string };

type Measured = StageCost & { looked: number; changed: number; proofChanged: number };

export async function surviveBench({ records, history, json }: SurviveOptions): Promise<void> {
  const folder = join(await workFolder('survive'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    const context = (mode: RunMode = 'auto') => stageContext({ db, definitions, run: { mode } });
    await makeMirror(db, records);
    if (history) await addHistory(db);
    for (const object of ['Account', 'Contact']) await standardise(context(), object);
    await match(context(), 'person');
    await cluster(context(), 'person');
    await db.query(raw('vacuum analyze'));

    const measured: Record<string, Measured> = {};
    const measure = async (name: string, mode?: RunMode) => {
      await db.query(raw('checkpoint'));
      const { result, cost } = await costOf(db, () => survive(context(mode), 'person'));
      const proofChanged = Number(result.detail?.provenanceCount);
      measured[name] = { ...cost, looked: result.readCount, changed: result.changedCount, proofChanged };
    };
    const edited = async (count: number) => {
      await db.query(sql`update mirror.contact set title = title || ' II', _version = nextval('mirror.version')
        where id in (select id from mirror.contact order by md5(id) limit ${count})`);
      await standardise(context(), 'Contact');
    };
    await measure('all, nothing there yet');
    await measure('all again', 'full');
    await edited(Math.ceil(records / 100));
    await measure('1 % edited');
    await edited(1);
    await measure('one edited');

    const [rows] = await db.query<
      Record<string, number>
    >(sql`select (select count(*)::int from golden.person) as people,
      (select count(*)::int from golden.proof) as "stored proof", (select count(*)::int from golden.provenance) as proof`);
    const header = ['survive', 's', 'CPU s', 'ours', 'PostgreSQL', 'WAL MB', 'temp MB', 'records', 'people', 'proof'];
    console.log(table(header, Object.entries(measured).map(rowOf), 2));
    console.log(`\n${records} records${history ? ' with field history' : ''}: ${JSON.stringify(rows)}`);
    await writeReport(json, 'survive', { records, history, measured, rows });
  } finally {
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf([name, one]: [string, Measured]): (string | number)[] {
  const { wallSeconds, ownCpuSeconds, databaseCpuSeconds, walMB, temporaryMB, looked, changed, proofChanged } = one;
  const cpu = [ownCpuSeconds + databaseCpuSeconds, ownCpuSeconds, databaseCpuSeconds];
  return [name, wallSeconds, ...cpu, walMB, temporaryMB, looked, changed, proofChanged];
}

/** When each contact was modified, and of a tenth of them what the mirror saw of two values: an org has both, the made CRM neither. */
async function addHistory(db: Db): Promise<void> {
  await db.query(raw(`alter table mirror.contact add column last_modified_date timestamptz`));
  const modifiedAt = `'2026-01-01T00:00:00Z'::timestamptz + (hashtext(id) & 16777215) * interval '1 second'`;
  await db.query(raw(`update mirror.contact set last_modified_date = ${modifiedAt}`));
  await db.query(
    raw(`insert into mirror.field_history (connection_id, object, record_id, field, value_since, value_since_is_bound)
      select 'default', 'Contact', id, field, ${modifiedAt} - interval '90 days', false
      from mirror.contact cross join (values ('Email'), ('Title')) f (field) where hashtext(id) % 10 = 0`),
  );
  await db.query(raw('vacuum analyze mirror.contact, mirror.field_history'));
}
