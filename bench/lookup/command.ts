/** `npm run bench -- list-check` and `look-up`: how well and how fast somebody is known again before they are created anew. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { stringify } from 'csv-stringify/sync';
import { Random } from '@assay/emulator/seed/random.ts';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { mapColumns } from '../../src/matcher/read/columns.ts';
import { askListCheck, type RowAnswer, runListCheck } from '../../src/lookup/list-check.ts';
import { readList } from '../../src/lookup/list-file.ts';
import { lookUp } from '../../src/lookup/look-up.ts';
import { systemActor } from '../../src/model/actor.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { runPipeline } from '../../src/pipeline/run.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { stageContext } from '../stage-context.ts';
import { WorkMeter } from '../work-meter.ts';
import { table } from '../table.ts';
import { columns, kinds, type ListRow, makeList, peopleOf } from './list.ts';

export type ListCheckOptions = { rows: number; accounts: number; seed: number; json?: string };

/** The demo's org synced for real, and a list of people it knows, knows with slips, knows as opted out, or does not know. */
export async function listCheckBench({ rows, accounts, seed, json }: ListCheckOptions): Promise<void> {
  const folder = await workFolder('list-check');
  await rm(folder, { recursive: true, force: true });
  const [org, other] = [join(folder, 'org'), join(folder, 'other')];
  for (const one of [org, other]) await mkdir(one, { recursive: true });
  await writeSeededOrg(org, { seed, accounts });
  await writeSeededOrg(other, { seed: seed + 1_000, accounts: Math.ceil(accounts / 4) });
  const list = makeList(await peopleOf(org), await peopleOf(other), rows, new Random(seed));
  const server = await startEmbeddedPostgres(join(folder, 'postgres'));
  const db = connect(server.url, { name: 'bench' });
  const emulator = await startEmulator({ org, now: () => new Date() });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    await syncOrg(db, definitions, emulator);
    const content = stringify([[...columns], ...list.map(({ values }) => values)]);
    const from = performance.now();
    const read = await readList(content, 'list.csv');
    const wish = {
      entity: 'person',
      name: 'list.csv',
      mapping: mapColumns('person', read.header, []),
      list: read,
      keepHours: 1,
      by: systemActor('bench'),
    };
    const id = await askListCheck(db, definitions, wish, new Date());
    await runListCheck(db, definitions, id, new AbortController().signal, () => new Date());
    const seconds = (performance.now() - from) / 1000;
    const judged = await judge(db, id, list);
    console.log(
      table(
        ['rows of the list', 'rows', 'known', 'of the right one', 'doubtful', 'new'],
        judged.byKind.map((one) => [one.kind, one.count, one.known, one.right, one.doubtful, one.new]),
        0,
      ),
    );
    console.log(
      `\nknown: precision ${judged.precision.toFixed(4)}, recall ${judged.recall.toFixed(4)}; known or doubtful: recall ${judged.seen.toFixed(4)}`,
    );
    console.log(
      `opted out: ${judged.optedOut.found} of ${judged.optedOut.of} told, ${judged.optedOut.wrong} told of others; repeated rows: ${judged.repeated.right} of ${judged.repeated.of} named, ${judged.repeated.wrong} wrongly`,
    );
    console.log(`${list.length} rows in ${seconds.toFixed(1)} s`);
    await writeReport(json, 'list-check', { rows, accounts, seed, seconds, ...judged });
  } finally {
    await emulator.close();
    await db.close();
    await server.stop();
  }
}

export async function syncOrg(
  db: Db,
  definitions: Definitions,
  { loginUrl, clientId, clientSecret }: { loginUrl: string; clientId: string; clientSecret: string },
): Promise<void> {
  await db.query(sql`insert into control.connection (id, name) values ('default', 'default') on conflict do nothing`);
  const source = openSalesforce({ loginUrl, clientId, clientSecret, apiVersion: '62.0' });
  const nothing = async () => undefined;
  await runPipeline(stageContext({ db, definitions, source }), {
    isDone: async () => false,
    start: nothing,
    finish: nothing,
    skip: nothing,
  });
}

type Answered = { line: number; answer: RowAnswer; repeats_line: number | null; entities: string[] | null };

