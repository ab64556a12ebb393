/** Records with more filled fields than a row of PostgreSQL holds: what matters least stays out, by record and field, and is told. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import { objectNamed } from '../../model/definitions.ts';
import { usedFields } from '../../model/object.ts';
import type { Context } from '../context.ts';
import type { Layout } from './layout.ts';
import { isId, type MirrorField } from './mirror-field.ts';

/** What a page of 8 KB leaves for the fields: less the row's header, its bitmap of up to 1,600 columns, our own columns and addresses. */
const bytes = 7_600;
/** A value's own bytes at most; longer ones move out behind a pointer of 18. */
const most = 21;

export const leftOutReason = 'does not fit: the record has more filled fields than one row of PostgreSQL holds';

/** Whether a row with all of these filled could be wider than a page. Few objects are, and only they pay for the look. */
export const isWide = (fields: MirrorField[]): boolean => fields.length * most > bytes;

/** The fields by what their loss would cost: Salesforce's own bookkeeping, what definitions read, its standard fields, the rest. */
function byWeight(context: Context, layout: Layout, fields: MirrorField[]): MirrorField[] {
  const used = new Set(usedFields(objectNamed(context.definitions, layout.object)).flat());
  const rank = (one: MirrorField) => {
    if (one.pg_type === 'timestamptz' || one.pg_type === 'boolean' || isId(one))
      return one.field.endsWith('__c') ? 3 : 0;
    if (used.has(one.field)) return 1;
    return one.field.endsWith('__c') ? 3 : 2;
  };
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

/** Has the staging table empty what does not fit before a row is inserted. `columnOf`: the name of a field's column there. */
export async function fitRows(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  stage: { name: string; columnOf: (field: string) => Sql },
): Promise<void> {
  const table = identifier('stage', stage.name);
  const isNumber = (one: MirrorField) => one.pg_type === 'numeric';
  const room = fields.map((one) => sql`stage.room(new.${stage.columnOf(one.field)}, ${raw(String(isNumber(one)))})`);
  const columns = byWeight(context, layout, fields).map((one) => {
    const name = stage.columnOf(one.field).sql.slice(1, -1);
    return [one.field, name, isNumber(one)];
  });
  const given = JSON.stringify({ bytes, columns }).replaceAll("'", "''");
  await tx.query(sql`/* pull.wide */ alter table ${table} add column _left_out text[]`);
  await tx.query(
    raw(`/* pull.fit */ create trigger fit before insert on ${table.sql} for each row
    when (${join(room, ' + ').sql} > ${bytes}) execute function stage.fit('${given}')`),
  );
}

/** Notes what `fitRows` has emptied in this page. */
export async function noteLeftOut(context: Context, tx: Transaction, layout: Layout, stage: string): Promise<void> {
  const { id, connectionId } = context.run;
  await tx.query(sql`/* pull.left_out */
    insert into mirror.quarantine (run_id, connection_id, object, record_id, field, reason)
    select ${id}, ${connectionId}, ${layout.object}, coalesce(s."Id", ''), f.field, ${leftOutReason}
    from ${identifier('stage', stage)} s cross join lateral unnest(s._left_out) f(field) on conflict do nothing`);
}

/** Of columns read alone: notes, and empties in the staged page, those of records whose mirrored row they would make too wide. */
export async function leaveOut(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  page: { stage: string; id: Sql; staged: (field: string) => Sql; columnOf: (field: string) => Sql },
): Promise<void> {
  const { id: runId, connectionId } = context.run;
  const stage = identifier('stage', page.stage);
  const taken = new Set(fields.map(({ field }) => field));
  const kept = layout.fields.filter((one) => !taken.has(one.field)).map(mirrored);
  const added = fields.map(
    (one) => sql`stage.room(${page.staged(one.field)}, ${raw(String(one.pg_type === 'numeric'))})`,
  );
  const names = fields.map((one) => sql`(${one.field}::text, ${page.staged(one.field)})`);
  const wide = sql`select s."Id" from ${stage} s join ${identifier('mirror', layout.table)} t
    on t.connection_id = ${connectionId} and t.id = ${page.id} collate "C" where ${join([...kept, ...added], ' + ')} > ${bytes}`;
  await tx.query(sql`/* pull.leave_out */ with wide as (${wide}), noted as (
      insert into mirror.quarantine (run_id, connection_id, object, record_id, field, reason)
      select ${runId}, ${connectionId}, ${layout.object}, s."Id", f.field, ${leftOutReason}
      from ${stage} s join wide using ("Id") cross join lateral (values ${join(names)}) f(field, value)
      where f.value is not null on conflict do nothing)
    update ${stage} s set ${join(fields.map((one) => sql`${page.columnOf(one.field)} = null`))}
    from wide where s."Id" = wide."Id"`);
}

function mirrored(one: MirrorField): Sql {
  const column = identifier('t', one.column_name);
  const padding = raw(one.pg_type === 'timestamptz' ? '7' : '0');
  return sql`case when ${column} is null then 0 else least(pg_column_size(${column}) + ${padding}, ${raw(String(most))}) end`;
}
