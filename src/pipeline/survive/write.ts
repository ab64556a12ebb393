/** What survived becomes rows of golden.<entity> and golden.proof, written only where they differ from what is there. */
import { Readable } from 'node:stream';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { type Done, runSteps, type Steps } from '../../db/steps.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { within } from './member.ts';
import { strategyOf, type Survivor, type Values } from './survivor.ts';
import { goldenColumns } from './table.ts';

export type Outcome = {
  goldenId: string;
  values: Values;
  /** By field of `referencesOf` the org the id is one of. */
  connections: (string | null)[];
  /** The proof to store: where several records or a pin decide. That of the others follows from their one record. */
  proof: Survivor[];
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
  last_confirmed_at: 'timestamptz',
  connection_id: 'text',
  id: 'text',
  strategy: 'text',
  decided_by: 'text',
  pin_id: 'text',
};
const proofColumns = Object.keys(proofTypes);

type Value = string | number | string[] | null;

/** In the order of `golden_id` and `goldenColumns`. */
const goldenRow = ({ goldenId, values, connections, recordCount, objectCount }: Outcome): Value[] => [
  goldenId,
  ...values,
  ...connections,
  recordCount,
  objectCount,
];

/** In the order of `proofColumns`. */
function proofRows(entity: EntityDefinition, { goldenId, proof }: Outcome): Value[][] {
  return proof.map(({ field, place, value, since, sinceIs, confirmed, connectionId, id, decidedBy, pinId }) => {
    const strategy = pinId === null ? strategyOf(entity, field) : 'pin';
    const [at, by] = [since, confirmed].map((time) => (time === null ? null : `${time}+00`)) as [
      string | null,
      string | null,
    ];
    return [goldenId, field, place, value, at, sinceIs, by, connectionId, id, strategy, decidedBy, pinId];
  });
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
  const rows = {
    fresh: { of: rowsOf(golden, outcomes.map(goldenRow)) },
    fresh_proof: {
      of: rowsOf(
        Object.entries(proofTypes),
        outcomes.flatMap((one) => proofRows(entity, one)),
      ),
    },
  };
  return changedOf(await runSteps({ tx, isFew: true }, 'survive', { rows, changes: changes(entity, ids) }));
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
      const done = await runSteps({ tx, isFew: false }, 'survive', { rows: {}, changes: changes(entity, ids) });
      await tx.query(sql`/* survive.drop */ drop table fresh, fresh_proof`);
      return changedOf(done);
    },
  };
}

const goldenNames = (entity: EntityDefinition): string[] => [
  'golden_id',
  ...goldenColumns(entity).map(([name]) => name),
];

const changedOf = ({ counts: { gone = 0, put = 0, unproved = 0, proved = 0 } }: Done): Changed => ({
  golden: gone + put,
  proof: unproved + proved,
});

async function addTo(golden: Copy, proof: Copy, entity: EntityDefinition, outcomes: Outcome[]): Promise<void> {
  for (const outcome of outcomes) {
    golden.add(goldenRow(outcome));
    for (const row of proofRows(entity, outcome)) proof.add(row);
  }
  await golden.flush();
  await proof.flush();
}

/**
 * Golden rows that are no more, those that are new or differ, and the same of the proof. Deleted apart: "not matched by source"
 * would read the whole table however little was touched.
 */
function changes(entity: EntityDefinition, ids: string[] | null): Steps['changes'] {
  const table = identifier('golden', entity.name);
  const names = goldenNames(entity);
  const gone = sql`delete from ${table} t where not exists (select from fresh s where s.golden_id = t.golden_id)
    ${within(sql`t.golden_id`, ids)} returning 1`;
  const unproved = sql`delete from golden.proof t where starts_with(t.golden_id, ${`${entity.idPrefix}_`})
    ${within(sql`t.golden_id`, ids)} and not exists (select from fresh_proof s where ${sameKey(proofKey)}) returning 1`;
  return {
    gone: { of: gone },
    put: { of: mergeSql(table, identifier('fresh'), ['golden_id'], names) },
    unproved: { of: unproved },
    proved: { of: mergeSql(identifier('golden', 'proof'), identifier('fresh_proof'), proofKey, proofColumns) },
  };
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

/** Bytes that one COPY takes at least: each has its way there and back. */
const copySize = 1_000_000;

/** Lines go into bytes at once: kept as texts they were half of the stage's own work, in collecting garbage. */
function copying(tx: Transaction, table: Sql, columns: string[]): Copy {
  const statement = `/* survive.copy */ copy ${table.sql} (${identifiers(columns).sql}) from stdin`;
  let full: Buffer[] = [];
  let open = Buffer.allocUnsafe(copySize);
  let size = 0;
  let count = 0;
  const send = async () => {
    if (full.length === 0 && size === 0) return;
    const bytes = [...full, open.subarray(0, size)];
    [full, open, size] = [[], Buffer.allocUnsafe(copySize), 0];
    count += await tx.copyIn(statement, Readable.from(bytes));
  };
  return {
    add(row) {
      const line = `${row.map(copied).join('\t')}\n`;
      // A character takes three bytes at the most.
      if (size + line.length * 3 > open.length) {
        full.push(open.subarray(0, size));
        [open, size] = [Buffer.allocUnsafe(Math.max(copySize, line.length * 3)), 0];
      }
      size += open.write(line, size);
    },
    flush: async () => (full.length > 0 ? send() : undefined),
    async finish() {
      await send();
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
