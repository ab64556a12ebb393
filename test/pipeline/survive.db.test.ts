import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSearchIndex, searchText } from '../../src/db/golden-search.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { goldenFixture, type Fixture } from './golden-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await goldenFixture();
  const { record } = fixture;
  const ann = { person: 'per_ann' };
  // The contact was touched last, but its e-mail is old: the lead's is newer.
  await record(
    'Contact',
    {
      id: 'c1',
      first_name: 'Ann',
      last_name: 'Lee',
      email: 'old@x.test',
      mailing_street: '1 Main St',
      mailing_city: 'Austin',
      modified_at: '2026-05-01T00:00:00Z',
    },
    ann,
  );
  await fixture.insert('mirror', 'field_history', {
    connection_id: 'default',
    object: 'Contact',
    record_id: 'c1',
    field: 'Email',
    value_since: '2020-01-01T00:00:00Z',
    value_since_is_bound: false,
  });
  await record(
    'Lead',
    {
      id: 'l1',
      first_name: 'Annie',
      last_name: 'Lee',
      email: 'new@x.test',
      city: 'Boston',
      state: 'MA',
      has_opted_out_of_email: true,
      modified_at: '2026-04-01T00:00:00Z',
    },
    ann,
  );
  // Equal in age: the smaller id wins, whatever the order of insertion.
  await record('Contact', { id: 'c9', last_name: 'Tie', email: 'nine@x.test' }, { person: 'per_tie' });
  await record(
    'Contact',
    { id: 'c2', last_name: 'Tie', email: 'two@x.test', phone: '2', mobile_phone: '1' },
    { person: 'per_tie' },
  );
  // A city without a street: the group still comes from one record.
  await record(
    'Lead',
    { id: 'l5', last_name: 'Bo', city: 'Reno', modified_at: '2026-05-01T00:00:00Z' },
    { person: 'per_bo' },
  );
  await record('Lead', { id: 'l6', last_name: 'Bo', city: 'Waco', state: 'TX' }, { person: 'per_bo' });
  for (const [id, name] of [
    ['a1', 'Acme'],
    ['a2', 'Acme'],
    ['a3', 'Acme Holdings'],
  ] as const) {
    const employees = id === 'a3' ? 50 : null;
    await record(
      'Account',
      { id, name, number_of_employees: employees, modified_at: `2026-0${id[1]}-01T00:00:00Z` },
      { company: 'com_acme' },
    );
  }
  await survive(fixture.context(), 'person');
  await survive(fixture.context(), 'company');
});
afterAll(() => fixture.db.close());

const person = async (id: string) =>
  (await fixture.db.query(sql`select * from golden.person where golden_id = ${id}`))[0];

describe('survive', () => {
  it('prefers the value that is newest itself over the record touched last', async () => {
    expect(await person('per_ann')).toMatchObject({ email: 'new@x.test', record_count: 2, object_count: 2 });
  });

  it('takes fields that move together from one record, even when that record lacks one', async () => {
    expect(await person('per_ann')).toMatchObject({
      first_name: 'Ann',
      street: '1 Main St',
      city: 'Austin',
      state: null,
    });
    expect(await person('per_bo')).toMatchObject({ street: null, city: 'Waco', state: 'TX' });
  });

  it('keeps any objection, and breaks ties by the smallest id', async () => {
    expect(await person('per_ann')).toMatchObject({ has_opted_out: true });
    expect(await person('per_tie')).toMatchObject({ email: 'two@x.test', phone: '1', has_opted_out: null });
  });

  it('lets the most frequent name win over the newest', async () => {
    const [acme] = await fixture.db.query(sql`select name, employee_count from golden.company`);
    expect(acme).toEqual({ name: 'Acme', employee_count: '50' });
  });

  it('names the record and strategy behind every value and none else', async () => {
    const proof = await fixture.db.query(sql`select field, id, strategy from golden.provenance
      where golden_id = 'per_ann' and field in ('email', 'city', 'state', 'has_opted_out') order by field`);
    expect(proof).toEqual([
      { field: 'city', id: 'c1', strategy: 'newest' },
      { field: 'email', id: 'l1', strategy: 'valid-first, newest' },
      { field: 'has_opted_out', id: 'l1', strategy: 'any-true' },
    ]);
  });

  it('writes nothing when nothing is new, and only the golden row that changed', async () => {
    const again = await survive(fixture.context(), 'person');
    expect(again).toMatchObject({ readCount: 6, changedCount: 0, detail: { provenanceCount: 0 } });
    await fixture.db.query(sql`update standard.lead set email = 'newer@x.test' where id = 'l1'`);
    expect((await survive(fixture.context(), 'person')).changedCount).toBe(1);
  });

  it('drops a golden row whose records moved away, with its proof, and leaves other entities alone', async () => {
    await fixture.db.query(sql`update golden.crosswalk set golden_id = 'per_ann' where golden_id = 'per_tie'`);
    await survive(fixture.context(), 'person');
    expect(await person('per_tie')).toBeUndefined();
    const left = await fixture.db.query(sql`select distinct golden_id from golden.provenance order by 1`);
    expect(left.map(({ golden_id }) => golden_id)).toEqual(['com_acme', 'per_ann', 'per_bo']);
  });

  it('has an index of trigrams by which a part of a name or phone is found', async () => {
    const entity = fixture.definitions.entities.find(({ name }) => name === 'person')!;
    const plan = await fixture.db.transaction(async (tx) => {
      // Of six rows any plan is as quick.
      await tx.query(sql`set local enable_seqscan = off`);
      return tx.query<{ 'QUERY PLAN': string }>(
        sql`explain select golden_id from golden.person where ${searchText(entity)} like ${'%nnie le%'}`,
      );
    });
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('person_search');
  });

  it('finds the trigrams in whatever schema the extension is, and does without where there is none', async () => {
    const entity = fixture.definitions.entities.find(({ name }) => name === 'person')!;
    const indexes = () => fixture.db.query(sql`select from pg_indexes where indexname = 'person_search'`);
    await fixture.db.query(sql`drop extension pg_trgm cascade`);
    await ensureSearchIndex(fixture.db, entity);
    expect(await indexes()).toHaveLength(0);
    await fixture.db.query(sql`create schema elsewhere`);
    await fixture.db.query(sql`create extension pg_trgm schema elsewhere`);
    await ensureSearchIndex(fixture.db, entity);
    expect(await indexes()).toHaveLength(1);
  });

  it('refuses an entity that is not defined', async () => {
    await expect(survive(fixture.context(), 'robot')).rejects.toMatchObject({ code: 'request-invalid' });
  });
});
