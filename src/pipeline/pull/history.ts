/** A page's changes of value become the mirror's own field history: since when a value holds, and which person confirmed it. */
import sql, { join } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import type { Context } from '../context.ts';
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
 * Notes which values the page `incoming` changes. A column not yet filled was unknown, not empty, so it has no change to
 * tell. What changed between two pulls changed at the record's last modification at the latest, and by its user.
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
    select ${context.run.connectionId}, ${layout.object}, i.id, v.field, ${at}, false,
      case when ${by} is null or ${isRobot} then null else ${at} end,
      case when ${isRobot} then null else ${by} end
    from incoming i join ${identifier('mirror', layout.table)} old on old.connection_id = ${context.run.connectionId} and old.id = i.id
    cross join lateral (values ${join(pairs)}) v(field, old_value, new_value)
    where (${values('old')}) is distinct from (${values('i')})
      and v.old_value is distinct from v.new_value and ${at} is not null
      and (${identifier('old', stamp)} is null or ${at} >= ${identifier('old', stamp)})
    on conflict (connection_id, object, record_id, field) do update set
      value_since = excluded.value_since, value_since_is_bound = false,
      last_confirmed_at = excluded.last_confirmed_at, confirmed_by = excluded.confirmed_by
      where excluded.value_since >= h.value_since`);
}
