/** Opens the embedded engine an org lives in: one DuckDB file in a temporary folder, gone when the org closes. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export type SqlRow = Record<string, unknown>;

export interface Database {
  /** Where results of bulk jobs lie beside the rows. */
  folder: string;
  /** Every row as an object; for answers of at most a few thousand rows. */
  rows(sql: string): Promise<SqlRow[]>;
  /** One value of one row. */
  value(sql: string): Promise<unknown>;
  run(sql: string): Promise<void>;
  /** One writer at a time, all or nothing: DuckDB refuses a second writer of the same rows instead of waiting. */
  transaction<T>(work: (write: Writer) => Promise<T>): Promise<T>;
  /** Every transaction inside `work` is part of one: all or nothing together. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Connections that all see the rows as they are now, whatever is written meanwhile. */
  snapshot(count: number): Promise<Reader[]>;
  close(): Promise<void>;
}

export interface Reader {
  /** Runs a statement and answers how many rows it wrote. */
  run(sql: string): Promise<number>;
  value(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Writer {
  /** Runs a statement and answers how many rows it touched. */
  run(sql: string): Promise<number>;
  rows(sql: string): Promise<SqlRow[]>;
}

// Java writes 1.0E7 where others write 10000000.0, and so does Salesforce's CSV: below 1e-3 and from 1e7 on.
const macros = `
  create macro id_bits(part) as
    (case when part[1] between 'A' and 'Z' then 1 else 0 end) + (case when part[2] between 'A' and 'Z' then 2 else 0 end)
    + (case when part[3] between 'A' and 'Z' then 4 else 0 end) + (case when part[4] between 'A' and 'Z' then 8 else 0 end)
    + (case when part[5] between 'A' and 'Z' then 16 else 0 end);
  create macro id18(id) as case when length(id) = 15 then id
    || 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[id_bits(id[1:5]) + 1] || 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[id_bits(id[6:10]) + 1]
    || 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[id_bits(id[11:15]) + 1] else id end;
  create macro java_large(digits) as digits[1] || '.' || coalesce(nullif(rtrim(replace(digits[2:], '.', ''), '0'), ''), '0')
    || 'E' || (strpos(digits, '.') - 2);
  create macro java_double(x) as case
    when abs(x) >= 1e7 and abs(x) < 1e15 then (case when x < 0 then '-' else '' end) || java_large(cast(abs(x) as varchar))
    else replace(upper(cast(x as varchar)), 'E+', 'E') end;
`;

// A quarter of the machine's memory: the org shares it with the program under test.
const memoryMiB = Math.max(1024, Math.floor(totalmem() / 4 / 2 ** 20));

export async function openDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-emulator-'));
  const instance = await DuckDBInstance.create(join(folder, 'rows.duckdb'));
  const writer = await instance.connect();
  // Uncompressed: an org lives minutes, and packing it took a third of the time to load it (500,000 contacts, 2 cores).
  await writer.run(`set global TimeZone = 'UTC'; set global force_compression = 'uncompressed';
    set global memory_limit = '${memoryMiB}MiB'; create schema org; create schema log;
    create table log.purged (sobject varchar, id varchar, deleted_at timestamp); ${macros}`);
  // Stages and results need no write-ahead log: in the file they took a job of 500,000 rows 2.3 s, in memory 1.3 s.
  await writer.run(`attach ':memory:' as result`);
  let turn: Promise<unknown> = Promise.resolve();

  const withConnection = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  };
  // Inside `together`, reads must see what was written and not yet committed.
  const ambient = new AsyncLocalStorage<Writer>();
  const rows = async (sql: string) =>
    (await ambient.getStore()?.rows(sql)) ??
    withConnection(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS() as SqlRow[]);

  const transact = async <T>(work: (write: Writer) => Promise<T>): Promise<T> => {
    await writer.run('begin');
    try {
      const answer = await work({
        run: async (sql) => (await writer.run(sql)).rowsChanged,
        rows: async (sql) => (await writer.runAndReadAll(sql)).getRowObjectsJS() as SqlRow[],
      });
      await writer.run('commit');
      return answer;
    } catch (error) {
      await writer.run('rollback');
      throw error;
    }
  };

  return {
    folder,
    rows,
    value: async (sql) => Object.values((await rows(sql))[0] ?? {})[0],
    // On a connection of its own always: a transaction may write to the rows or to results, not to both.
    run: (sql) => withConnection(async (connection) => void (await connection.run(sql))),
    transaction: (work) => {
      const write = ambient.getStore();
      if (write) return work(write);
      const mine = turn.then(() => transact(work));
      turn = mine.catch(() => undefined);
      return mine;
    },
    together: (work) => {
      const mine = turn.then(() => transact((write) => ambient.run(write, work)));
      turn = mine.catch(() => undefined);
      return mine;
    },
    snapshot: (count) => {
      // Between two transactions: no change can come between the first connection and the last.
      const mine = turn.then(() => Promise.all(Array.from({ length: count }, () => openReader(instance))));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await turn;
      writer.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openReader(instance: DuckDBInstance): Promise<Reader> {
  const connection = await instance.connect();
  await connection.run('begin');
  // A transaction begins to see with its first look at a table.
  await connection.run('/* snapshot.open */ select count(*) from log.purged');
  return {
    run: async (sql) => (await connection.run(sql)).rowsChanged,
    value: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS()[0]?.[0],
    close: async () => {
      await connection.run('rollback');
      connection.closeSync();
    },
  };
}
