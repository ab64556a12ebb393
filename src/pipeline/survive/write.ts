/** What survived becomes rows of golden.<entity> and golden.proof, written only where they differ from what is there. */
import { Readable } from 'node:stream';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { isSet, referencesOf } from './layout.ts';
import { within } from './member.ts';
import { strategyOf, type Survivor } from './survivor.ts';
import { goldenColumns } from './table.ts';

export type Outcome = {
  goldenId: string;
  survivors: Survivor[];
  /** Whether its proof is stored: where several records or a pin decide. That of the others follows from the one record. */
  isProven: boolean;
  recordCount: number;
  objectCount: number;
};

/** Rows written, changed or deleted. */
export type Changed = { golden: number; proof: number };

const proofKey = ['golden_id', 'field', 'place'];
const proofTypes = {
  golden_id: 'text',
  field: 'text',
  place: 'int',
  value: 'text',
  value_since: 'timestamptz',
  value_since_is: 'text',
  connection_id: 'text',
  id: 'text',
  strategy: 'text',
  decided_by: 'text',
  pin_id: 'text',
};
const proofColumns = Object.keys(proofTypes);

type Value = string | number | string[] | null;

/** In the order of `golden_id` and `goldenColumns`. */
function goldenRow(entity: EntityDefinition, outcome: Outcome): Value[] {
  const { goldenId, survivors, recordCount, objectCount } = outcome;
  const byField = new Map<string, Survivor | string[]>();
  for (const one of survivors) {
    if (!isSet(entity, one.field)) byField.set(one.field, one);
    else if (one.place === 0) byField.set(one.field, [one.value!]);
    else (byField.get(one.field) as string[]).push(one.value!);
  }
  const values = Object.keys(entity.fields).map((field) => {
    const found = byField.get(field);
    return Array.isArray(found) ? found : (found?.value ?? null);
  });
  const connections = referencesOf(entity).map(
    (field) => (byField.get(field) as Survivor | undefined)?.connectionId ?? null,
  );
  return [goldenId, ...values, ...connections, recordCount, objectCount];
}

/** In the order of `proofColumns`. */
function* proofRows(entity: EntityDefinition, { goldenId, survivors, isProven }: Outcome): Generator<Value[]> {
  if (!isProven) return;
  for (const { field, place, value, since, sinceIs, connectionId, id, decidedBy, pinId } of survivors) {
    const strategy = pinId === null ? strategyOf(entity, field) : 'pin';
    const at = since === null ? null : `${since}+00`;
    yield [goldenId, field, place, value, at, sinceIs, connectionId, id, strategy, decidedBy, pinId];
  }
}

/** In one statement: tables of a few rows cost more than what is in them. */
export async function writeFew(
  tx: Transaction,
  entity: EntityDefinition,
  ids: string[],
  outcomes: Outcome[],
): Promise<Changed> {
  const golden = [['golden_id', 'text'] as const, ...goldenColumns(entity)];
  const rowsOf = (columns: readonly (readonly [string, string])[], rows: Value[][]) => {
    const objects = rows.map((row) => Object.fromEntries(columns.map(([name], at) => [name, row[at]])));
    const types = columns.map(([name, type]) => sql`${identifier(name)} ${raw(type)}`);
    return sql`select * from jsonb_to_recordset(${JSON.stringify(objects)}::jsonb) r (${join(types)})`;
  };
  const steps = changes(entity, ids).map((change, at) => sql`change_${raw(String(at))} as (${change})`);
  const counts = steps.map((_, at) => `(select count(*)::int from change_${at})`);
  const [row] = await tx.query<{ changed: number[] }>(sql`/* survive.few */ with
    fresh as materialized (${rowsOf(
      golden,
      outcomes.map((one) => goldenRow(entity, one)),
    )}),
    fresh_proof as materialized (${rowsOf(
      Object.entries(proofTypes),
      outcomes.flatMap((one) => [...proofRows(entity, one)]),
    )}),
    ${join(steps)} select array[${raw(counts.join(', '))}] as changed`);
  return changedOf(row!.changed);
}

/** Takes a part of the outcomes after the other; `finish` says what changed. */
export type Writer = { add(outcomes: Outcome[]): Promise<void>; finish(): Promise<Changed> };

/** Into tables that are empty: straight by COPY, in the order of their keys. */
export function fillingWriter(tx: Transaction, entity: EntityDefinition): Writer {
  const golden = copying(tx, identifier('golden', entity.name), goldenNames(entity));
  const proof = copying(tx, identifier('golden', 'proof'), proofColumns);
  return {
    add: (outcomes) => addTo(golden, proof, entity, outcomes),
    finish: async () => ({ golden: await golden.finish(), proof: await proof.finish() }),
  };
}

