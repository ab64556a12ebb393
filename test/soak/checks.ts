/** What has to hold of a service at rest, and at every moment for its readers. Each returns what is wrong, in words. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql, { raw } from 'sql-template-tag';
import { connect, type Db } from '../../src/db/connect.ts';
import { differences, stateOf } from '../journey/state.ts';
import { secrets, type World } from './world.ts';

export const objects = ['User', 'Account', 'Contact', 'Lead', 'Opportunity'];

type Row = { Id: string; SystemModstamp: string; IsDeleted: boolean };

/** The mirror is the org: every record with its last stamp, the deleted ones as deleted. */
export async function mirrorIsOrg({ db, org }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const object of objects) {
    const answer = await fetch(`${org.emulator.url}/control/rows?sobject=${object}`);
    const theirs = (await answer.json()) as Row[];
    const ours = await db.query<{ id: string; at: Date; isDeleted: boolean }>(
      sql`select id, system_modstamp as at, _deleted_at is not null as "isDeleted" from mirror.${raw(object.toLowerCase())}`,
    );
    const known = new Map(ours.map((row) => [row.id, row]));
    for (const { Id, SystemModstamp, IsDeleted } of theirs) {
      const row = known.get(Id);
      known.delete(Id);
      if (row ? row.isDeleted !== IsDeleted : !IsDeleted)
        wrong.push(`${object} ${Id}: deleted ${IsDeleted} in the org`);
      else if (row && !IsDeleted && row.at.getTime() !== Date.parse(SystemModstamp))
        wrong.push(`${object} ${Id} is old`);
    }
    for (const row of known.values()) if (!row.isDeleted) wrong.push(`${object} ${row.id} is gone from the org`);
  }
  return wrong;
}

/** Runs that failed say why, in words of ours. */
export async function failuresAreExplained({ db }: World): Promise<string[]> {
  const runs = await db.query<{ id: string; code: string | null; reason: string | null }>(
    sql`select id, reason_code as code, reason from control.run where state = 'failed'`,
  );
  return runs
    .filter(({ code, reason }) => !code || !reason || code === 'internal')
    .map(({ id, code, reason }) => `${id} failed with ${code}: ${reason}`);
}

/** One message of an incident stands in the channel, whatever happened while it was posted. */
export async function oneMessageEach({ db, slack }: World): Promise<string[]> {
  const open = await db.query<{ n: number }>(
    sql`select count(*)::int as n from alert.message where state not in ('sent', 'skipped')`,
  );
  const texts = slack.messages
    .filter(({ threadTs }) => threadTs === null)
    .map(({ metadata }) => JSON.stringify(metadata));
  const twice = texts.filter((one, at) => one !== 'null' && texts.indexOf(one) !== at);
  return [
    ...(open[0]!.n > 0 ? [`${open[0]!.n} messages never left`] : []),
    ...twice.map((one) => `posted twice: ${one}`),
  ];
}

export function secretsStayIn({ service }: World): string[] {
  const log = service.log();
  return Object.entries(secrets).flatMap(([name, secret]) => (log.includes(secret) ? [`the log holds ${name}`] : []));
}

/** What a reader sees adds up within one statement: the number of people is that of their rows. */
const halfView = sql`select p.generation,
    (select count(*) from unified.dim_person)::int as people,
    (select sum(record_count) from unified.dim_person)::int as records,
    (select count(*) from unified.record_xref where entity = 'person')::int as references,
    (select value from unified.metric_value where metric = 'people' and basis = 'clean'
      and period_kind = 'all' and dimension = 'all' and connection_id = '*')::int as measured
  from unified.data_freshness p`;
type View = { generation: number; people: number; records: number; references: number; measured: number };

/** Looks at the published view all the time, as a reader, until it is closed. */
export function watchView(url: string) {
  const db = connect(url, { name: 'soak reader', maxConnections: 1, onError: () => {} });
  const wrong: string[] = [];
  let looks = 0;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await sleep(100)) {
      // A server that is away shows no view.
      const [view] = await db.query<View>(halfView).catch(() => []);
      if (!view) continue;
      looks += 1;
      if (view.people !== view.measured || view.records !== view.references)
        wrong.push(`half a view: ${JSON.stringify(view)}`);
    }
  })();
  return {
    wrong,
    looks: () => looks,
    async close(): Promise<void> {
      isOver = true;
      await watching;
      await db.close();
    },
  };
}

/** A full sync of an org that stands still changes nothing of what is published. */
export async function fullChangesNothing(
  world: World,
  sync: (world: World, mode: 'full') => Promise<void>,
): Promise<string[]> {
  const before = await published(world.db);
  await sync(world, 'full');
  return differences(before, await published(world.db));
}

/** Kept of each run, or marks of what the next stage has to read. */
const ofRuns = new Set([
  'golden.touched',
  'quality.check_result',
  'quality.score',
  'unified.publication',
  'unified.data_freshness',
]);

async function published(db: Db): Promise<Record<string, string[]>> {
  const state = await stateOf(db);
  return Object.fromEntries(
    Object.entries(state).filter(([table]) => /^(unified|golden|quality)\./.test(table) && !ofRuns.has(table)),
  );
}
