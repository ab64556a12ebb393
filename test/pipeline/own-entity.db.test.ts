/** An entity of the operator's own is one file: its evidence is matched, grouped and survives like people and companies do. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import { readEnv } from '../../config/env.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { turns } from '../../src/pipeline/index.ts';
import { definitionFaults } from '../../src/pipeline/plan-definitions.ts';
import { inLanes } from '../../src/pipeline/run.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { testDatabase } from '../database.ts';

const programme = `export default {
  name: 'programme',
  plural: 'programmes',
  description: 'One marketing programme, however often its campaign was set up.',
  idPrefix: 'prg',
  matcher: 'company',
  evidence: { Campaign: { name: 'Name' } },
  fields: { name: { kind: 'company-name', description: 'Name', survivor: 'most-frequent' } },
};
`;
const names = [
  'Hannover Trade Fair',
  'Hannover Trade Fair',
  'hannover trade fair ',
  'Spring Roadshow',
  'Customer Advisory Board',
];

let db: Db;
let folder: string;
let context: Context;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-entity-'));
  await mkdir(join(folder, 'entities'));
  await writeFile(join(folder, 'entities/programme.ts'), programme);
  context = stageContext({ db, definitions: await loadDefinitions(readEnv({ ASSAY_CONFIG: folder })) });
  await db.query(
    raw(
      'create table mirror.campaign (connection_id text, id text, name text, _version bigint, _deleted_at timestamptz)',
    ),
  );
  for (const [at, name] of names.entries()) {
    await db.query(sql`insert into mirror.campaign values ('default', ${`701${at}`}, ${name}, ${at + 1}, null)`);
  }
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

const match = turns.flatMap(({ stages }) => stages).find(({ name }) => name === 'match')!;

async function runAll(): Promise<number> {
  const done = [
    await standardise(context, 'Campaign'),
    await match.run(context, 'programme'),
    await cluster(context, 'programme'),
    await survive(context, 'programme'),
  ];
  return done.reduce((sum, { changedCount }) => sum + changedCount, 0);
}

it('plans at start, on a database that never saw it', async () => {
  expect(await definitionFaults(db, context.definitions, new Date())).toEqual([]);
});

it('groups what is one, keeps apart what is not, and writes nothing twice', async () => {
  await runAll();
  const groups = await db.query(sql`select array_agg(x.id order by x.id) as ids, g.name from golden.crosswalk x
    join golden.programme g using (golden_id) where x.entity = 'programme' group by g.golden_id, g.name order by 1`);
  expect(groups).toEqual([
    { ids: ['7010', '7011', '7012'], name: 'Hannover Trade Fair' },
    { ids: ['7013'], name: 'Spring Roadshow' },
    { ids: ['7014'], name: 'Customer Advisory Board' },
  ]);
  expect(await db.query(sql`select distinct left(golden_id, 4) as prefix from golden.identity`)).toEqual([
    { prefix: 'prg_' },
  ]);
  expect(await runAll()).toBe(0);
});

it('waits for the entities it names, and for no others', async () => {
  const way = (subject: string, ...after: string[]) => ({ subject, after });
  const ways = [
    way('deal', 'company', 'person'),
    way('person'),
    way('company'),
    way('site', 'deal', 'unknown'),
    way('region'),
  ];
  const seen: string[] = [];
  await inLanes(ways, 2, async ({ subject }) => {
    seen.push(`${subject} goes`);
    await new Promise((resolve) => setTimeout(resolve, subject === 'person' ? 30 : 5));
    seen.push(`${subject} is there`);
  });
  const at = (text: string) => seen.indexOf(text);
  expect(seen.slice(0, 2)).toEqual(['person goes', 'company goes']);
  expect(seen).toHaveLength(10);
  expect(at('deal goes')).toBeGreaterThan(Math.max(at('company is there'), at('person is there')));
  expect(at('site goes')).toBeGreaterThan(at('deal is there'));
  expect(at('region goes')).toBeLessThan(at('person is there'));
});

it('begins nothing more after a fault, and waits for what is under way', async () => {
  const seen: string[] = [];
  const ways = ['one', 'two', 'three'].map((subject) => ({ subject, after: [] }));
  const going = inLanes(ways, 2, async ({ subject }, isStopped) => {
    if (subject === 'one') throw new Error('one fell');
    await new Promise((resolve) => setTimeout(resolve, 10));
    seen.push(`${subject} ${isStopped() ? 'stops' : 'goes on'}`);
  });
  await expect(going).rejects.toThrow('one fell');
  expect(seen).toEqual(['two stops']);
});
