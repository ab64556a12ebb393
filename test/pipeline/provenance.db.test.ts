/** golden.provenance holds the proof that the strategies give, record by record, though most of it is not stored. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import sql, { join } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identifier } from '../../src/db/identifier.ts';
import { survive } from '../../src/pipeline/survive.ts';
import type { Member } from '../../src/pipeline/survive/candidate.ts';
import { layoutsOf } from '../../src/pipeline/survive/layout.ts';
import { type ActivePin, strategyOf, survivorshipOf, survivorsOf } from '../../src/pipeline/survive/survivor.ts';
import { identityFixture, type IdentityFixture, unknownGoldenIds } from './identity-fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await identityFixture();
});
afterAll(() => fixture.db.close());

const size = 6;
const object = (at: number) => (at % 2 === 0 ? 'Contact' : 'Lead');
const day = (number: number) => `2026-01-${String(number).padStart(2, '0')} 10:00:00`;
const some = (...choices: string[]) => fc.option(fc.constantFrom(...choices));
const values = fc.record({
  first_name: some('Jo', 'Joanna'),
  last_name: some('Li', 'Lee', 'li'),
  email: some('a@x.io', 'A@x.io', 'bad', 'tab\t\\"x"@y.io'),
  phone: some('303 334 1843', '+1 303 334 1843'),
  mobile_phone: some('303 334 1843', '505 1111'),
  street: some('1 Via', '2 "Via", {b}'),
  city: some('Rome', 'Milan'),
  has_opted_out_of_email: fc.option(fc.boolean().map(String)),
  modified_at: some(day(3), day(5), `${day(5)}.000001`),
});
type Values = Record<string, string | null>;
const record = fc.nat(size - 1);
const edit = fc.oneof(
  fc.record({ kind: fc.constant('values' as const), at: record, values }),
  fc.record({ kind: fc.constant('link' as const), at: record, other: record, isLink: fc.boolean() }),
  fc.record({
    kind: fc.constant('pin' as const),
    at: record,
    field: fc.constantFrom('city', 'street', 'company_id'),
    value: some('Bonn'),
  }),
  fc.record({ kind: fc.constant('lift' as const) }),
  fc.record({
    kind: fc.constant('seen' as const),
    at: record,
    field: fc.constantFrom('Email', 'Phone', 'MobilePhone', 'LastName'),
    since: fc.constantFrom(day(1), day(4), day(9)),
    isBound: fc.boolean(),
    confirmed: fc.option(fc.constantFrom(day(2), day(8))),
  }),
  fc.record({ kind: fc.constant('first' as const), at: record, seen: fc.constantFrom(day(1), day(4), day(9)) }),
);
const world = fc.record({
  start: fc.array(values, { minLength: size, maxLength: size }),
  edits: fc.array(edit, { minLength: 6, maxLength: 12 }),
});

it('what survives, with its proof, is what the strategies give of every record, whatever moved since', async () => {
  const { db } = fixture;
  let round = 0;
  let [lone, several] = [0, 0];
  await fc.assert(
    fc.asyncProperty(world, async ({ start, edits }) => {
      round += 1;
      const id = (at: number) => `R${round}-${at}`;
      const rows = start.map((one, at) => columnsOf(at, one));
      const history: Seen[] = start.map(() => ({}));
      const first: (string | undefined)[] = [];
      for (const [at, row] of rows.entries()) await fixture.evidence('person', object(at), { id: id(at), ...row });
      const check = async () => {
        await fixture.run('person');
        const expected = await expectedProof(rows, history, first, id);
        lone += expected.alone.size;
        several += expected.proven.size;
        expect(await proof(`R${round}-%`)).toEqual(expected.proof);
        expect(await stored(`R${round}-%`)).toEqual([...expected.proven].sort());
        expect(await goldenValues(expected.ids)).toEqual(expected.values);
      };
      await fixture.matched('person');
      await check();
      for (const one of edits) {
        if (one.kind === 'values') {
          rows[one.at] = columnsOf(one.at, one.values);
          await change(object(one.at), id(one.at), rows[one.at]!);
        } else if (one.kind === 'link') {
          const [l, r] = [id(Math.min(one.at, one.other)), id(Math.max(one.at, one.other))];
          await db.query(sql`delete from match.pair where l_id = ${l} and r_id = ${r}`);
          if (l !== r) await fixture.pair('person', l, r, one.isLink ? 9 : -9);
          await fixture.matched('person');
        } else if (one.kind === 'pin') {
          await pin((await fixture.who('person'))[id(one.at)]!, one.field, one.value);
        } else if (one.kind === 'lift') {
          await db.query(
            sql`update review.pin set lifted_at = now(), version = nextval('review.version') where lifted_at is null`,
          );
        } else if (one.kind === 'first') {
          first[one.at] ??= one.seen;
          await db.query(sql`insert into mirror.first_seen values ('default', ${object(one.at)}, ${id(one.at)}, ${`${one.seen}Z`})
            on conflict do nothing`);
          await change(object(one.at), id(one.at), rows[one.at]!);
        } else {
          history[one.at]![one.field] = [one.since, one.isBound, one.confirmed];
          await see(object(one.at), id(one.at), one.field, one);
          await change(object(one.at), id(one.at), rows[one.at]!);
        }
        await check();
      }
      const context = fixture.context();
      const whole = Object.assign(context, { run: { ...context.run, mode: 'full' } });
      expect(await survive(whole, 'person')).toMatchObject({ changedCount: 0, detail: { provenanceCount: 0 } });
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(lone).toBeGreaterThan(0);
  expect(several).toBeGreaterThan(0);
  expect(await unknownGoldenIds(db)).toEqual([]);
});

/** A contact's address has other columns than a lead's. */
function columnsOf(at: number, { street, city, ...others }: Values): Values {
  return object(at) === 'Contact'
    ? { ...others, mailing_street: street!, mailing_city: city! }
    : { ...others, street: street!, city: city! };
}

