/** A database with hand-made evidence and scored pairs, and the stages cluster and survive to run over them. */
import sql, { type RawValue } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import { everyOrg, putMarks } from '../../src/pipeline/marks.ts';
import { identifier } from '../../src/db/identifier.ts';
import { goldenFixture } from './golden-fixture.ts';

const matchMark = (subject: string) => ({
  subject,
  source: 'match',
  connectionId: everyOrg,
  version: sql`nextval('mirror.version')`,
});

export async function identityFixture() {
  const fixture = await goldenFixture();
  const { db, definitions } = fixture;
  for (const { name, fields } of definitions.entities) {
    await db.query(sql`create table ${identifier('standard', name)} (connection_id text, object text, id text,
      _version bigint, modified_at timestamptz, primary key (connection_id, id))`);
    for (const field of Object.keys(fields)) {
      await db.query(sql`alter table ${identifier('standard', name)} add column ${identifier(field)} text`);
    }
  }
  let version = 0;
  let minute = 0;
  const context = () => {
    minute += 1;
    const clock = { now: () => new Date(Date.UTC(2026, 5, 1, 0, minute)) };
    return Object.assign(fixture.context(), { clock });
  };
  return {
    ...fixture,
    context,
    /** A record with its evidence; `row` holds columns of the object, `evidence` those of the entity. */
    async evidence(
      entity: string,
      object: string,
      row: Record<string, RawValue> & { id: string },
      evidence: Record<string, RawValue> = {},
    ) {
      version += 1;
      const connection_id = row.connection_id ?? 'default';
      await fixture.record(object, row);
      const all = { connection_id, object, id: row.id, _version: version, ...evidence };
      await fixture.insert('standard', entity, all);
    },
    async pair(entity: string, l: string, r: string, weight: number) {
      const decision = weight > 0 ? 'link' : weight > -4 ? 'review' : 'cut';
      const evidence = JSON.stringify([{ field: 'email', level: weight > 0 ? 'same' : 'differs', weight }]);
      await db.query(sql`insert into match.pair values (${entity}, 'run_1', 'default', ${l}, 'default', ${r}, ${weight},
        ${1 / (1 + 2 ** -weight)}, ${decision}, ${evidence}::jsonb)`);
    },
    /** What the match stage says when it has compared anew. */
    async matched(entity: string) {
      await db.query(sql`delete from match.touched where entity = ${entity}`);
      await db.query(putMarks('match', [matchMark(entity)], true));
    },
    /** What it says when it has brought up to date the pairs of these records only. */
    async matchedOnly(entity: string, ids: string[]) {
      await db.query(putMarks('match', [matchMark(entity)]));
      await db.query(sql`insert into match.touched select ${entity}, 'default', id, m.version from unnest(${ids}::text[]) id
        cross join pipeline.mark m where m.stage = 'match' and m.subject = ${entity} and m.source = 'match'
        on conflict (entity, connection_id, id) do update set version = excluded.version`);
    },
    cluster: (entity: string) => cluster(context(), entity),
    async run(entity: string) {
      const clustered = await cluster(context(), entity);
      const survived = await survive(context(), entity);
      return { clustered, survived };
    },
    /** Record id -> golden id. */
    async who(entity: string): Promise<Record<string, string>> {
      const rows = await db.query<{ id: string; golden_id: string }>(
        sql`select id, golden_id from golden.crosswalk where entity = ${entity}`,
      );
      return Object.fromEntries(rows.map((row) => [row.id, row.golden_id]));
    },
  };
}

/** Golden ids that stand somewhere without ever having been minted: no foreign key looks each up, so this looks at all. */
export async function unknownGoldenIds(db: Db): Promise<string[]> {
  const rows = await db.query<{ golden_id: string }>(sql`select distinct golden_id from (
      select golden_id from golden.crosswalk union all select golden_id from golden.membership
      union all select golden_id from golden.proof union all select golden_id from golden.event
      union all select retired_into from golden.identity where retired_into is not null) named
    where not exists (select from golden.identity i where i.golden_id = named.golden_id) order by 1`);
  return rows.map(({ golden_id: goldenId }) => goldenId);
}

export type IdentityFixture = Awaited<ReturnType<typeof identityFixture>>;
