/** What no stage writes again loses a person's values, and stays without them: JSON of incidents, the fix ledger and inputs, notes, names of lists. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';

/** What was held of them. Many are called Ann, and some letters of "Annual" are her name: alone it says nothing in a text. */
export type PersonalValues = { telling: string[]; given: string[]; family: string[] };

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Column = { schema: string; table: string; column: string; type: string };

/** Schemas of what stages do not make anew from the mirror. */
const kept = ['alert', 'control', 'history', 'lookup', 'quality', 'review'];
/** What people or Salesforce worded. Other columns of text hold ids, names of ours, and who did something. */
const worded = ['reason', 'undone_reason', 'note', 'comment', 'fault', 'header'];
const named = ['lookup.list_check', 'history.opportunity_version'];
/** Sealed, of Slack, of the files of rules, or deleted as a whole. */
const left = ['sealed', 'handle', 'headers', 'definition', 'payload', 'body'];

/** More values than these are many. */
const many = 1_000;
const pageSize = 5_000;

/** Stands where a text was that held a value of somebody who is forgotten. */
const forgottenText = '(forgotten)';

/** Every text that names them becomes `forgottenText`: a leaf or a name within JSON, else the whole cell. @param holds whether a column may */
export async function maskTexts(tx: Queryable, values: PersonalValues, holds: (column: string) => Sql): Promise<void> {
  const columns = await tx.query<Column>(sql`/* mask.columns */ select n.nspname as schema, c.relname as "table",
      a.attname as "column", format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any(${kept}) and not a.attisdropped and (
      (a.atttypid = 'jsonb'::regtype and a.attname <> all(${left}))
      or (a.atttypid in ('text'::regtype, 'text[]'::regtype) and (a.attname = any(${worded})
        or (a.attname = 'name' and n.nspname || '.' || c.relname = any(${named})))))
    order by 1, 2, 3`);
  const naming = { isTelling: finder(values.telling), isGiven: finder(values.given), isFamily: finder(values.family) };
  const isMany = values.telling.length + values.family.length > many;
  for (const { schema, table, column, type } of columns) {
    const [from, cell] = [identifier(schema, table), identifier(column)];
    // Every row held against every value would take hours for all people of an org: those are looked up word by word.
    const may = isMany ? sql`${cell} is not null` : holds(cell.sql);
    for (let after = '(0,0)'; ;) {
      const rows = await tx.query<{
        at: string;
        value: Json;
      }>(sql`/* mask.read */ select ctid::text as at, to_jsonb(${cell}) as value
        from ${from} where ctid > ${after}::tid and ${may} order by ctid limit ${pageSize}`);
      for (const { at, value } of rows) {
        const masked = mask(value, naming);
        const to = type === 'jsonb' ? JSON.stringify(masked) : masked;
        if (JSON.stringify(masked) !== JSON.stringify(value))
          await tx.query(sql`/* mask.write */ update ${from} set ${cell} = ${to} where ctid = ${at}::tid`);
      }
      after = rows.at(-1)?.at ?? after;
      if (rows.length < pageSize) break;
    }
  }
}

/** PostgreSQL counts statements by their text, with the values of those that somebody wrote by hand: those are counted no more. */
export async function maskStatements(tx: Queryable, holds: (column: string) => Sql): Promise<void> {
  // The extension may be there and its library not loaded; only who may read and reset it can do so.
  const [extension] = await tx.query<{ schema: string }>(sql`/* mask.extension */ select n.nspname as schema
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements' and current_setting('pg_stat_statements.max', true) is not null
      and pg_has_role('pg_read_all_stats', 'usage') and exists (select from pg_proc p
        where p.pronamespace = n.oid and p.proname = 'pg_stat_statements_reset' and has_function_privilege(p.oid, 'execute'))`);
  if (!extension) return;
  const [statements, reset] = ['pg_stat_statements', 'pg_stat_statements_reset'].map((name) =>
    identifier(extension.schema, name),
  );
  await tx.query(
    sql`/* mask.statements */ select ${reset}(userid, dbid, queryid) from ${statements} where ${holds('query')}`,
  );
}

type Find = (text: string) => boolean;
type Naming = { isTelling: Find; isGiven: Find; isFamily: Find };

const aWord = /[\p{L}\p{N}]+/gu;

/** Whether a text has one of the values in it, as whole words and in any case. Takes as long for a million values as for one. */
function finder(values: readonly string[]): Find {
  const known = new Set<string>();
  let length = 0;
  for (const value of values.map((one) => one.toLowerCase())) {
    const words = [...value.matchAll(aWord)];
    if (words.length === 0) continue;
    // What stands around the words is no part of it: (555) 0177 and 555) 0177 are one.
    known.add(value.slice(words[0]!.index, endOf(words.at(-1)!)));
    length = Math.max(length, words.length);
  }
  return (text) => {
    const lower = text.toLowerCase();
    const words = [...lower.matchAll(aWord)];
    return words.some(({ index }, at) =>
      words.slice(at, at + length).some((last) => known.has(lower.slice(index, endOf(last)))),
    );
  };
}
const endOf = (word: RegExpExecArray) => word.index + word[0].length;

/** A name of ours, as `below-floor`: somebody may be called Floor. */
const isOurs = (text: string): boolean => /^[a-z][a-z0-9_-]*$/.test(text);

function mask(value: Json, naming: Naming, beside: readonly string[] = []): Json {
  const { isTelling, isGiven, isFamily } = naming;
  if (typeof value === 'string') {
    if (isTelling(value) && !isOurs(value)) return forgottenText;
    // Given and family name in one text, or in two of one row.
    const [ofGiven, ofFamily] = [isGiven(value), isFamily(value)];
    const isNamed = (ofGiven && (ofFamily || beside.some(isFamily))) || (ofFamily && beside.some(isGiven));
    return isNamed ? forgottenText : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const texts = Object.values(value).filter((one) => typeof one === 'string');
  if (Array.isArray(value)) return value.map((one) => mask(one, naming, texts));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [mask(key, naming) as string, mask(one, naming, texts)]),
  );
}
