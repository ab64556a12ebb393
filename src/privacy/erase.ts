/** Records lose every value they hold: in the mirror, where a run takes it on from, and in what no stage writes again. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import type { FieldKind } from '../model/entity.ts';
import { maskStatements, maskTexts, type PersonalValues } from './mask.ts';

export type RecordsOfObject = { connectionId: string; object: string; ids: string[] };

type MirrorTable = { object: string; table: string; columns: { name: string; field: string; type: string }[] };

/** Kinds of values that point at one human being, wherever they are copied to. */
const identifying = new Set<FieldKind>(['given-name', 'family-name', 'full-name', 'email', 'phone', 'street']);
/** Shorter values are too common to be anybody's. */
const shortest = 3;

/** Tables of the mirror, with the columns of all orgs whose rows lie there. */
async function mirrorTables(tx: Queryable, connectionId: string): Promise<MirrorTable[]> {
  return tx.query<MirrorTable>(sql`/* erase.tables */ select o.object, o.table_name as table,
      coalesce((select jsonb_agg(jsonb_build_object('name', f.column_name, 'field', f.field, 'type', f.salesforce_type))
        from mirror.field f where f.connection_id = o.connection_id and f.object = o.object and f.field <> 'Id'), '[]') as columns
    from mirror.object o where o.connection_id = ${connectionId}`);
}

/**
 * Empties the records' rows in the mirror, which stay as tombstones without a value so that stages learn of it, and drops
 * what is kept beside them: history, faults, comments, reasons, pinned values, kept answers, messages.
 * @returns how many rows were emptied
 */
export async function eraseRecords(
  tx: Queryable,
  definitions: Definitions,
  { connectionId, object, ids }: RecordsOfObject,
  now: Date,
): Promise<number> {
  const tables = await mirrorTables(tx, connectionId);
  const own = tables.find((one) => one.object === object);
  const values = own && (await valuesOf(tx, definitions, own, { connectionId, object, ids }));
  let erased = 0;
  if (own) {
    const blank = own.columns.map(({ name }) => sql`, ${identifier(name)} = null`);
    const [done] = await tx.query<{ count: number }>(sql`/* erase.mirror */ with done as (
        update ${identifier('mirror', own.table)} set _deleted_at = coalesce(_deleted_at, ${now}), _deleted_reason = 'forgotten',
          _version = nextval('mirror.version') ${join(blank, '', '', '')}
        where connection_id = ${connectionId} and id = any(${ids}) returning 1)
      select count(*)::int as count from done`);
    erased = done?.count ?? 0;
  }
  if (values) for (const table of tables) await eraseCopies(tx, connectionId, table, ids, values);
  for (const table of ['field_history', 'first_seen', 'quarantine']) {
    await tx.query(sql`/* erase.beside */ delete from ${identifier('mirror', table)}
      where connection_id = ${connectionId} and record_id = any(${ids})`);
  }
  // A model knows every text it was trained on: it is trained anew, by the run that takes this on.
  await tx.query(sql`/* erase.model */ delete from match.model`);
  await tx.query(sql`/* erase.deal_model */ delete from match.deal_model`);
  await eraseWords(tx, connectionId, ids);
  await tx.query(sql`/* erase.list_answer */ delete from lookup.list_row where answer ->> 'goldenId' in (
    select golden_id from golden.membership where connection_id = ${connectionId} and id = any(${ids}))`);
  if (values) await eraseText(tx, values);
  return erased;
}

/** What points at one human being: by the definitions, and whatever Salesforce says is an e-mail or a telephone. */
async function valuesOf(
  tx: Queryable,
  { entities, objects }: Definitions,
  { table, columns }: MirrorTable,
  { connectionId, object, ids }: RecordsOfObject,
): Promise<PersonalValues> {
  const definition = objects.find(({ name }) => name === object);
  // The whole name is in no mapping.
  const kinds = new Map<string, FieldKind>([['name', 'full-name']]);
  for (const [entity, mapping] of Object.entries(definition?.entities ?? {}))
    for (const [field, from] of Object.entries(mapping)) {
      const kind = entities.find(({ name }) => name === entity)?.fields[field]?.kind;
      if (kind !== undefined && identifying.has(kind))
        for (const one of [from].flat()) kinds.set(one.toLowerCase(), kind);
    }
  const naming = columns.flatMap(({ name, field, type }) => {
    const kind = kinds.get(field.toLowerCase()) ?? (type === 'email' || type === 'phone' ? type : null);
    return kind === null ? [] : [{ name, kind }];
  });
  const values: PersonalValues = { telling: [], given: [], family: [] };
  if (naming.length === 0) return values;
  const pairs = naming.map(({ name, kind }) => sql`(${kind}::text, t.${identifier(name)}::text)`);
  const rows = await tx.query<{ kind: string; value: string }>(sql`/* erase.values */ select distinct v.kind, v.value
    from ${identifier('mirror', table)} t cross join lateral (values ${join(pairs)}) v(kind, value)
    where t.connection_id = ${connectionId} and t.id = any(${ids}) and length(v.value) >= ${shortest}`);
  for (const { kind, value } of rows)
    values[kind === 'given-name' ? 'given' : kind === 'family-name' ? 'family' : 'telling'].push(value);
  return values;
}

