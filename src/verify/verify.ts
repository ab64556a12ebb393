/** A live org and its mirror become what they do not share, by object and month of creation; nothing is written anywhere. */
import sql, { raw } from 'sql-template-tag';
import type { Db, Transaction } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { DomainError } from '../model/errors.ts';
import type { ExportQuery, Source } from '../model/source.ts';
import { compareValues, sampleStart, valueFields, type ValueMonth } from './values.ts';

/** Counts and checksums are over the records both sides can know: those last changed before the object's last sync. */
export type Month = {
  /** `2026-03`; null for objects without a creation date. */
  month: string | null;
  orgCount: number;
  mirrorCount: number;
  /** Of ids, stamps and deletions; equal when all records are. */
  orgChecksum: string;
  mirrorChecksum: string;
  /** Records of the org that the mirror lacks, that only the mirror has, and whose stamp or deletion differs. */
  missingCount: number;
  extraCount: number;
  differingCount: number;
  /** At most five of those. */
  exampleIds: string[];
  /** Null where no record of the month was compared value by value. */
  values: Omit<ValueMonth, 'month'> | null;
};
export type Verified = {
  object: string;
  isEqual: boolean;
  /** Up to here the mirror claims to be the org. */
  highWaterAt: string;
  /** Changed since then: for the next sync to bring, and no difference. */
  newerCount: number;
  /** Requests it took. */
  callCount: number;
  months: Month[];
};
export type VerifyOptions = {
  connectionId: string;
  objects?: string[];
  /** Whose values are compared too: every record's, or those of a run of records behind a random one; default a sample. */
  values?: 'all' | 'sample' | 'none';
  signal: AbortSignal;
};

type Mirrored = { object: string; table_name: string; high_water_at: Date };
/** Field of Salesforce -> column of the mirror; null where the object has none. */
type Columns = { created: Named | null; stamp: Named | null; deleted: Named | null };
type Named = { field: string; column: string };

const pageRows = 50_000;
/** Records of a sample: one Bulk job of one page. */
const sampleRows = 2_000;
// As the pull chooses them.
const stampFields = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate', 'LoginTime'];

/** @throws DomainError `request-invalid` for an object that was never synced, `salesforce-*`. */
export async function verify(db: Db, source: Source, options: VerifyOptions): Promise<Verified[]> {
  const { connectionId } = options;
  const mirrored = await db.query<Mirrored>(sql`/* verify.object */ select object, table_name, high_water_at
    from mirror.object join mirror.watermark using (connection_id, object)
    where connection_id = ${connectionId} order by object`);
  const wanted = options.objects ?? mirrored.map(({ object }) => object);
  const verified: Verified[] = [];
  for (const name of wanted) {
    const one = mirrored.find(({ object }) => object === name);
    if (!one) throw new DomainError('request-invalid', `${name} was never synced: there is nothing to compare.`);
    verified.push(await verifyObject(db, source.metered(null), one, options));
  }
  return verified;
}

async function verifyObject(db: Db, source: Source, mirrored: Mirrored, options: VerifyOptions): Promise<Verified> {
  const { object, high_water_at: highWaterAt } = mirrored;
  const columns = await columnsOf(db, options.connectionId, object);
  const named = [columns.created, columns.stamp, columns.deleted].filter((one) => one !== null);
  const fields = ['Id', ...new Set(named.map(({ field }) => field))];
  const { months, newerCount } = await db.transaction(async (tx) => {
    const typeOf = (field: string) =>
      field === 'Id' ? 'text' : field === columns.deleted?.field ? 'boolean' : 'timestamptz';
    const typed = fields.map((field) => `${identifier(field).sql} ${typeOf(field)}`).join(', ');
    await tx.query(sql`/* verify.table */ create temporary table org (${raw(typed)}) on commit drop`);
    await readOrg(tx, source, { object, fields, window: null, after: null, sliceRows: null }, options.signal);
    return compare(tx, mirrored, columns, options.connectionId);
  });
  const values = await valuesOf(db, source, mirrored, columns, options);
  for (const month of months) month.values = values.find((one) => one.month === month.month) ?? null;
  const { rest, bulk } = source.calls();
  return {
    object,
    isEqual: months.every(isEqualMonth),
    highWaterAt: highWaterAt.toISOString(),
    newerCount,
    callCount: rest + bulk,
    months,
  };
}

