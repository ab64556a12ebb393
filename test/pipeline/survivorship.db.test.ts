import fc from 'fast-check';
import sql, { raw, type RawValue } from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineEntity } from '../../src/model/entity.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { goldenFixture, type Fixture } from './golden-fixture.ts';

const description = 'any';
const person = defineEntity({
  name: 'person',
  plural: 'people',
  description,
  idPrefix: 'per',
  matcher: 'person',
  fields: {
    first_name: { kind: 'given-name', description, survivor: 'longest' },
    last_name: {
      kind: 'family-name',
      description,
      survivor: ['most-frequent', 'object-priority'],
      prefer: { objects: ['Contact', 'Lead'] },
    },
    email: {
      kind: 'email',
      description,
      survivor: ['valid-first', 'oldest'],
      doubt: { Contact: 'r.email_bounced_at is not null' },
    },
    emails: { kind: 'email', description, survivor: 'union', of: 'email' },
    phones: { kind: 'phone', description, survivor: 'union', of: 'phone' },
    phone: { kind: 'phone', description, survivor: 'most-complete' },
    title: { kind: 'title', description, survivor: 'org-priority', prefer: { orgs: ['east', 'default'] } },
    street: { kind: 'street', description },
    city: { kind: 'city', description, with: 'street' },
    has_opted_out: { kind: 'text', description, survivor: 'any-true' },
  },
});

let fixture: Fixture;
beforeAll(async () => {
  fixture = await goldenFixture();
  // What the stock definition maps beyond these fields.
  const fields = Object.keys(person.fields);
  for (const object of fixture.definitions.objects) {
    const mapping = object.entities.person;
    if (mapping)
      object.entities.person = Object.fromEntries(Object.entries(mapping).filter(([field]) => fields.includes(field)));
  }
});
beforeEach(async () => {
  for (const table of ['standard.contact', 'standard.lead', 'golden.crosswalk', 'review.pin']) {
    await fixture.db.query(sql`delete from ${raw(table)}`);
  }
});
afterAll(() => fixture.db.close());

const run = () => {
  const context = fixture.context();
  return survive(Object.assign(context, { definitions: { ...fixture.definitions, entities: [person] } }), 'person');
};
const record = (object: 'Contact' | 'Lead', id: string, golden: string, row: Record<string, RawValue>) =>
  fixture.record(object, { id, ...row }, { person: golden });
const golden = async (id: string) =>
  (await fixture.db.query(sql`select * from golden.person where golden_id = ${id}`))[0];
const proof = async (id: string) => {
  const rows = await fixture.db.query(
    sql`select field, id, decided_by from golden.provenance where golden_id = ${id} order by field, place`,
  );
  return Object.fromEntries(rows.map(({ field, id: from, decided_by }) => [field, `${from}: ${decided_by}`]));
};
const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;

describe('strategies', () => {
  it('pick the longest, the most frequent, the preferred object or org, the fullest record, and say what settled it', async () => {
    await record('Contact', 'c1', 'per_a', {
      first_name: 'Jo',
      last_name: 'Li',
      title: 'CEO',
      phone: '1',
      modified_at: day(9),
    });
    await record('Contact', 'c2', 'per_a', {
      first_name: 'Joanna',
      last_name: 'Lee',
      phone: '2',
      mailing_city: 'Rome',
      mailing_street: '1 Via',
    });
    await record('Lead', 'l1', 'per_a', { first_name: 'Jo', last_name: 'li', modified_at: day(3) });
    await record('Lead', 'l2', 'per_a', { last_name: 'Lee', modified_at: day(9) });
    await record('Lead', 'l3', 'per_a', { connection_id: 'default', title: 'CTO' });
    await fixture.db.query(sql`update golden.crosswalk set connection_id = 'east' where id = 'l3'`);
    await fixture.db.query(sql`update standard.lead set connection_id = 'east' where id = 'l3'`);
    await run();
    expect(await golden('per_a')).toMatchObject({
      first_name: 'Joanna',
      last_name: 'Li',
      phone: '2',
      title: 'CTO',
      city: 'Rome',
    });
    expect(await proof('per_a')).toMatchObject({
      first_name: 'c2: longest',
      last_name: 'c1: newest',
      phone: 'c2: most-complete',
      title: 'l3: org-priority',
      city: 'c2: follows street',
      street: 'c2: only value',
    });
  });

  it('put valid values before those that are malformed or in doubt, and fall back to them', async () => {
    await record('Contact', 'c1', 'per_a', { email: 'bounced@x.io', email_bounced_at: day(2), modified_at: day(1) });
    await record('Contact', 'c2', 'per_a', { email: 'not an e-mail', modified_at: day(1) });
    await record('Contact', 'c3', 'per_a', { email: 'b@x.io', modified_at: day(3) });
    await record('Contact', 'c4', 'per_a', { email: 'a@x.io', modified_at: day(3) });
    await record('Contact', 'c5', 'per_b', { email: 'bad', modified_at: day(3) });
    await run();
    expect(await golden('per_a')).toMatchObject({ email: 'b@x.io' });
    expect(await proof('per_a')).toMatchObject({ email: 'c3: smallest id' });
    expect(await golden('per_b')).toMatchObject({ email: 'bad', has_opted_out: null });
  });

  it('gather a set once for each value, the newest first, from every source of a record', async () => {
    await record('Contact', 'c1', 'per_a', {
      email: 'A@x.io',
      phone: '(303) 334-1843',
      mobile_phone: '+1 303 555 0101',
      modified_at: day(2),
    });
    await record('Lead', 'l1', 'per_a', { email: 'a@x.io', phone: '+1 303 334 1843 x12', modified_at: day(4) });
    await record('Lead', 'l2', 'per_a', { email: 'z@x.io', modified_at: day(3) });
    await run();
    expect(await golden('per_a')).toMatchObject({
      emails: ['a@x.io', 'z@x.io'],
      phones: ['+1 303 334 1843 x12', '+1 303 555 0101'],
    });
  });
});

