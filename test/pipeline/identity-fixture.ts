/** A database with hand-made evidence and scored pairs, and the stages cluster and survive to run over them. */
import sql, { type RawValue } from 'sql-template-tag';
import { survive } from '../../src/pipeline/survive.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import { identifier } from '../../src/db/identifier.ts';
import { goldenFixture } from './golden-fixture.ts';

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
  let fingerprint = 0;
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
      fingerprint += 1;
      await db.query(sql`insert into match.state values (${entity}, ${String(fingerprint)}, 'run_1')
        on conflict (entity) do update set fingerprint = excluded.fingerprint`);
    },
    /** What it says when it has brought up to date the pairs of these records only. */
    async matchedOnly(entity: string, ids: string[]) {
      const from = String(fingerprint);
      fingerprint += 1;
      await db.query(
        sql`update match.state set fingerprint = ${String(fingerprint)} where entity = ${entity} returning 1`,
      );
      const [made] = await db.query<{ sequence: string }>(sql`insert into match.increment
        (entity, from_fingerprint, to_fingerprint, run_id) values (${entity}, ${from}, ${String(fingerprint)}, 'run_1') returning sequence`);
      for (const id of ids) await db.query(sql`insert into match.touched values (${made!.sequence}, 'default', ${id})`);
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

export type IdentityFixture = Awaited<ReturnType<typeof identityFixture>>;