/** Rows of other objects that point at the records lose the cells that repeat their values: a campaign member, a task about them. */
async function eraseCopies(
  tx: Queryable,
  connectionId: string,
  { table, columns }: MirrorTable,
  ids: string[],
  { telling, given, family }: PersonalValues,
): Promise<void> {
  // Who reports to them is somebody else, of the same office and switchboard.
  const references = columns
    .filter(({ field, type }) => type === 'reference' && field !== 'ReportsToId')
    .map(({ name }) => identifier(name));
  const texts = columns.filter(({ type }) =>
    /^(string|email|phone|textarea|url|picklist|combobox|address)$/.test(type),
  );
  const [whole, within] = [given, [...telling, ...family]];
  if (references.length === 0 || texts.length === 0 || whole.length + within.length === 0) return;
  const isCopy = ({ name }: { name: string }): Sql => {
    const cell = sql`${identifier(name)}::text`;
    return sql`(${cell} = any(${whole}) or ${isWithin(sql`lower(${cell})`, within)})`;
  };
  const set = texts.map(
    (one) => sql`${identifier(one.name)} = case when ${isCopy(one)} then null else ${identifier(one.name)} end`,
  );
  await tx.query(sql`/* erase.copies */ update ${identifier('mirror', table)}
    set _version = nextval('mirror.version'), ${join(set)}
    where connection_id = ${connectionId} and (${join(
      references.map((column) => sql`${column} = any(${ids})`),
      ' or ',
    )}) and (${join(texts.map(isCopy), ' or ')})`);
}

const isWithin = (text: Sql, values: readonly string[]): Sql =>
  sql`exists (select from unnest(${values.map((one) => one.toLowerCase())}::text[]) v where strpos(${text}, v) > 0)`;

/** What people wrote about the records: comments, reasons, pinned values. Decisions stay, without their words. */
async function eraseWords(tx: Queryable, connectionId: string, ids: string[]): Promise<void> {
  const golden = sql`select m.golden_id from golden.membership m where m.connection_id = ${connectionId} and m.id = any(${ids})`;
  await tx.query(sql`/* erase.pin */ update review.pin set value = null, reason = '', lifted_at = coalesce(lifted_at, now()),
    version = nextval('review.version') where golden_id in (${golden})`);
  await tx.query(sql`/* erase.decision */ update review.decision set reason = '', undone_reason = null,
      l_value_hash = '', r_value_hash = ''
    where (l_connection_id = ${connectionId} and l_id = any(${ids})) or (r_connection_id = ${connectionId} and r_id = any(${ids}))`);
  await tx.query(sql`/* erase.note */ delete from review.finding_note n using quality.finding f
    where f.id = n.finding_id and f.connection_id = ${connectionId} and f.record_id = any(${ids})`);
  await tx.query(sql`/* erase.waiver */ update review.waiver set reason = ''
    where connection_id = ${connectionId} and record_id = any(${ids})`);
}

/** What repeats their values as text, as it is or as JSON has it: answers kept for a day, messages, lists, proposals of rules. */
async function eraseText(tx: Queryable, values: PersonalValues): Promise<void> {
  const { telling, given, family } = values;
  const forms = (values: readonly string[]) => [
    ...new Set(values.flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])),
  ];
  const holds = (column: string) => {
    const text = sql`lower(${raw(column)}::text)`;
    const isNamed = sql`(${isWithin(text, forms(given))} and ${isWithin(text, forms(family))})`;
    return sql`(${isWithin(text, forms(telling))} or ${isNamed})`;
  };
  await tx.query(sql`/* erase.answer */ delete from control.idempotency where ${holds('body')}`);
  await tx.query(sql`/* erase.message */ delete from alert.message where ${holds('payload')}`);
  await tx.query(sql`/* erase.list_row */ delete from lookup.list_row where ${holds('cells')} or ${holds('answer')}`);
  await tx.query(
    sql`/* erase.proposal */ delete from review.backtest where ${holds('proposal')} or ${holds('result')}`,
  );
  await maskTexts(tx, values, holds);
  await maskStatements(tx, holds);
}
