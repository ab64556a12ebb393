/** A publisher as a process of its own: it gives every record the number of its run, publishes, and dies where it is told to. */
import sql from 'sql-template-tag';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { armCrash, crashPoint } from '../../src/model/crash-point.ts';
import { everyOrg, putMarks } from '../../src/pipeline/marks.ts';
import { publish } from '../../src/pipeline/publish.ts';

const { url, first, crashAt } = JSON.parse(process.argv[2]!) as { url: string; first: number; crashAt?: string };
armCrash(crashAt);
const db = connect(url, { name: 'test publisher' });
const definitions = await loadDefinitions();

for (let number = first; ; number += 1) {
  await db.transaction(async (tx) => {
    await tx.query(sql`update standard.opportunity set amount = ${number}`);
    await tx.query(sql`update standard.lead set status = ${String(number)}`);
    await tx.query(sql`update golden.company set name = ${String(number)}`);
    await tx.query(sql`insert into golden.touched select golden_id, 'company', nextval('mirror.version') from golden.company
      on conflict (golden_id) do update set version = excluded.version`);
    const version = sql`(select max(version) from golden.touched)`;
    await tx.query(putMarks('survive', [{ subject: 'company', source: 'survive', connectionId: everyOrg, version }]));
  });
  // In turn what moved alone, and everything.
  const mode = number % 2 === 0 ? 'full' : 'auto';
  const context = stageContext({
    db,
    definitions,
    run: { mode },
    clock: { now: () => new Date('2026-06-01T00:00:00Z') },
    report: () => crashPoint('publish.inside'),
    async write(work) {
      const done = await db.transaction(async (tx) => {
        const result = await work(tx);
        crashPoint('publish.before_commit');
        return result;
      });
      crashPoint('publish.after_commit');
      return done;
    },
  });
  await publish(context);
  console.log(number);
}