async function change(of: string, id: string, row: Values): Promise<void> {
  const set = Object.entries(row).map(([column, value]) => sql`${identifier(column)} = ${value}`);
  await fixture.db.query(sql`update ${identifier('standard', of.toLowerCase())} set ${join(set)} where id = ${id}`);
  await fixture.db.query(
    sql`update standard.person set _version = 1 + (select max(_version) from standard.person) where id = ${id}`,
  );
}

async function see(
  of: string,
  id: string,
  field: string,
  { since, isBound, confirmed }: { since: string; isBound: boolean; confirmed: string | null },
): Promise<void> {
  await fixture.db.query(sql`insert into mirror.field_history
    (connection_id, object, record_id, field, value_since, value_since_is_bound, last_confirmed_at)
    values ('default', ${of}, ${id}, ${field}, ${`${since}Z`}, ${isBound}, ${confirmed === null ? null : `${confirmed}Z`})
    on conflict (connection_id, object, record_id, field) do update
    set value_since = excluded.value_since, value_since_is_bound = excluded.value_since_is_bound,
      last_confirmed_at = excluded.last_confirmed_at`);
}

async function pin(goldenId: string, field: string, value: string | null): Promise<void> {
  await fixture.db.query(sql`update review.pin set lifted_at = now(), version = nextval('review.version')
    where golden_id = ${goldenId} and field = ${field} and lifted_at is null`);
  await fixture.db.query(sql`insert into review.pin (id, golden_id, field, value, reason, pinned_by, pinned_at)
    values (${`pin_${randomUUID()}`}, ${goldenId}, ${field}, ${value}, 'asked', 'ann', clock_timestamp())`);
}

type Seen = Record<string, [string, boolean, string | null]>;

