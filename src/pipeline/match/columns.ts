/** The mapped columns of a source, table `raw`, into the standardised columns that blocking and comparison read. */
import { extraColumn, type CanonicalField, type CompareKind, type Layout } from './definition.ts';
import { halfOf, part } from './functions.ts';

/** A standardised column and the SQL that makes it; `needs` are the fields it comes from: with none of them it is null. */
type Column = { name: string; sql: string };
/** The answer of a value function on a raw column, by SQL: looked up among distinct values, or called row by row. */
type Lookup = (fn: string, column: string) => string;

const kindFunctions: Record<CompareKind, string> = {
  name: 'std_text',
  text: 'std_text',
  category: 'std_text',
  date: 'std_date',
  number: 'std_number',
  id: 'std_id',
};

function personColumns(has: (field: CanonicalField) => boolean, lookup: Lookup): Column[] {
  const given = has('first_name') ? lookup('std_name', 'first_name') : 'null::varchar';
  const family = has('last_name') ? lookup('std_name', 'last_name') : 'null::varchar';
  const full = has('full_name') ? lookup('std_full_name', 'full_name') : 'null::varchar';
  const neither = `(${given} is null and ${family} is null)`;
  const first = `case when ${neither} then ${halfOf(full, 1)} else ${given} end`;
  const last = `case when ${neither} then ${halfOf(full, 2)} else ${family} end`;
  return [
    { name: 'first_pack', sql: first },
    { name: 'last_pack', sql: last },
  ];
}

function contactColumns(has: (field: CanonicalField) => boolean, lookup: Lookup): Column[] {
  return [
    { name: 'email_pack', sql: has('email') ? `std_email(r.email)` : 'null::varchar' },
    {
      name: 'phone_pack',
      sql: has('phone') ? `std_phone(r.phone, ${has('country') ? 'r.country' : 'null'})` : 'null::varchar',
    },
    { name: 'web', sql: has('website') ? lookup('std_website', 'website') : 'null::varchar' },
    { name: 'street', sql: has('street') ? lookup('std_street', 'street') : 'null::varchar' },
    { name: 'city', sql: has('city') ? lookup('std_city', 'city') : 'null::varchar' },
    { name: 'state', sql: has('state') ? lookup('std_text', 'state') : 'null::varchar' },
    { name: 'postal_code', sql: has('postal_code') ? lookup('std_postal_code', 'postal_code') : 'null::varchar' },
    { name: 'birth_date', sql: has('birth_date') ? lookup('std_date', 'birth_date') : 'null::varchar' },
    { name: 'title', sql: has('title') ? lookup('std_text', 'title') : 'null::varchar' },
    { name: 'external_id', sql: has('external_id') ? lookup('std_id', 'external_id') : 'null::varchar' },
  ];
}

/** Parts of the packs, one level up, so that each function is called once a row. */
const unpacked: Column[] = [
  { name: 'first', sql: part('first_pack', 1) },
  { name: 'formal', sql: part('first_pack', 3) },
  { name: 'first_skeleton', sql: part('first_pack', 4) },
  { name: 'last', sql: part('last_pack', 1) },
  { name: 'last_skeleton', sql: part('last_pack', 5) },
  { name: 'suffix', sql: `coalesce(${part('first_pack', 2)}, ${part('last_pack', 2)})` },
  { name: 'email', sql: part('email_pack', 1) },
  { name: 'local', sql: part('email_pack', 2) },
  { name: 'provider', sql: part('email_pack', 4) },
  { name: 'domain', sql: `coalesce(web, ${part('email_pack', 3)})` },
  { name: 'phone', sql: part('phone_pack', 1) },
  { name: 'company', sql: part('company_pack', 1) },
  { name: 'form', sql: part('company_pack', 2) },
  { name: 'company_skeleton', sql: part('company_pack', 3) },
  { name: 'house', sql: `nullif(regexp_extract(street, '\\d+'), '')` },
];
const kept = ['street', 'city', 'state', 'postal_code', 'birth_date', 'title', 'external_id'];

/** All standardised columns of a layout, in the order of the table. */
export function columnNames(layout: Layout): string[] {
  return [...unpacked.map(({ name }) => name), ...kept, ...layout.extras.map((_, at) => extraColumn(at))];
}

/**
 * Statements that fill `plain` (place, standardised columns) from `raw` (place, one column a mapped field,
 * x0, x1 … for the extras).
 * @param inline call the functions row by row: for a few rows; else on distinct values through a dictionary
 */
export function standardiseStatements(layout: Layout, inline: boolean): string[] {
  const has = (field: CanonicalField) => layout.fields.includes(field);
  const statements: string[] = [];
  const joins: string[] = [];
  const lookup: Lookup = (fn, column) => {
    if (inline) return `${fn}(r.${column})`;
    const table = `value_of_${column}`;
    statements.push(
      `create or replace temp table ${table} as select raw_value, ${fn}(raw_value) as standard from (
        select distinct ${column} as raw_value from raw where ${column} is not null)`,
    );
    joins.push(`left join ${table} on ${table}.raw_value = r.${column}`);
    return `${table}.standard`;
  };
  const firmField = layout.entity === 'company' && has('name') ? 'name' : 'company';
  const columns: Column[] = [
    ...(layout.entity === 'person'
      ? personColumns(has, lookup)
      : [
          { name: 'first_pack', sql: 'null::varchar' },
          { name: 'last_pack', sql: 'null::varchar' },
        ]),
    { name: 'company_pack', sql: has(firmField) ? lookup('std_company', firmField) : 'null::varchar' },
    ...contactColumns(has, lookup),
    ...layout.extras.map(({ kind }, at) => ({
      name: extraColumn(at),
      sql: lookup(kindFunctions[kind], extraColumn(at)),
    })),
  ];
  const list = (all: Column[]) => all.map(({ name, sql }) => `${sql} as ${name}`).join(', ');
  const rest = [...kept, ...layout.extras.map((_, at) => extraColumn(at))];
  statements.push(`/* match.standardise */ create or replace table plain as
    select place, ${list(unpacked)}, ${rest.join(', ')}
    from (select r.place, ${list(columns)} from raw r ${joins.join(' ')})`);
  for (const table of new Set(joins.map((join) => join.split(' ')[2]))) statements.push(`drop table ${table}`);
  return statements;
}