function isEqualMonth({ missingCount, extraCount, differingCount, values }: Month): boolean {
  return missingCount + extraCount + differingCount + (values?.wrongValueCount ?? 0) === 0;
}

/** The values of all records, or of a sample: enough to notice a field that went wrong, at one job's cost. */
async function valuesOf(
  db: Db,
  source: Source,
  { object, table_name: table, high_water_at: highWaterAt }: Mirrored,
  { created, stamp }: Columns,
  { connectionId, values = 'sample', signal }: VerifyOptions,
): Promise<ValueMonth[]> {
  if (values === 'none') return [];
  return db.transaction(async (tx) => {
    const present = new Set((await source.describe(object, signal)).fields.map(({ name }) => name));
    const fields = (await valueFields(tx, connectionId, object)).filter(
      ({ field }) => field !== 'Id' && present.has(field),
    );
    const columns = fields.map((_, i) => `c${i + 1} text`);
    await tx.query(
      sql`/* verify.table */ create temporary table org (${raw(['c0 text', ...columns].join(', '))}) on commit drop`,
    );
    const query = { object, fields: ['Id', ...fields.map(({ field }) => field)], window: null };
    if (values === 'all') await readOrg(tx, source, { ...query, after: null, sliceRows: null }, signal, 'c0');
    else {
      const after = await sampleStart(tx, connectionId, table, sampleRows);
      await readSlice(tx, source, { ...query, after, sliceRows: sampleRows }, signal, names(query.fields.length));
    }
    return compareValues(tx, {
      connectionId,
      table,
      fields,
      created: created?.column ?? null,
      stamp: stamp?.column ?? null,
      highWaterAt,
    });
  });
}

async function columnsOf(db: Db, connectionId: string, object: string): Promise<Columns> {
  const visible = await db.query<Named>(sql`/* verify.field */ select field, column_name as column from mirror.field
    where connection_id = ${connectionId} and object = ${object} and state = 'visible'`);
  const find = (names: string[]) => {
    const name = names.find((wanted) => visible.some(({ field }) => field === wanted));
    return visible.find(({ field }) => field === name) ?? null;
  };
  return { created: find(['CreatedDate']), stamp: find(stampFields), deleted: find(['IsDeleted']) };
}

