/** A change of identities into golden.identity, crosswalk, membership, event and stability: all that is kept of it. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Context } from '../context.ts';
import type { GoneMember, IdentityChange, ClusterMember } from '../../matcher/cluster/identity.ts';
import { among, winnerOf } from './constraints.ts';
import { keyOf, type RecordKey } from '../../model/record-key.ts';

const sliceSize = 50_000;

export type Gone = RecordKey & { golden_id: string; winner_id: string | null };

/** SQL of the members that are no evidence any more, with the record each was merged into in Salesforce, if it was. */
export function goneSql(entity: string, keys: readonly RecordKey[] | null): Sql {
  return sql`select c.connection_id, c.id, c.golden_id, m.winner_id
    from golden.crosswalk c
    ${winnerOf(sql`c.connection_id`, sql`c.id`, keys)}
    where c.entity = ${entity} and ${among('c', keys)} and not exists (select 1 from ${identifier('standard', entity)} s
      where s.connection_id = c.connection_id and s.id = c.id) order by c.connection_id, c.id`;
}

export function goneMembersOf(gone: readonly Gone[], place: ReadonlyMap<string, number>): GoneMember[] {
  return gone.flatMap(({ connection_id, winner_id, golden_id }) => {
    const into = winner_id === null ? undefined : place.get(keyOf({ connection_id, id: winner_id }));
    return into === undefined ? [] : [{ golden_id, into }];
  });
}

export async function recordChange(
  tx: Transaction,
  context: Context,
  entity: string,
  change: IdentityChange,
  gone: readonly Gone[],
  before: readonly ClusterMember[],
): Promise<void> {
  const now = context.clock.now();
  const run = context.run.id;
  for (const minted of slices(change.minted)) {
    await tx.query(sql`/* cluster.mint */ insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
      select golden_id, ${entity}, ${run}, ${now} from unnest(${minted}::text[]) as golden_id`);
  }
  for (const part of slices(gone)) {
    const left = rows('m', 'connection_id text, id text', part);
    await tx.query(sql`/* cluster.leave */ delete from golden.crosswalk c using ${left}
      where c.entity = ${entity} and c.connection_id = m.connection_id and c.id = m.id`);
    await end(tx, entity, left, now, run);
  }
  // Nobody had an id on a first night: looking for memberships to end read all there were for each slice of new ones.
  const former = new Set(before.filter(({ golden_id: golden }) => golden !== null).map(keyOf));
  for (const part of slices(change.moved.filter((member) => former.has(keyOf(member))))) {
    await end(tx, entity, rows('m', 'connection_id text, id text', part), now, run);
  }
  for (const part of slices(change.moved)) {
    const moved = rows('m', 'connection_id text, id text, object text, golden_id text', part);
    await tx.query(sql`/* cluster.crosswalk */ insert into golden.crosswalk
      select ${entity}, connection_id, id, object, golden_id, ${run} from ${moved}
      on conflict (entity, connection_id, id) do update set golden_id = excluded.golden_id, object = excluded.object,
        since_run_id = excluded.since_run_id`);
    await tx.query(sql`/* cluster.membership */ insert into golden.membership
      (entity, connection_id, id, object, golden_id, since_at, since_run_id)
      select ${entity}, connection_id, id, object, golden_id, ${now}, ${run} from ${moved}`);
  }
  for (const part of slices(change.retired)) {
    await tx.query(sql`/* cluster.retire */ update golden.identity i set retired_at = ${now}, retired_into = e.golden_id
      from ${rows('e', 'gone text, golden_id text', part)} where i.golden_id = e.gone`);
  }
  for (const part of slices(change.events)) {
    await tx.query(sql`/* cluster.event */ insert into golden.event
      (run_id, at, entity, kind, golden_id, other_golden_id, connection_id, id)
      select ${run}, ${now}, ${entity}, kind, golden_id, other_golden_id, connection_id, id
      from ${rows('e', 'kind text, golden_id text, other_golden_id text, connection_id text, id text', part)}`);
  }
  const touched = new Set([
    ...change.moved.flatMap(({ golden_id: golden }) => golden ?? []),
    ...gone.map(({ golden_id: golden }) => golden),
    ...formerOf(change, before),
    ...change.retired.map((one) => one.gone),
  ]);
  await tx.query(sql`/* cluster.touched */ insert into golden.touched (golden_id, entity, version)
    select golden_id, ${entity}, nextval('mirror.version') from unnest(${[...touched]}::text[]) as golden_id
    on conflict (golden_id) do update set version = excluded.version`);
}

/** The open membership of these records ends now. */
async function end(tx: Transaction, entity: string, records: Sql, now: Date, run: string): Promise<void> {
  await tx.query(sql`/* cluster.ended */ update golden.membership p set until_at = ${now}, until_run_id = ${run}
    from ${records} where p.entity = ${entity} and p.until_at is null and p.connection_id = m.connection_id and p.id = m.id`);
}

/** Of runs that changed something: how many ids outlived it. */
export async function recordStability(
  tx: Transaction,
  context: Context,
  entity: string,
  change: IdentityChange,
  aliveCount: number,
): Promise<void> {
  const count = (kind: string) => change.events.filter((event) => event.kind === kind).length;
  await tx.query(sql`/* cluster.stability */ insert into golden.stability values (${context.run.id}, ${entity},
    ${context.clock.now()}, ${aliveCount}, ${change.keptCount}, ${change.unchangedCount}, ${count('minted')},
    ${count('merged')}, ${count('split')}, ${count('retired')}, ${count('moved')})
    on conflict (run_id, entity) do nothing`);
}

/** Ids that records were taken from. */
function formerOf(change: IdentityChange, before: readonly ClusterMember[]): string[] {
  const moved = new Set(change.moved.map(keyOf));
  return before.flatMap((member) => (member.golden_id !== null && moved.has(keyOf(member)) ? [member.golden_id] : []));
}

/** A million records as one JSON value would be over PostgreSQL's limit of 256 MB. */
function* slices<T>(values: readonly T[]): Generator<T[]> {
  for (let at = 0; at < values.length; at += sliceSize) yield values.slice(at, at + sliceSize);
}

function rows(alias: string, columns: string, values: readonly object[]): Sql {
  return sql`jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as ${identifier(alias)}(${raw(columns)})`;
}