async function judge(db: Db, id: string, list: readonly ListRow[]) {
  const rows = await db.query<Answered & { members: string[] | null }>(sql`select r.line, r.answer, r.repeats_line,
      (select array_agg(x.id) from golden.crosswalk x where x.golden_id = r.answer ->> 'goldenId') as members
    from lookup.list_row r where check_id = ${id} order by line`);
  const folder = join(await workFolder('list-check'), 'org');
  const entityOf = await truthOf(folder);
  const judged = rows.map(({ answer, members, repeats_line: repeats }, at) => {
    const { kind, entity, optsOut } = list[at]!;
    const isRight = entity !== null && (members ?? []).some((member) => entityOf.get(member) === entity);
    return { kind, entity, optsOut, verdict: answer.verdict, isRight, optedOut: answer.optedOut, repeats };
  });
  const of = (test: (one: (typeof judged)[number]) => boolean) => judged.filter(test).length;
  const firstLine = new Map<string, number>();
  const repeats = judged.map(({ entity }, at) => {
    if (entity === null) return false;
    const isRepeat = firstLine.has(entity);
    if (!isRepeat) firstLine.set(entity, at);
    return isRepeat;
  });
  return {
    byKind: kinds.map((kind) => ({
      kind,
      count: of((one) => one.kind === kind),
      known: of((one) => one.kind === kind && one.verdict === 'known'),
      right: of((one) => one.kind === kind && one.verdict === 'known' && one.isRight),
      doubtful: of((one) => one.kind === kind && one.verdict === 'doubtful'),
      new: of((one) => one.kind === kind && one.verdict === 'new'),
    })),
    precision: of(({ verdict, isRight }) => verdict === 'known' && isRight) / of(({ verdict }) => verdict === 'known'),
    recall: of(({ verdict, isRight }) => verdict === 'known' && isRight) / of(({ entity }) => entity !== null),
    seen: of(({ verdict, isRight }) => isRight && verdict !== 'new') / of(({ entity }) => entity !== null),
    optedOut: {
      of: of(({ optsOut }) => optsOut),
      found: of(({ optsOut, optedOut }) => optsOut && optedOut === 'yes'),
      wrong: of(({ optsOut, optedOut }) => !optsOut && optedOut === 'yes'),
    },
    repeated: {
      of: repeats.filter(Boolean).length,
      right: judged.filter((one, at) => repeats[at] && one.repeats !== null).length,
      wrong: judged.filter((one, at) => one.entity !== null && !repeats[at] && one.repeats !== null).length,
    },
  };
}

async function truthOf(folder: string): Promise<Map<string, string>> {
  const { readTruth } = await import('../../src/demo/truth.ts');
  return (await readTruth(folder, ['Contact', 'Lead'])) ?? new Map<string, string>();
}

export type LookUpOptions = { records: number; lookups: number; json?: string };

/** Single look-ups on the store that `bench -- incremental --keep` leaves, of a size of records. */
export async function lookUpBench({ records, lookups, json }: LookUpOptions): Promise<void> {
  const folder = join(await workFolder('incremental'), `postgres-${records}`);
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const definitions = await loadDefinitions();
    const asked = await someOf(db, records, lookups);
    // A service has its model in memory, and its pages of the indexes.
    for (const one of asked.slice(0, 20)) await lookUp(db, definitions, 'person', [one]);
    const header = [
      'one look-up, ms',
      'clock: median',
      'p95',
      'work: median',
      'p95',
      'known',
      'doubtful',
      'new',
      'compared, mean',
    ];
    const meter = new WorkMeter(db);
    await meter.findSessions();
    const rows = [];
    for (const [name, list] of Object.entries({
      'as it is': asked,
      'with a slip': asked.map(slipped),
      'nobody known': asked.map(stranger),
    })) {
      const times: number[] = [];
      const works: number[] = [];
      const verdicts: Record<string, number> = {};
      let compared = 0;
      for (const one of list) {
        const [from, before] = [performance.now(), meter.read()];
        const { findings } = await lookUp(db, definitions, 'person', [one]);
        times.push(performance.now() - from);
        works.push(meter.read() - before);
        const { verdict, receipt } = findings[0]!;
        verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
        compared += receipt.comparedCount;
      }
      const at = (of: readonly number[], share: number) =>
        of.toSorted((a, b) => a - b)[Math.floor((of.length - 1) * share)]!;
      rows.push([
        name,
        at(times, 0.5),
        at(times, 0.95),
        at(works, 0.5),
        at(works, 0.95),
        verdicts.known ?? 0,
        verdicts.doubtful ?? 0,
        verdicts.new ?? 0,
        compared / list.length,
      ]);
    }
    console.log(table(header, rows, 1));
    console.log(`\n${records} people in the store`);
    await writeReport(json, 'look-up', { records, lookups, rows });
  } finally {
    await db.close();
    await server.stop();
  }
}

type Values = Record<string, string>;

async function someOf(db: Db, records: number, count: number): Promise<Values[]> {
  const fields = [
    'first_name',
    'last_name',
    'email',
    'phone',
    'title',
    'street',
    'city',
    'state',
    'postal_code',
    'country',
  ];
  const ids = Array.from(
    { length: count },
    (_, at) => `003${String(1 + ((at * 104_729 + 7) % records)).padStart(15, '0')}`,
  );
  const rows = await db.query<Record<string, string | null>>(sql`select p.*, c.name as of_company from standard.person p
    left join standard.company c on c.connection_id = p.connection_id and c.id = p.company_id where p.id = any (${ids})`);
  return rows.map((row) =>
    Object.fromEntries(
      [...fields.map((field) => [field, row[field]] as const), ['company', row.of_company] as const].flatMap(
        ([field, value]) => (value ? [[field, value] as const] : []),
      ),
    ),
  );
}

/** Two letters of the family name exchanged, no address and another city. */
function slipped(values: Values): Values {
  const name = values.last_name ?? '';
  return {
    ...values,
    street: '',
    email: '',
    last_name: name.slice(0, 1) + name.slice(2, 3) + name.slice(1, 2) + name.slice(3),
  };
}

const stranger = (values: Values, at: number): Values => ({
  ...values,
  first_name: `Xq${values.first_name ?? ''}`,
  last_name: `Zw${(values.last_name ?? '').split('').reverse().join('')}`,
  email: `nobody${at}@nowhere-${at}.example.org`,
  phone: '',
});
