/** Whatever moves between syncs, in whatever portions, the standard tables are those that one look at everything gives. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import type { RunMode } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { testDatabase } from '../database.ts';

const orgs = ['one', 'two'];
const size = 6;
let db: Db;
let definitions: Definitions;
/** The same with other meanings: a field from elsewhere, one that is no evidence any more, leads that are no companies. */
let changed: Definitions;
beforeAll(async () => {
  db = await testDatabase();
  definitions = await loadDefinitions();
  changed = {
    ...definitions,
    objects: definitions.objects.map((object) => {
      if (object.name === 'Contact') {
        const { title: _title, ...person } = object.entities.person!;
        const fields = { ...object.fields, department: { ...object.fields.department!, from: 'Title' } };
        return { ...object, fields, entities: { person } };
      }
      return object.name === 'Lead' ? { ...object, entities: { person: object.entities.person! } } : object;
    }),
  };
  await db.query(
    raw(`create table mirror.account (connection_id text, id text, name text, website text, _version bigint, _deleted_at timestamptz, primary key (connection_id, id));
    create table mirror.contact (connection_id text, id text, last_name text, title text, department text, _version bigint, _deleted_at timestamptz,
      primary key (connection_id, id));
    create table mirror.lead (connection_id text, id text, last_name text, company text, is_converted boolean, _version bigint,
      _deleted_at timestamptz, primary key (connection_id, id));`),
  );
  for (const org of orgs) await standardiseAll(org, definitions);
});
afterAll(() => db.close());

const contextOf = (org: string, of: Definitions, mode: RunMode = 'auto') =>
  stageContext({ db, definitions: of, run: { connectionId: org, mode } });

const names = ['Account', 'Contact', 'Lead'];
async function standardiseAll(org: string, of: Definitions, mode: RunMode = 'auto'): Promise<number> {
  let count = 0;
  for (const name of names) count += (await standardise(contextOf(org, of, mode), name)).changedCount;
  return count;
}

type Row = Record<string, unknown>;
const tables = ['account', 'contact', 'lead', 'person', 'company'];
/** By table, organisation and id. */
async function content(): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (const table of tables) {
    for (const { row } of await db.query<{ row: Row }>(raw(`select to_jsonb(t) as row from standard.${table} t`)))
      found.set(`${table} ${row.connection_id} ${row.id}`, row);
  }
  return found;
}
const withoutVersion = (rows: Map<string, Row>) =>
  new Map([...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, { _version, ...row }]) => [key, row]));

const values = fc.constantFrom('Lee', ' Kim  ', 'n/a', 'Ohm', '');
const edit = fc.oneof(
  fc.record({
    kind: fc.constantFrom('write', 'write', 'bury', 'raise', 'convert'),
    org: fc.constantFrom(...orgs),
    table: fc.constantFrom('account', 'contact', 'lead'),
    at: fc.nat(size - 1),
    values: fc.tuple(values, values),
  }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

async function apply({ kind, org, table, at, values: [one, other] }: Edit): Promise<void> {
  const id = `${table[0]!.toUpperCase()}${at}`;
  const columns = { account: ['name', 'website'], contact: ['last_name', 'title'], lead: ['last_name', 'company'] };
  const [first, second] = columns[table as keyof typeof columns] as [string, string];
  const set: Record<string, string> = {
    bury: '_deleted_at = now()',
    raise: '_deleted_at = null',
    convert: table === 'lead' ? 'is_converted = true' : '_deleted_at = null',
  };
  if (kind === 'write') {
    await db.query(sql`insert into ${raw(`mirror.${table}`)} as t (connection_id, id, ${raw(first)}, ${raw(second)}, _version)
      values (${org}, ${id}, ${one}, ${other}, nextval('mirror.version'))
      on conflict (connection_id, id) do update set ${raw(first)} = excluded.${raw(first)}, ${raw(second)} = excluded.${raw(second)},
        _version = excluded._version`);
  } else {
    await db.query(sql`update ${raw(`mirror.${table}`)} set ${raw(set[kind]!)}, _version = nextval('mirror.version')
      where connection_id = ${org} and id = ${id}`);
  }
}

const step = fc.record({
  edits: fc.array(edit, { maxLength: 5 }),
  org: fc.constantFrom(...orgs),
  how: fc.constantFrom('auto', 'auto', 'auto', 'full', 'redefined', 'cut off', 'partly'),
});

it('any series of edits, definitions and interruptions gives what one full run gives, and every change is seen to move', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      let of = definitions;
      for (const { edits, org, how } of steps) {
        for (const one of edits) await apply(one);
        const before = await content();
        if (how === 'redefined') of = of === definitions ? changed : definitions;
        if (how === 'cut off') {
          const write: Context['write'] = (work) =>
            db.transaction(async (tx) => {
              await work(tx);
              throw new Error('power cut');
            });
          await standardise({ ...contextOf(org, of), write }, 'Contact').catch(() => undefined);
        } else if (how === 'partly') await standardise(contextOf(org, of), 'Lead');
        else await standardiseAll(org, of, how === 'full' ? 'full' : 'auto');
        expectMoved(before, await content());
      }
      for (const org of orgs) await standardiseAll(org, of);
      for (const org of orgs) expect(await standardiseAll(org, of)).toBe(0);
      for (const org of orgs) expect(await standardiseAll(org, of, 'full')).toBe(0);
      const stepByStep = await content();
      await db.query(raw(`truncate pipeline.mark, ${tables.map((table) => `standard.${table}`).join()}`));
      for (const org of orgs) await standardiseAll(org, of);
      expect(withoutVersion(await content())).toEqual(withoutVersion(stepByStep));
    }),
    { numRuns: Number(process.env.STANDARDISE_SCRIPTS ?? 40) },
  );
}, 120_000);

/** Where a row of an object or its evidence differs, the object's own row is newer than any that later stages have seen of it. */
function expectMoved(before: Map<string, Row>, after: Map<string, Row>): void {
  const objectOf: Record<string, string> = { A: 'account', C: 'contact', L: 'lead' };
  const newest = (of: string) =>
    Math.max(-1, ...[...before].filter(([key]) => key.startsWith(of)).map(([, row]) => Number(row._version)));
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (JSON.stringify({ ...was, _version: 0 }) === JSON.stringify({ ...is, _version: 0 })) continue;
    const [, org, id] = key.split(' ') as [string, string, string];
    const record = `${objectOf[id[0]!]} ${org} `;
    expect(Number(after.get(`${record}${id}`)?._version), key).toBeGreaterThan(newest(record));
  }
}

it('a family name that looks like a placeholder stays, a title does not', async () => {
  await db.query(
    raw(`insert into mirror.contact (connection_id, id, last_name, title, _version)
    values ('one', 'C90', 'Null', 'Null', nextval('mirror.version')), ('one', 'C91', 'NULL', 'keine Angabe', nextval('mirror.version'))`),
  );
  await standardiseAll('one', definitions);
  const found = await content();
  expect(['contact one C90', 'person one C90', 'contact one C91', 'person one C91'].map((key) => [found.get(key)?.last_name, found.get(key)?.title])).toEqual([['Null', null], ['Null', null], [null, null], [null, null]]); // prettier-ignore
});