/** Every golden record with all its records, without a look at what was there before. */
async function expectedProof(
  rows: Values[],
  history: Seen[],
  first: (string | undefined)[],
  id: (at: number) => string,
) {
  const entity = fixture.definitions.entities.find(({ name }) => name === 'person')!;
  const layouts = layoutsOf(entity, fixture.definitions.objects);
  const survivorship = survivorshipOf(entity);
  const who = await fixture.who('person');
  const groups = Map.groupBy(rows.keys(), (at) => who[id(at)]!);
  const pins = await standingPins();
  const proven = new Set<string>();
  const alone = new Set<string>();
  const found = [...groups].map(([goldenId, group]) => {
    const members = group.map((at): Member => {
      const layout = layouts.find((one) => one.object === object(at))!;
      const said = layout.sources.map(({ column }) => rows[at]![column] ?? null);
      const modifiedAt = first[at] ?? rows[at]!.modified_at!;
      const own = { object: object(at), id: id(at), modifiedAt, history: history[at]!, values: said };
      return { connectionId: 'default', ...own, doubts: layout.doubts.map(() => false), layout };
    });
    const held = pins.get(goldenId) ?? [];
    (members.length > 1 || held.length > 0 ? proven : alone).add(goldenId);
    return { goldenId, survivors: survivorsOf(survivorship, members, held), records: members.length };
  });
  const proof = found.flatMap(({ goldenId, survivors }) =>
    survivors.map(({ pinId, ...one }) => ({
      ...one,
      goldenId,
      pinId,
      strategy: pinId === null ? strategyOf(entity, one.field) : 'pin',
    })),
  );
  const value = (survivors: (typeof found)[0]['survivors'], field: string) =>
    survivors.find((one) => one.field === field)?.value ?? null;
  const values = found.map(({ goldenId, survivors, records }) => ({
    golden_id: goldenId,
    ...Object.fromEntries(['last_name', 'email', 'city'].map((field) => [field, value(survivors, field)])),
    phones: survivors.some(({ field }) => field === 'phones')
      ? survivors.filter(({ field }) => field === 'phones').map((one) => one.value)
      : null,
    record_count: records,
  }));
  const byId = (one: { golden_id: string }, other: { golden_id: string }) => (one.golden_id < other.golden_id ? -1 : 1);
  return { proof: sorted(proof), values: values.sort(byId), ids: [...groups.keys()], proven, alone };
}

async function standingPins(): Promise<Map<string, ActivePin[]>> {
  const { db } = fixture;
  const heirs = await db.query<{ golden_id: string; retired_into: string | null }>(
    sql`select golden_id, retired_into from golden.identity`,
  );
  const intoOf = new Map(heirs.map((row) => [row.golden_id, row.retired_into]));
  const heirOf = (goldenId: string): string => {
    const into = intoOf.get(goldenId);
    return into ? heirOf(into) : goldenId;
  };
  const pins = await db.query<ActivePin & { golden_id: string }>(sql`select id, golden_id, field, value,
    (pinned_at at time zone 'UTC')::text as pinned_at from review.pin where lifted_at is null`);
  const newest = new Map<string, ActivePin & { golden_id: string }>();
  for (const one of pins.sort((a, b) => (a.pinned_at < b.pinned_at ? -1 : 1)))
    newest.set(`${heirOf(one.golden_id)} ${one.field}`, { ...one, golden_id: heirOf(one.golden_id) });
  return Map.groupBy(newest.values(), (one) => one.golden_id);
}

const sorted = <T extends { goldenId: string; field: string; place: number }>(rows: T[]): T[] => {
  const key = ({ goldenId, field, place }: T) => `${goldenId} ${field} ${place}`;
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
};

/** Of golden records of the records with such ids. */
async function proof(ids: string) {
  type Row = { goldenId: string; field: string; place: number };
  const rows = await fixture.db.query<Row>(sql`select p.golden_id as "goldenId", field, place, value,
      (value_since at time zone 'UTC')::text as since, value_since_is as "sinceIs",
      (last_confirmed_at at time zone 'UTC')::text as confirmed, connection_id as "connectionId", id,
      strategy, decided_by as "decidedBy", pin_id as "pinId"
    from golden.provenance p where exists (select from golden.crosswalk x where x.golden_id = p.golden_id and x.id like ${ids})`);
  return sorted(rows);
}

async function stored(ids: string): Promise<string[]> {
  const rows = await fixture.db.query<{ golden_id: string }>(sql`select distinct p.golden_id from golden.proof p
    where exists (select from golden.crosswalk x where x.golden_id = p.golden_id and x.id like ${ids}) order by 1`);
  return rows.map(({ golden_id: goldenId }) => goldenId);
}

const goldenValues = (ids: string[]) =>
  fixture.db.query(sql`select golden_id, last_name, email, city, phones, record_count from golden.person
    where golden_id = any (${ids}::text[]) order by golden_id collate "C"`);
