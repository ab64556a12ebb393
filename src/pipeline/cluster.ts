/** The pairs of one entity into clusters, and the clusters into golden ids that stay with their records. */
import sql from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import { DomainError } from '../model/errors.ts';
import type { StageResult } from '../model/run.ts';
import { clusterPairs } from './cluster/components.ts';
import { assignIds, type Member } from './cluster/identity.ts';
import type { Context } from './context.ts';
import { linkThreshold } from './match/engine.ts';

/** Writes golden.identity, golden.crosswalk and golden.event where something changed. @param subject name of the entity */
export async function cluster(context: Context, subject: string): Promise<StageResult> {
  const entity = context.definitions.entities.find(({ name }) => name === subject);
  if (!entity) throw new DomainError('request-invalid', `There is no entity "${subject}".`);
  const members = await context.db.query<Member>(sql`/* cluster.member */
    select s.connection_id, s.object, s.id, c.golden_id from ${identifier('standard', entity.name)} s
    left join golden.crosswalk c on c.entity = ${entity.name} and c.connection_id = s.connection_id and c.id = s.id
    order by s.connection_id, s.id`);
  const place = new Map(members.map((member, at) => [`${member.connection_id} ${member.id}`, at]));
  const pairs = await context.db.query<{ l: string; r: string; weight: number }>(sql`/* cluster.pair */
    select l_connection_id || ' ' || l_id as l, r_connection_id || ' ' || r_id as r, weight from match.pair where entity = ${entity.name}`);
  const known = pairs.filter(({ l, r }) => place.has(l) && place.has(r));
  const clusters = clusterPairs(members.length, {
    left: Int32Array.from(known, ({ l }) => place.get(l) ?? 0),
    right: Int32Array.from(known, ({ r }) => place.get(r) ?? 0),
    score: Float64Array.from(known, ({ weight }) => weight - linkThreshold),
  });
  const before = await context.db.query<{ golden_id: string }>(sql`/* cluster.alive */
    select golden_id from golden.identity where entity = ${entity.name} and retired_at is null order by golden_id`);
  const change = assignIds(
    members,
    clusters,
    before.map((row) => row.golden_id),
    entity.idPrefix,
  );
  const left = await context.db
    .query(sql`/* cluster.gone */ select 1 from golden.crosswalk c where c.entity = ${entity.name} and not exists
    (select 1 from ${identifier('standard', entity.name)} s where s.connection_id = c.connection_id and s.id = c.id)`);
  if (change.events.length + change.moved.length + left.length === 0)
    return { readCount: members.length, changedCount: 0 };
  const now = context.clock.now();
  const run = context.run.id;
  await context.write(async (tx) => {
    await tx.query(sql`/* cluster.mint */ insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
      select golden_id, ${entity.name}, ${run}, ${now} from unnest(${change.minted}::text[]) as golden_id`);
    await tx.query(sql`/* cluster.crosswalk */ insert into golden.crosswalk
      select ${entity.name}, connection_id, id, object, golden_id, ${run}
      from jsonb_to_recordset(${JSON.stringify(change.moved)}::jsonb) as m(connection_id text, id text, object text, golden_id text)
      on conflict (entity, connection_id, id) do update set golden_id = excluded.golden_id, since_run_id = excluded.since_run_id`);
    await tx.query(sql`/* cluster.leave */ delete from golden.crosswalk c where c.entity = ${entity.name} and not exists
      (select 1 from ${identifier('standard', entity.name)} s where s.connection_id = c.connection_id and s.id = c.id)`);
    await tx.query(sql`/* cluster.retire */ update golden.identity i set retired_at = ${now}, retired_into = e.golden_id
      from jsonb_to_recordset(${JSON.stringify(change.retired)}::jsonb) as e(gone text, golden_id text) where i.golden_id = e.gone`);
    await tx.query(sql`/* cluster.event */ insert into golden.event (run_id, at, entity, kind, golden_id, other_golden_id, connection_id, id)
      select ${run}, ${now}, ${entity.name}, kind, golden_id, other_golden_id, connection_id, id
      from jsonb_to_recordset(${JSON.stringify(change.events)}::jsonb)
        as e(kind text, golden_id text, other_golden_id text, connection_id text, id text)`);
  });
  return { readCount: members.length, changedCount: change.moved.length + change.retired.length + left.length };
}
