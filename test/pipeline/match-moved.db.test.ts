/** Records that move are compared by the model that is there, and the pairs are those that comparing everything gives. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmColumns } from '../../bench/match/crm-record.ts';
import { crmRecords } from '../../bench/match/crm.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { acceptModel } from '../../src/review/accept.ts';
import { decide, obeyLate, undo } from '../../src/review/decision.ts';
import { silentLog } from '../../src/model/ports.ts';
import type { RunMode, StageResult } from '../../src/model/run.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { match } from '../../src/pipeline/match.ts';
import { newsSql } from '../../src/pipeline/match/decisions.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { testDatabase } from '../database.ts';
import { systemActor } from '../../src/model/actor.ts';

const size = 600;
let db: Db;
let definitions: Context['definitions'];
beforeAll(async () => {
  db = await testDatabase();
  definitions = await loadDefinitions();
  await db.query(
    raw(`create schema if not exists mirror;
    create table mirror.account (connection_id text, id text, name text, website text, parent_id text, _version bigint, _deleted_at timestamptz);
    create table mirror.contact (connection_id text, id text, first_name text, last_name text, email text, phone text, title text,
      mailing_street text, mailing_city text, mailing_state text, mailing_postal_code text, mailing_country text, account_id text,
      _version bigint, _deleted_at timestamptz);
    create table made (${crmColumns.map((name) => `${name} text`).join(', ')});`),
  );
  const lines = [...crmRecords(size, 7)].map(({ line }) => line);
  await db.transaction((tx) => tx.copyIn('copy made from stdin (format csv)', Readable.from(lines)));
  await db.query(
    raw(`insert into mirror.account select 'default', 'A' || row_number() over (order by company), company, max(website), null, nextval('mirror.version')
      from made where company is not null group by company;
    insert into mirror.contact select 'default', 'C' || lpad(row_number() over ()::text, 4, '0'), first_name, last_name, email, m.phone, title,
      street, city, state, postal_code, country, a.id, nextval('mirror.version') from made m left join mirror.account a on a.name = m.company;
    create table original as select * from mirror.contact;`),
  );
});
afterAll(() => db.close());

const contextOf = (mode: RunMode = 'auto') => stageContext({ db, definitions, run: { mode } });

async function matchPeople(mode: RunMode = 'auto'): Promise<StageResult> {
  for (const object of ['Account', 'Contact']) await standardise(contextOf(mode), object);
  return match(contextOf(mode), 'person');
}

const pairs = () =>
  db.query(sql`select l_id, r_id, weight, round(probability::numeric, 9) as probability, decision, evidence, rule
    from match.pair where entity = 'person' order by l_id, r_id`);
const groups = async () => {
  await cluster(contextOf(), 'person');
  const rows = await db.query<{ ids: string[] }>(sql`select array_agg(id order by id) as ids from golden.crosswalk
    where entity = 'person' group by golden_id order by 1`);
  return rows.map(({ ids }) => ids.join(' '));
};

const edits: Record<string, string> = {
  email: `email = (select o.email from original o where o.id = $2)`,
  name: `(first_name, last_name) = (select o.first_name, o.last_name from original o where o.id = $2)`,
  account: `account_id = (select o.account_id from original o where o.id = $2)`,
  all: `(first_name, last_name, email, phone, account_id) = (select o.first_name, o.last_name, o.email, o.phone, o.account_id from original o where o.id = $2)`,
  gone: `_deleted_at = now()`,
};

async function edit(kind: string, id: string, other: string): Promise<void> {
  const set = raw((edits[kind] as string).replaceAll('$2', `'${other}'`));
  await db.query(sql`update mirror.contact c set _version = nextval('mirror.version'), ${set} where c.id = ${id}`);
}

async function restore(ids: string[]): Promise<void> {
  await db.query(sql`update mirror.contact c set (first_name, last_name, email, phone, account_id, _version, _deleted_at)
    = (o.first_name, o.last_name, o.email, o.phone, o.account_id, nextval('mirror.version'), null)
    from original o where o.id = c.id and c.id = any (${ids})`);
}

const id = fc.integer({ min: 1, max: size }).map((at) => `C${String(at).padStart(4, '0')}`);
const editOf = fc.tuple(fc.constantFrom(...Object.keys(edits)), id, id);

it('edits, deletions and their undoing in any order leave the pairs and clusters of the whole', async () => {
  const first = await matchPeople();
  expect(first.detail).not.toHaveProperty('movedRecordCount');
  const [wholePairs, wholeGroups] = [await pairs(), await groups()];
  expect(wholePairs.length).toBeGreaterThan(100);
  expect(await matchPeople()).toMatchObject({ changedCount: 0 });
  let movedPairCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(editOf, { minLength: 2, maxLength: 10 }), { minLength: 1, maxLength: 3 }),
      async (rounds) => {
        // No more may have moved than the drift that trains a model anew.
        await db.query(sql`update match.model set moved_count = 0`);
        const moved = new Set<string>();
        for (const round of rounds) {
          for (const [kind, one, other] of round) await edit(kind, one, other);
          for (const [, one] of round) moved.add(one);
          const done = await matchPeople();
          expect(done.detail).toHaveProperty('movedRecordCount');
          movedPairCount += done.changedCount;
          await groups();
        }
        for (const one of [...moved].toReversed()) {
          await restore([one]);
          await matchPeople();
        }
        expect(await pairs()).toEqual(wholePairs);
        expect(await groups()).toEqual(wholeGroups);
        expect(await matchPeople()).toMatchObject({ changedCount: 0 });
      },
    ),
    { numRuns: 8 },
  );
  expect(movedPairCount).toBeGreaterThan(20);
}, 120_000);

it('a renamed account moves its people', async () => {
  await db.query(sql`update mirror.account set name = 'Quite Another Ltd', _version = nextval('mirror.version')
    where id = (select account_id from original where account_id is not null group by 1 order by count(*) desc limit 1)`);
  const { detail } = await matchPeople();
  expect(detail?.movedRecordCount).toBeGreaterThan(1);
  expect(detail?.comparedPairCount).toBeGreaterThan(0);
});

it('a conversion, a merge and a parent are heeded when nothing but them moved', async () => {
  await db.query(
    raw(`create table mirror.lead (connection_id text, id text, last_name text, is_converted boolean, converted_contact_id text, _version bigint,
      _deleted_at timestamptz);
    insert into mirror.lead values ('default', 'L1', 'Zweistein', false, null, nextval('mirror.version'), null);
    insert into mirror.account select 'default', 'T' || n, 'Twinning Works', 'twinningworks.io', null, nextval('mirror.version') from generate_series(1, 2) n;
    insert into mirror.account select 'default', 'M1', 'Middle Holding', null, null, nextval('mirror.version');`),
  );
  const heed = async () => {
    for (const object of ['Account', 'Contact', 'Lead']) await standardise(contextOf(), object);
    for (const entity of ['company', 'person']) {
      await match(contextOf(), entity);
      await cluster(contextOf(), entity);
    }
    const rows = await db.query<{ id: string; golden_id: string }>(sql`select id, golden_id from golden.crosswalk
      where (entity = 'company') = starts_with(id, 'T') and id in ('L1', 'C0005', 'C0009', 'T1', 'T2')`);
    return Object.fromEntries(rows.map((row) => [row.id, row.golden_id]));
  };
  const apart = await heed();
  expect(new Set([apart.L1, apart.C0005, apart.C0009]).size).toBe(3);
  expect(apart.T1).toBe(apart.T2);
  await db.query(
    raw(`update mirror.lead set is_converted = true, converted_contact_id = 'C0005', _version = nextval('mirror.version');
    update mirror.account set parent_id = 'M1', _version = nextval('mirror.version') where id = 'T2';`),
  );
  const converted = await heed();
  expect(converted.L1).toBe(converted.C0005);
  await db.query(
    raw(`update mirror.contact set _deleted_at = now(), _version = nextval('mirror.version') where id = 'C0005';
    insert into mirror.alias (connection_id, loser_id, winner_id) values ('default', 'C0005', 'C0009');
    update mirror.account set parent_id = 'T1', _version = nextval('mirror.version') where id = 'M1';`),
  );
  const merged = await heed();
  expect(merged.L1).toBe(merged.C0009);
  expect(merged.T1).not.toBe(merged.T2);
  const increments = await db.query(sql`select from match.touched where entity = 'company'`);
  expect(increments.length).toBeGreaterThan(0);
});

it('what moved in another org while everything was compared is looked at again', async () => {
  const other: Context = { ...contextOf(), run: { ...contextOf().run, connectionId: 'other' } };
  const matchOther = async () => {
    await standardise(other, 'Contact');
    return match(other, 'person');
  };
  const isLinked = async () => {
    const [row] = await db.query<{ linked: boolean }>(sql`select exists (select from match.pair
      where l_connection_id = 'other' and r_connection_id = 'other' and weight > 0) as linked`);
    return row!.linked;
  };
  await db.query(
    raw(`insert into mirror.contact (connection_id, id, first_name, last_name, email, phone, _version)
      select 'other', 'X' || n, 'Ottilie', 'Fernsby', 'o.fernsby' || n || '@fernsby-weaving.com', '(303) 334-18' || n, nextval('mirror.version')
      from generate_series(43, 44) n`),
  );
  await matchOther();
  await edit('email', 'C0500', 'C0501');
  await standardise(contextOf('full'), 'Contact');
  let writeCount = 0;
  const slow: Context = {
    ...contextOf('full'),
    write: async (work) => {
      writeCount += 1;
      // The first looks at what moved, the second stores what comparing everything gave.
      if (writeCount === 2) {
        await db.query(sql`update mirror.contact set (email, phone) = ('o.fernsby43@fernsby-weaving.com', '(303) 334-1843'),
          _version = nextval('mirror.version') where id = 'X44'`);
        expect((await matchOther()).detail).toMatchObject({ movedRecordCount: 1 });
        expect(await isLinked()).toBe(true);
      }
      return db.transaction(work);
    },
  };
  expect((await match(slow, 'person')).detail).toMatchObject({ trainedBecause: 'full' });
  expect((await matchOther()).detail).toMatchObject({ movedRecordCount: 1 });
  expect(await isLinked()).toBe(true);
  await db.query(
    sql`update mirror.contact set _deleted_at = now(), _version = nextval('mirror.version') where connection_id = 'other'`,
  );
  await matchOther();
});

it('too much that moved, and a full run, train the model anew', async () => {
  const [before] = await db.query<{ id: string }>(sql`select id from match.model where entity = 'person'`);
  await db.query(
    sql`update mirror.contact set email = 'x' || email, _version = nextval('mirror.version') where id < 'C0200'`,
  );
  expect((await matchPeople()).detail).not.toHaveProperty('movedRecordCount');
  const [after] = await db.query<{ id: string; moved_count: string }>(
    sql`select id, moved_count from match.model where entity = 'person'`,
  );
  expect(after).toMatchObject({ moved_count: '0' });
  expect(after?.id).not.toBe(before?.id);
  await edit('email', 'C0300', 'C0301');
  expect((await matchPeople('full')).detail).not.toHaveProperty('movedRecordCount');
});

describe('what reviewers said', () => {
  type Said = { id: string; kind: 'same' | 'different'; l_id: string; r_id: string };
  const key = (salesforceId: string) => ({ connectionId: 'default', salesforceId });
  /** The most unsure pairs that are not decided yet, in turn the same and different. */
  const tell = (count: number) =>
    db.query(sql`insert into review.decision (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind, l_value_hash, r_value_hash, reason,
        decided_by, decided_at)
      select 'rev_' || gen_random_uuid(), 'person', p.l_connection_id, p.l_id, p.r_connection_id, p.r_id,
        case when n % 2 = 0 then 'same' else 'different' end, review.value_hash(to_jsonb(x)), review.value_hash(to_jsonb(y)), 'seen', 'ann', now()
      from (select *, row_number() over (order by abs(weight), l_id, r_id) as n from match.pair m where entity = 'person' and not exists (
        select from review.decision d where (d.l_id, d.r_id) = (m.l_id, m.r_id) and d.undone_at is null)) p
      join standard.person x on x.connection_id = p.l_connection_id and x.id = p.l_id
      join standard.person y on y.connection_id = p.r_connection_id and y.id = p.r_id where n <= ${count}`);
  const changes = () =>
    db.query<{ id: string; cause: string; held: boolean; label_count: string }>(
      sql`select * from match.model_change where entity = 'person' order by at desc`,
    );

  it('teaches a new model once there is enough of it, and the change is on record', async () => {
    await tell(19);
    expect((await matchPeople()).detail ?? {}).not.toHaveProperty('trainedBecause');
    await tell(1);
    const logged: object[] = [];
    const log = { ...silentLog, info: (told: object) => void logged.push(told) } as Context['log'];
    expect((await match({ ...contextOf(), log }, 'person')).detail).toMatchObject({ trainedBecause: 'labels' });
    expect(logged).toMatchObject([
      { entity: 'person', cause: 'labels', labelCount: 20, changedRecordCount: expect.any(Number) },
    ]);
    const [last, ...earlier] = await changes();
    expect(last).toMatchObject({ cause: 'labels', held: false, label_count: '20' });
    expect(earlier.at(-1)).toMatchObject({ cause: 'first' });
    expect((await matchPeople()).detail ?? {}).not.toHaveProperty('trainedBecause');
  });

  it('does not bring a model that changes much of what nobody touched, before a full sync takes it over', async () => {
    const [before] = await db.query<{ id: string }>(sql`select id from match.model where entity = 'person'`);
    await db.query(sql`update match.pair set decision = 'cut' where entity = 'person' and decision = 'link'`);
    await tell(20);
    await edit('email', 'C0400', 'C0401');
    const held = await matchPeople();
    expect(held.warnings?.join()).toMatch(
      /would change \d+ groups \(\d+ %\) with \d+ records .* POST .*accept, or start a sync with mode "full"/,
    );
    expect(held.detail).toMatchObject({ movedRecordCount: 1, heldBecause: 'labels', unchangedCount: 0 });
    expect(held.detail?.changedRecordCount).toBeGreaterThan(40);
    const [during] = await db.query<{ id: string }>(sql`select id from match.model where entity = 'person'`);
    expect(during?.id).toBe(before?.id);
    expect((await changes())[0]).toMatchObject({ cause: 'labels', held: true });
    expect((await matchPeople()).warnings).toBeUndefined();
    expect((await matchPeople('full')).detail).toMatchObject({ trainedBecause: 'full' });
    expect((await matchPeople('full')).detail ?? {}).not.toHaveProperty('trainedBecause');
  });

  it('counts a pair once, and not at all when it is undone and said again', async () => {
    const news = async () => {
      const [known] = await db.query<{ version: string }>(
        sql`select review_version as version from match.model where entity = 'person'`,
      );
      const [found] = await db.query<{ count: string }>(newsSql('person', sql`${known!.version}::bigint`));
      return Number(found?.count);
    };
    expect(await news()).toBe(0);
    // Of records nobody said anything else about: no decision contradicts another.
    const [standing] =
      await db.query<Said>(sql`select id, kind, l_id, r_id from review.decision d where undone_at is null
      and not exists (select from review.decision o where o.id <> d.id and (o.l_id in (d.l_id, d.r_id) or o.r_id in (d.l_id, d.r_id)))
      order by l_id, r_id limit 1`);
    const say = ({ kind, l_id, r_id }: Said) =>
      decide(
        db,
        { entity: 'person', kind, left: key(l_id), right: key(r_id), reason: 'seen', by: systemActor('ann') },
        new Date(),
      );
    await undo(db, standing!.id, 'slipped', systemActor('ann'), new Date());
    expect(await news()).toBe(1);
    const again = await say(standing!);
    expect(await news()).toBe(0);
    // The opposite takes the first back: one pair, one thing said.
    const other = await say({ ...standing!, kind: standing!.kind === 'same' ? 'different' : 'same' });
    expect(await news()).toBe(1);
    await undo(db, other.id, 'no', systemActor('ann'), new Date());
    await say(standing!);
    expect(await news()).toBe(0);
    expect(again.id).not.toBe(standing!.id);
    // Said and taken back before anything was learnt from it.
    const [free] =
      await db.query<Said>(sql`select '' as id, 'different' as kind, l_id, r_id from match.pair m where entity = 'person'
      and not exists (select from review.decision d where d.l_id in (m.l_id, m.r_id) or d.r_id in (m.l_id, m.r_id)) order by weight, l_id, r_id limit 1`);
    const brief = await say(free!);
    expect(await news()).toBe(1);
    await undo(db, brief.id, 'no', systemActor('ann'), new Date());
    expect(await news()).toBe(0);
  });

  it('brings a model put aside once somebody accepts it, and obeys the limits that are set', async () => {
    await db.query(sql`update match.pair set decision = 'cut' where entity = 'person' and decision = 'link'`);
    await tell(20);
    const held = await matchPeople();
    expect(held.detail).toMatchObject({ heldBecause: 'labels' });
    await groups();
    await db.query(sql`delete from control.run`);
    expect(await obeyLate(db)).toEqual([]);
    const acceptance = { id: String(held.detail?.heldModelId), reason: 'They are right', by: systemActor('bob') };
    const runId = await acceptModel(db, acceptance, new Date());
    expect(runId).toMatch(/^run_/);
    await expect(acceptModel(db, acceptance, new Date())).rejects.toThrow(/was accepted by bob/);
    // The run that was started for it is lost: the beat starts another.
    await db.query(sql`delete from control.run`);
    expect(await obeyLate(db)).toHaveLength(1);
    expect((await matchPeople()).detail).toMatchObject({ trainedBecause: 'accepted' });
    await db.query(sql`delete from control.run`);
    expect(await obeyLate(db)).toEqual([]);
    expect((await changes())[0]).toMatchObject({ cause: 'accepted', held: false });
    await expect(acceptModel(db, { ...acceptance, id: `${(await changes())[0]!.id}` }, new Date())).rejects.toThrow(
      /was not put aside/,
    );
    await tell(3);
    expect((await matchPeople()).detail ?? {}).not.toHaveProperty('trainedBecause');
    definitions = { ...definitions, matching: { ...definitions.matching, trainAfterDecisions: 3, holdAboveShare: 1 } };
    await db.query(sql`update match.pair set decision = 'cut' where entity = 'person' and decision = 'link'`);
    expect((await matchPeople()).detail).toMatchObject({ trainedBecause: 'labels' });
    definitions = await loadDefinitions();
  });

  it('does not put a model aside that alone can compare a field filled for the first time', async () => {
    const [model] = await db.query<{ content: string }>(sql`select content from match.model where entity = 'person'`);
    const written = JSON.parse(model!.content) as { filled: string[] };
    const fewer = { ...written, filled: written.filled.filter((field) => field !== 'title') };
    expect(fewer.filled.length).toBeLessThan(written.filled.length);
    await db.query(sql`update match.model set content = ${JSON.stringify(fewer)} where entity = 'person'`);
    await db.query(sql`update match.pair set decision = 'cut' where entity = 'person' and decision = 'link'`);
    await tell(20);
    const done = await matchPeople();
    expect(done.detail).toMatchObject({ trainedBecause: 'field' });
    expect(done.warnings ?? []).toEqual([]);
  });

  it('is taken over by a full sync at once, however much was said', async () => {
    await db.query(sql`update match.pair set decision = 'cut' where entity = 'person' and decision = 'link'`);
    await db.query(sql`delete from review.decision`);
    await tell(20);
    await edit('email', 'C0410', 'C0411');
    const done = await matchPeople('full');
    expect(done.warnings ?? []).toEqual([]);
    expect(done.detail).toMatchObject({ trainedBecause: 'full' });
    expect((await changes())[0]).toMatchObject({ cause: 'full', held: false });
  });
});