/** Every page of every slice into the table `org`, whose columns are called after the fields, or c0, c1 and so on. */
async function readOrg(
  tx: Transaction,
  source: Source,
  query: ExportQuery,
  signal: AbortSignal,
  idColumn: 'Id' | 'c0' = 'Id',
): Promise<void> {
  const columns =
    idColumn === 'Id' ? query.fields.map((field) => identifier(field).sql).join(', ') : names(query.fields.length);
  for (let after = query.after; ;) {
    const { isFull } = await readSlice(tx, source, { ...query, after }, signal, columns);
    if (!isFull) return;
    const [last] = await tx.query<{ id: string }>(
      sql`/* verify.last */ select max(${identifier(idColumn)} collate "C") as id from org`,
    );
    after = last!.id;
  }
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(', ');

/** `isFull`: there may be more behind it. */
async function readSlice(
  tx: Transaction,
  source: Source,
  query: ExportQuery,
  signal: AbortSignal,
  columns: string,
): Promise<{ isFull: boolean }> {
  const begun = await source.startExport(query, signal);
  // Columns called after the fields are held against the header.
  const header = columns.startsWith('c0') ? 'true' : 'match';
  let rowCount = 0;
  for (let locator: string | null = null; ;) {
    const page = await source.readPage(begun, locator, pageRows, signal);
    const copied = await tx.copyIn(
      `/* verify.copy */ copy org (${columns}) from stdin (format csv, header ${header}, force_null (${columns}))`,
      page.csv,
    );
    if (copied !== page.rowCount) {
      throw new DomainError(
        'salesforce-answer-invalid',
        `A page of ${query.object} has ${copied} rows, ${page.rowCount} were announced.`,
      );
    }
    rowCount += copied;
    locator = page.nextLocator;
    if (locator === null) break;
  }
  return { isFull: begun.query.sliceRows !== null && rowCount >= begun.query.sliceRows };
}

async function compare(
  tx: Transaction,
  { table_name: table, high_water_at: highWaterAt }: Mirrored,
  { created, stamp, deleted }: Columns,
  connectionId: string,
): Promise<{ months: Month[]; newerCount: number }> {
  const ofOrg = (one: Named | null, type: string) => (one ? identifier(one.field) : raw(`null::${type}`));
  const ofMirror = (one: Named | null, type: string) => (one ? identifier('m', one.column) : raw(`null::${type}`));
  // 60 bits of each row's digest, added up: the sum does not depend on the order, and a numeric holds any number of rows.
  const checksum = (side: 'o' | 'm') =>
    raw(
      `coalesce(sum(('x' || left(md5(${side}.id || ' ' || coalesce(extract(epoch from ${side}.stamp)::text, '') || ' ' || ${side}.is_deleted), 15))::bit(60)::bigint) filter (where ${side}.id is not null), 0)::text`,
    );
  const months = await tx.query<Month>(sql`/* verify.compare */
    with o as (
      select "Id" as id, to_char(${ofOrg(created, 'timestamptz')} at time zone 'utc', 'YYYY-MM') as month,
        ${ofOrg(stamp, 'timestamptz')} as stamp, coalesce(${ofOrg(deleted, 'boolean')}, false) as is_deleted from org
    ),
    m as (
      select m.id, to_char(${ofMirror(created, 'timestamptz')} at time zone 'utc', 'YYYY-MM') as month,
        ${ofMirror(stamp, 'timestamptz')} as stamp, m._deleted_at is not null as is_deleted
      from ${identifier('mirror', table)} m where m.connection_id = ${connectionId}
    ),
    newer as (select id from o where o.stamp >= ${highWaterAt}),
    -- A record the mirror calls deleted and the org no longer has was deleted for good: both agree.
    known as (select * from m where not (m.is_deleted and not exists (select from o where o.id = m.id))),
    judged as (
      select coalesce(o.month, m.month) as month, coalesce(o.id, m.id) as any_id,
        o.id as o_id, o.stamp as o_stamp, o.is_deleted as o_deleted, m.id as m_id, m.stamp as m_stamp, m.is_deleted as m_deleted,
        case when m.id is null then 'missing' when o.id is null then 'extra'
          when (o.stamp, o.is_deleted) is distinct from (m.stamp, m.is_deleted) then 'differing' end as fault
      from (select * from o where id not in (select id from newer)) o
      full join (select * from known where id not in (select id from newer)) m using (id)
    )
    select month, count(o.id)::int as "orgCount", count(m.id)::int as "mirrorCount",
      ${checksum('o')} as "orgChecksum", ${checksum('m')} as "mirrorChecksum",
      (count(*) filter (where fault = 'missing'))::int as "missingCount",
      (count(*) filter (where fault = 'extra'))::int as "extraCount",
      (count(*) filter (where fault = 'differing'))::int as "differingCount",
      coalesce((array_agg(any_id order by any_id) filter (where fault is not null))[1:5], '{}') as "exampleIds"
    from judged
    cross join lateral (select o_id as id, o_stamp as stamp, o_deleted as is_deleted) o
    cross join lateral (select m_id as id, m_stamp as stamp, m_deleted as is_deleted) m
    group by month
    order by month nulls last`);
  const [newer] = await tx.query<{ count: number }>(sql`/* verify.newer */ select count(*)::int as count from org
    where ${ofOrg(stamp, 'timestamptz')} >= ${highWaterAt}`);
  return { months, newerCount: newer!.count };
}
