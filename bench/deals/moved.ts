/** `npm run bench -- deals-moved`: matching one edited deal of many, in milliseconds, beside matching all of them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { matchDeals } from '../../src/pipeline/match/deal.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { stageContext } from '../stage-context.ts';
import { table } from '../table.ts';
import { fillDeals } from './store.ts';

export type DealsMovedOptions = { records: number; changes: number; json?: string };
/** Made deals a company has, copies and orders included. */
const perCompany = 14.9;

export async function dealsMoved({ records, changes, json }: DealsMovedOptions): Promise<void> {
  const folder = join(await workFolder('deals-moved'), `postgres-${records}`);
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    const deal = definitions.entities.find(({ name }) => name === 'deal')!;
    const count = await fillDeals(db, definitions, Math.round(records / perCompany), 1);
    const matched = async () => {
      const since = performance.now();
      const { detail } = await matchDeals(stageContext({ db, definitions }), deal);
      return { ms: performance.now() - since, detail: detail ?? {} };
    };
    const whole = await matched();
    const settled = await matched();
    const each: number[] = [];
    for (let at = 0; at < changes; at += 1) {
      const [id, other] = [at * 7919, at * 104_729 + 17].map(
        (of) => `006${String(1 + (of % count)).padStart(15, '0')}`,
      );
      const set = [
        sql`amount = 4321`,
        sql`close_on = o.close_on`,
        sql`(name, company_id) = (o.name, o.company_id)`,
        sql`(name, company_id, amount, created_on, close_on) = (o.name, o.company_id, o.amount, o.created_on, o.close_on)`,
      ][at % 4]!;
      await db.query(
        sql`update standard.deal d set ${set} from standard.deal o where d.id = ${id} and o.id = ${other}`,
      );
      await db.query(sql`update standard.opportunity set _version = nextval('mirror.version') where id = ${id}`);
      const one = await matched();
      if (one.detail.movedRecordCount !== 1) throw new Error('matching looked at everything');
      each.push(one.ms);
    }
    each.sort((a, b) => a - b);
    const quantile = (share: number) => each[Math.min(each.length - 1, Math.floor(each.length * share))]!;
    const row = [count, whole.ms, quantile(0.5), quantile(0.95), settled.ms];
    console.log(table(['deals', 'all of them, ms', 'one edit: median', 'p95', 'nothing to do'], [row], 1));
    await writeReport(json, 'deals-moved', { count, wholeMs: whole.ms, each, settledMs: settled.ms });
  } finally {
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
