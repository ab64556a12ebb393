/** Staged text becomes typed values: at full speed where every value of a page is of its type, value by value where one is not. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import { brokenMark, nulMark } from '../../model/text-mark.ts';
import type { Context } from '../context.ts';
import type { Layout } from './layout.ts';
import { isId, type MirrorField } from './mirror-field.ts';
import { stagedField, type Staged } from './stage.ts';

/** What one look over the page found. */
export type PageLook = {
  /** Greatest Id of the page. */
  lastId: string | null;
  /** Every value is written as its type is, so that plain casts cannot misread one. */
  isClean: boolean;
  /** Ids of 15 characters occur. */
  hasShortIds: boolean;
};

/**
 * Plain casts take more than Salesforce writes: `infinity`, `today`, `1_000`, `5/1/2026`. A page with any value not of its
 * type's usual shape is read value by value. LIKE and translate cost a tenth of a regular expression.
 */
function isOdd(one: MirrorField): Sql | null {
  const value = stagedField(one.field);
  switch (one.pg_type) {
    case 'numeric':
      return sql`translate(${value}, '0123456789.-+eE', '') <> ''`;
    case 'boolean':
      return sql`${value} not in ('true', 'false')`;
    case 'date':
      return sql`${value} not like '____-__-__'`;
    case 'timestamptz':
      return sql`${value} not like '____-__-__T%'`;
    case 'time':
      return sql`${value} not like '__:__%'`;
    case 'jsonb':
      return sql`${value} is not null`;
    case 'text':
      return null;
  }
}

export async function lookAtPage(tx: Transaction, fields: MirrorField[], stage: Staged): Promise<PageLook> {
  // Never empty: `Id` itself is among the fields.
  const odd = [sql`s."Id" is null or length(s."Id") not in (15, 18)`, ...fields.flatMap((one) => isOdd(one) ?? [])];
  const short = [
    sql`length(s."Id") = 15`,
    ...fields.filter(isId).map((one) => sql`length(${stagedField(one.field)}) = 15`),
  ];
  const [row] = await tx.query<{ last_id: string | null; odd: boolean; short: boolean }>(sql`/* pull.look */
    select max(s."Id" collate "C") as last_id,
      coalesce(bool_or(${join(odd, ' or ')}), false) as odd, coalesce(bool_or(${join(short, ' or ')}), false) as short
    from ${identifier('stage', stage.table)} s`);
  return { lastId: row?.last_id ?? null, isClean: row?.odd === false, hasShortIds: row?.short === true };
}

export type Reading = Pick<PageLook, 'isClean' | 'hasShortIds'> & { hasMarks: boolean };

/** SQL of one field of the staged row `s`, typed; in a careful reading what cannot be read is null. */
export function typedValue(one: MirrorField, reading: Reading): Sql {
  const staged = stagedField(one.field);
  if (one.pg_type !== 'text') {
    if (reading.isClean) return sql`${staged}::${raw(one.pg_type)}`;
    return sql`${identifier('mirror', `try_${one.pg_type}`)}(${staged})`;
  }
  if (isId(one)) return reading.hasShortIds ? sql`mirror.id18(${staged})` : staged;
  if (!reading.hasMarks) return staged;
  // U+FFFD is Unicode's own word for what could not be read.
  return sql`replace(replace(${staged}, ${nulMark}, ''), ${brokenMark}, '\u{FFFD}')`;
}

/**
 * A value that does not fit its type keeps what was there before: absent is not the same as unreadable. `old` is the
 * mirrored row.
 */
export function keptValue(one: MirrorField, reading: Reading): Sql {
  const value = typedValue(one, reading);
  if (reading.isClean || one.pg_type === 'text') return value;
  return sql`case when ${stagedField(one.field)} is null then null else coalesce(${value}, ${identifier('old', one.column_name)}) end`;
}

/** Notes every value of the page that could not be taken as it came; returns nothing, the count is asked for at the end. */
export async function quarantine(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  stage: Staged,
  reading: Reading,
): Promise<void> {
  if (reading.isClean && !reading.hasMarks) return;
  const checks: Sql[] = [];
  const check = (isFaulty: Sql, field: string, reason: string) =>
    checks.push(sql`(${isFaulty}, ${field}::text, ${reason}::text)`);
  check(
    sql`coalesce(s."Id", '') !~ '^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$'`,
    'Id',
    'is not a Salesforce id; the row is left out',
  );
  for (const one of fields) {
    const staged = stagedField(one.field);
    if (one.pg_type !== 'text') {
      if (reading.isClean) continue;
      const isFaulty = sql`(${staged} is not null and ${typedValue(one, reading)} is null)`;
      check(
        isFaulty,
        one.field,
        `is declared ${one.salesforce_type} and holds something else; the value before is kept`,
      );
    } else if (reading.hasMarks && !isId(one)) {
      check(sql`position(${nulMark} in ${staged}) > 0`, one.field, 'holds a NUL character, which was left out');
      check(
        sql`position(${brokenMark} in ${staged}) > 0`,
        one.field,
        'holds half a surrogate pair or bytes that are no text, shown as U+FFFD',
      );
    }
  }
  await tx.query(sql`/* pull.quarantine */
    insert into mirror.quarantine (run_id, connection_id, object, record_id, field, reason)
    select ${context.run.id}, ${context.run.connectionId}, ${layout.object}, coalesce(s."Id", ''), f.field, f.reason
    from ${identifier('stage', stage.table)} s cross join lateral (values ${join(checks)}) f(is_faulty, field, reason)
    where f.is_faulty on conflict do nothing`);
}