describe('a pin', () => {
  const pin = (id: string, golden_id: string, value: string | null, at: number) =>
    fixture.db.query(sql`insert into review.pin (id, golden_id, field, value, reason, pinned_by, pinned_at)
      values (${`pin_${id.repeat(36)}`}, ${golden_id}, 'city', ${value}, 'asked her', 'ann', ${day(at)})`);

  it('holds over what would survive, follows its id through merges, the newer first, and can be lifted', async () => {
    await record('Contact', 'c1', 'per_a', { mailing_street: '1 Via', mailing_city: 'Rome' });
    await fixture.db
      .query(sql`insert into golden.identity (golden_id, entity, minted_run_id, minted_at, retired_at, retired_into)
      values ('per_old', 'person', 'run_1', now(), now(), 'per_a')`);
    await pin('a', 'per_old', 'Milan', 1);
    await run();
    expect(await golden('per_a')).toMatchObject({ street: '1 Via', city: 'Milan' });
    await pin('b', 'per_a', null, 2);
    await run();
    expect(await golden('per_a')).toMatchObject({ city: null });
    const [told] = await fixture.db.query(
      sql`select strategy, value, pin_id, id from golden.provenance where field = 'city'`,
    );
    expect(told).toEqual({ strategy: 'pin', value: null, pin_id: `pin_${'b'.repeat(36)}`, id: null });
    await fixture.db.query(sql`update review.pin set lifted_at = now()`);
    await run();
    expect(await golden('per_a')).toMatchObject({ city: 'Rome' });
  });
});

const value = (choices: string[]) => fc.option(fc.constantFrom(...choices));
const row = fc.record({
  first_name: value(['Jo', 'Joanna', 'jo']),
  last_name: value(['Li', 'Lee', 'li']),
  email: value(['a@x.io', 'A@x.io', 'bad']),
  phone: value(['303 334 1843', '+1 303 334 1843']),
  title: value(['CEO', 'CTO']),
  at: fc.integer({ min: 1, max: 4 }),
});

it('the order of records does not show, and surviving again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(row, { minLength: 1, maxLength: 5 }), { minLength: 20, maxLength: 20 }),
      async (people) => {
        for (const table of [sql`standard.contact`, sql`golden.crosswalk`])
          await fixture.db.query(sql`delete from ${table}`);
        for (const [at, rows] of people.entries()) {
          const named = rows.map(({ at: modified, ...fields }, index) => ({
            ...fields,
            modified_at: day(modified),
            id: `${at}-${index}`,
          }));
          for (const one of named) await record('Contact', `f${one.id}`, `per_f${at}`, { ...one, id: `f${one.id}` });
          for (const one of named.toReversed())
            await record('Contact', `g${one.id}`, `per_g${at}`, { ...one, id: `g${one.id}` });
        }
        await run();
        const values = (side: string) =>
          fixture.db
            .query(sql`select substr(golden_id, 6) as person, first_name, last_name, email, emails, phones, title
        from golden.person where golden_id like ${`per_${side}%`} order by 1`);
        expect(await values('g')).toEqual(await values('f'));
        expect(await run()).toMatchObject({ changedCount: 0, detail: { provenanceCount: 0 } });
      },
    ),
    { numRuns: 1 },
  );
});

it('a definition that contradicts itself is refused with every fault', () => {
  const faulty = () =>
    defineEntity({
      name: 'x',
      plural: 'xs',
      description,
      idPrefix: 'xxx',
      matcher: 'person',
      fields: {
        a: { kind: 'text', description, with: 'nowhere' },
        b: { kind: 'text', description, survivor: ['union', 'newest'] },
        c: { kind: 'text', description, survivor: 'object-priority' },
        d: { kind: 'text', description, of: 'b' },
      },
    });
  expect(faulty).toThrow(
    /compares by last_name.*a moves with \\"nowhere\\".*b is a set: union stands alone.*c ranks objects.*d gathers \\"b\\"/s,
  );
});
