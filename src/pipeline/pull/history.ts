/** A page's changes of value become the mirror's own field history: since when a value holds, and which person confirmed it. */
import sql, { join, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import type { Context } from '../context.ts';
import { markAt, putMarks } from '../marks.ts';
import type { Layout } from './layout.ts';
import type { MirrorField } from './mirror-field.ts';

// Set by Salesforce on every save: their change says nothing about the age of a value.
const bookkeeping = new Set([
  'SystemModstamp',
  'LastModifiedDate',
  'LastModifiedById',
  'LastViewedDate',
  'LastReferencedDate',
]);

/** Integration users by their first 15 characters: their writes move values, but no person has looked at them. */
export function robotsOf(context: Context): string[] {
  return context.definitions.integrationUserIds.map((id) => id.slice(0, 15));
}

/**
 * Users who are named as programs now confirmed nothing before either, and Salesforce's own history says who did: it is read
 * once more. Their records move, so that findings and golden records hear of it.
 */
export async function disownPrograms(context: Context, { object, table }: Layout): Promise<void> {
  const { connectionId } = context.run;
  const robots = robotsOf(context).toSorted();
  const place = { stage: 'pull', subject: object, source: 'programs', connectionId } as const;
  const [known] = await context.db.query<{ hash: string | null }>(
    sql`/* pull.programs */ select hash from ${markAt(place)} mark`,
  );
  const hash = robots.join();
  if ((known?.hash ?? '') === hash) return;
  await context.write(async (tx) => {
    const disowned = await tx.query<{ record_id: string }>(sql`/* pull.disown */
      update mirror.field_history set last_confirmed_at = null, confirmed_by = null
      where connection_id = ${connectionId} and object = ${object} and left(confirmed_by, 15) = any(${robots}::text[])
      returning record_id`);
    const ids = [...new Set(disowned.map((row) => row.record_id))];
    await tx.query(sql`/* pull.disowned */ update ${identifier('mirror', table)} set _version = nextval('mirror.version')
      where connection_id = ${connectionId} and id = any(${ids}::text[])`);
    // Programs that were named from the first have confirmed nothing: there is nothing to read anew.
    if (known !== undefined || ids.length > 0)
      await tx.query(sql`/* pull.reseed */ update mirror.object set history_seeded_at = null
        where connection_id = ${connectionId} and object = ${object}`);
    await tx.query(sql`/* pull.program_mark */ ${putMarks('pull', [{ ...place, version: 0, hash }])}`);
  });
}

/**
 * Keeps the last modification that records of the page `incoming` had when they were first seen, once another takes its
 * place: before it was seen nothing else is known of the age of a value.
 */
export async function keepFirstSeen(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
): Promise<void> {
  const modified = fields.find((one) => one.field === 'LastModifiedDate')?.column_name;
  if (modified === undefined) return;
  const [seen, now] = [identifier('old', modified), identifier('i', modified)];
  await tx.query(sql`/* pull.first_seen */ insert into mirror.first_seen (connection_id, object, record_id, modified_at)
    select ${context.run.connectionId}, ${layout.object}, i.id, ${seen}
    from incoming i join ${identifier('mirror', layout.table)} old on old.connection_id = ${context.run.connectionId} and old.id = i.id
    where ${seen} < ${now} on conflict do nothing`);
}

/**
 * Values of fields that come into sight now, of records known longer: what the records were when they were first seen says
 * nothing of them, so their age is bounded by the last modification before this look.
 * @param rows SQL of the page: `id`, and `modified_at` of its records
 */
export async function boundNewFields(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  rows: Sql,
): Promise<void> {
  const unseen = fields.filter((one) => !one.is_filled && !one.is_calculated && !bookkeeping.has(one.field));
  if (unseen.length === 0) return;
  await tx.query(sql`/* pull.new_fields */
    insert into mirror.field_history (connection_id, object, record_id, field, value_since, value_since_is_bound)
    select f.connection_id, f.object, f.record_id, v.field, p.modified_at, true
    from (${rows}) p
    join mirror.first_seen f on f.connection_id = ${context.run.connectionId} and f.object = ${layout.object} and f.record_id = p.id
    cross join unnest(${unseen.map(({ field }) => field)}::text[]) v(field)
    where p.modified_at > f.modified_at on conflict do nothing`);
}

/**
 * Notes which values the page `incoming` changes. A column not yet filled was unknown, not empty, so it has no change to
 * tell. What a program writes nobody confirmed, but what it fills in where nothing was is as old as that. What changed between
 * two pulls changed at the record's last modification at the latest, and by its user, unless Salesforce's own history has said
 * when and who already.
 */
export async function noteChanges(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
): Promise<void> {
  const watched = fields.filter((one) => one.is_filled && !one.is_calculated && !bookkeeping.has(one.field));
  const columnOf = (name: string) => fields.find((one) => one.field === name)?.column_name;
  const stamp = columnOf('LastModifiedDate') ?? columnOf('SystemModstamp') ?? columnOf('CreatedDate');
  if (watched.length === 0 || stamp === undefined) return;
  const at = identifier('i', stamp);
  const modifier = columnOf('LastModifiedById');
  const by = modifier === undefined ? sql`null::text` : identifier('i', modifier);
  const isRobot = sql`left(${by}, 15) = any(${robotsOf(context)}::text[])`;
  const values = (alias: string) => join(watched.map((one) => identifier(alias, one.column_name)));
  const pairs = watched.map(
    ({ field, column_name: name }) => sql`(${field}::text, old.${identifier(name)}::text, i.${identifier(name)}::text)`,
  );
  await tx.query(sql`/* pull.history */
    insert into mirror.field_history as h
      (connection_id, object, record_id, field, value_since, value_since_is_bound, last_confirmed_at, confirmed_by)
    select ${context.run.connectionId}, ${layout.object}, i.id, v.field, coalesce(k.value_since, ${at}), false,
      case when k.value_since is not null then case when v.old_value is null then k.value_since else k.last_confirmed_at end
        when ${by} is null or (${isRobot} and v.old_value is not null) then null else ${at} end,
      case when k.value_since is not null then k.confirmed_by when ${isRobot} then null else ${by} end
    from incoming i join ${identifier('mirror', layout.table)} old on old.connection_id = ${context.run.connectionId} and old.id = i.id
    cross join lateral (values ${join(pairs)}) v(field, old_value, new_value)
    left join mirror.field_history k on k.connection_id = old.connection_id and k.object = ${layout.object} and k.record_id = old.id
      and k.field = v.field and not k.value_since_is_bound and k.value_since > ${identifier('old', stamp)}
    where (${values('old')}) is distinct from (${values('i')})
      and v.old_value is distinct from v.new_value and ${at} is not null
      and (${identifier('old', stamp)} is null or ${at} >= ${identifier('old', stamp)})
    on conflict (connection_id, object, record_id, field) do update set
      value_since = excluded.value_since, value_since_is_bound = false,
      last_confirmed_at = coalesce(excluded.last_confirmed_at, h.last_confirmed_at),
      confirmed_by = case when excluded.last_confirmed_at is null then h.confirmed_by else excluded.confirmed_by end
      where excluded.value_since >= h.value_since`);
}
