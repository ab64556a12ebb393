/** The values of records, as the live org shows them and as the mirror has them, become checksums by month and the fields that differ. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { brokenMark, nulMark } from '../model/text-mark.ts';

export type ValueMonth = {
  month: string | null;
  /** Records whose values were compared: those that both sides have in the same state. */
  comparedCount: number;
  /** Over every compared value of them; equal when all are. */
  orgValueChecksum: string;
  mirrorValueChecksum: string;
  /** Values that differ, and at most five of them by record and field. Values themselves are not shown: they may be anybody's. */
  wrongValueCount: number;
  wrongValues: { id: string; field: string }[];
};

export type ValueField = { field: string; column: string; pg_type: string; salesforce_type: string };

type Compared = {
  connectionId: string;
  table: string;
  fields: ValueField[];
  created: string | null;
  stamp: string | null;
  highWaterAt: Date;
};

/**
 * Fields of a live org that a mirror holds a value of for every record. Formulas move without a stamp and are refreshed on
 * a schedule of their own: between two refreshes they may differ with good reason, so they are left out.
 */
export function valueFields(tx: Transaction, connectionId: string, object: string): Promise<ValueField[]> {
  return tx.query<ValueField>(sql`/* verify.value_field */
    select field, column_name as column, pg_type, salesforce_type from mirror.field
    where connection_id = ${connectionId} and object = ${object} and state = 'visible' and is_filled
      and not is_calculated and parts is null order by field`);
}

/** A random record to begin a sample behind; null when there are too few to choose from. */
export async function sampleStart(tx: Transaction, connectionId: string, table: string, rows: number) {
  const [start] = await tx.query<{ id: string }>(sql`/* verify.sample */ with ids as (
      select id, row_number() over (order by id) as nth, count(*) over () as count
      from ${identifier('mirror', table)} where connection_id = ${connectionId} and _deleted_at is null)
    select id from ids where count > ${rows} and nth <= count - ${rows} order by random() limit 1`);
  return start?.id ?? null;
}

/** `org` is a table of text columns named c0, c1 ... after the fields, `Id` as c0 first. */
export async function compareValues(tx: Transaction, compared: Compared): Promise<ValueMonth[]> {
  const { connectionId, table, fields, created, stamp, highWaterAt } = compared;
  const ofMirror = (column: string | null) => (column === null ? sql`null::timestamptz` : identifier('m', column));
  const stampAt = fields.findIndex(({ column }) => column === stamp);
  const orgStamp =
    stampAt === -1 ? sql`null::timestamptz` : sql`mirror.try_timestamptz(o.${identifier(`c${stampAt + 1}`)})`;
  const pairs = fields.map((one, i) => {
    const given = sql`o.${identifier(`c${i + 1}`)}`;
    const read = readable(one, given);
    const kept = identifier('m', one.column);
    // What cannot be read as its type was quarantined by the sync, and the value before it kept: nothing to compare.
    return {
      field: one.field,
      org: read,
      mirror: sql`case when ${given} is not null and ${read} is null then null else ${kept} end`,
    };
  });
  const wrong = pairs.map(
    ({ field, org, mirror }) => sql`case when ${org} is distinct from ${mirror} then ${field}::text end`,
  );
  const digest = (values: Sql[]) =>
    sql`('x' || left(md5(concat_ws('|', ${join(values.map((value) => sql`coalesce((${value})::text, '')`))})), 15))::bit(60)::bigint`;
  return tx.query<ValueMonth>(sql`/* verify.values */ with row as (
      select m.id, to_char(${ofMirror(created)} at time zone 'utc', 'YYYY-MM') as month,
        array_remove(array[${join(wrong)}]::text[], null) as wrong,
        ${digest(pairs.map(({ org }) => org))} as org_digest, ${digest(pairs.map(({ mirror }) => mirror))} as mirror_digest
      from org o join ${identifier('mirror', table)} m on m.connection_id = ${connectionId} and m.id = mirror.id18(o.c0)
      where (${orgStamp} is null or ${orgStamp} < ${highWaterAt})
        and ${orgStamp} is not distinct from ${stampAt === -1 ? sql`null::timestamptz` : ofMirror(stamp)}),
    named as (select month, id, field, row_number() over (partition by month order by id, field) as nth
      from row cross join lateral unnest(wrong) w(field))
    select month, count(*)::int as "comparedCount", sum(org_digest)::text as "orgValueChecksum",
      sum(mirror_digest)::text as "mirrorValueChecksum", sum(cardinality(wrong))::int as "wrongValueCount",
      coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'field', n.field) order by n.nth)
        from named n where n.month is not distinct from row.month and n.nth <= 5), '[]') as "wrongValues"
    from row group by month order by month nulls last`);
}

/** The value as the mirror would hold it, read again from the text the org sent. */
function readable({ pg_type: type, salesforce_type: declared }: ValueField, given: Sql): Sql {
  if (type !== 'text') return sql`${identifier('mirror', `try_${type}`)}(${given})`;
  if (/^(id|reference)$/.test(declared)) return sql`mirror.id18(${given})`;
  return sql`replace(replace(${given}, ${nulMark}, ''), ${brokenMark}, ${raw(`U&'\\FFFD'`)})`;
}