/** By way of temporary tables that are held against what is there. @param ids golden ids that were looked at; null for all */
export async function differingWriter(
  tx: Transaction,
  entity: EntityDefinition,
  ids: string[] | null,
): Promise<Writer> {
  const columns = goldenNames(entity);
  await tx.query(sql`/* survive.fresh */ create temporary table fresh on commit drop
    as select ${identifiers(columns)} from ${identifier('golden', entity.name)} with no data`);
  await tx.query(sql`/* survive.fresh */ create temporary table fresh_proof on commit drop
    as select ${identifiers(proofColumns)} from golden.proof with no data`);
  const golden = copying(tx, identifier('fresh'), columns);
  const proof = copying(tx, identifier('fresh_proof'), proofColumns);
  return {
    add: (outcomes) => addTo(golden, proof, entity, outcomes),
    async finish() {
      await golden.finish();
      await proof.finish();
      await tx.query(sql`/* survive.analyze */ analyze fresh (golden_id), fresh_proof (golden_id, field, place)`);
      const changed: number[] = [];
      for (const change of changes(entity, ids)) {
        const [row] = await tx.query<{ count: number }>(sql`/* survive.change */ with done as (${change})
          select count(*)::int as count from done`);
        changed.push(row!.count);
      }
      await tx.query(sql`/* survive.drop */ drop table fresh, fresh_proof`);
      return changedOf(changed);
    },
  };
}

const goldenNames = (entity: EntityDefinition): string[] => [
  'golden_id',
  ...goldenColumns(entity).map(([name]) => name),
];

const changedOf = ([gone = 0, put = 0, unproved = 0, proved = 0]: number[]): Changed => ({
  golden: gone + put,
  proof: unproved + proved,
});

async function addTo(golden: Copy, proof: Copy, entity: EntityDefinition, outcomes: Outcome[]): Promise<void> {
  for (const outcome of outcomes) {
    golden.add(goldenRow(entity, outcome));
    for (const row of proofRows(entity, outcome)) proof.add(row);
  }
  await golden.flush();
  await proof.flush();
}

/**
 * Golden rows that are no more, those that are new or differ, and the same of the proof. Deleted apart: "not matched by source"
 * would read the whole table however little was touched.
 */
function changes(entity: EntityDefinition, ids: string[] | null): Sql[] {
  const table = identifier('golden', entity.name);
  const names = goldenNames(entity);
  return [
    sql`delete from ${table} t where not exists (select from fresh s where s.golden_id = t.golden_id)
      ${within(sql`t.golden_id`, ids)} returning 1`,
    mergeSql(table, identifier('fresh'), ['golden_id'], names),
    sql`delete from golden.proof t where starts_with(t.golden_id, ${`${entity.idPrefix}_`}) ${within(sql`t.golden_id`, ids)}
      and not exists (select from fresh_proof s where ${sameKey(proofKey)}) returning 1`,
    mergeSql(identifier('golden', 'proof'), identifier('fresh_proof'), proofKey, proofColumns),
  ];
}

function mergeSql(table: Sql, fresh: Sql, key: string[], columns: string[]): Sql {
  const values = columns.filter((column) => !key.includes(column));
  return sql`merge into ${table} t using ${fresh} s on ${sameKey(key)}
    when matched and (${identifiers(values, 't')}) is distinct from (${identifiers(values, 's')}) then
      update set ${join(values.map((column) => sql`${identifier(column)} = ${identifier('s', column)}`))}
    when not matched then insert (${identifiers(columns)}) values (${identifiers(columns, 's')})
    returning 1`;
}

const sameKey = (key: string[]): Sql =>
  join(
    key.map((column) => sql`${identifier('s', column)} = ${identifier('t', column)}`),
    ' and ',
  );

type Copy = { add(row: Value[]): void; flush(): Promise<void>; finish(): Promise<number> };

/** Characters that one COPY takes at least: each has its way there and back. */
const copySize = 4_000_000;

function copying(tx: Transaction, table: Sql, columns: string[]): Copy {
  const statement = `/* survive.copy */ copy ${table.sql} (${identifiers(columns).sql}) from stdin`;
  let lines: string[] = [];
  let size = 0;
  let count = 0;
  const flush = async () => {
    if (lines.length === 0) return;
    const text = lines.join('');
    [lines, size] = [[], 0];
    count += await tx.copyIn(statement, Readable.from([Buffer.from(text)]));
  };
  return {
    add(row) {
      const line = `${row.map(copied).join('\t')}\n`;
      size += line.length;
      lines.push(line);
    },
    flush: async () => (size < copySize ? undefined : flush()),
    async finish() {
      await flush();
      return count;
    },
  };
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const special = /[\\\t\n\r]/;
const escaped = (text: string): string =>
  special.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (one) => escapes[one]!) : text;

/** A value in COPY's text format. */
function copied(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return escaped(`{${value.map((one) => `"${one.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`);
}
