/** A connection string becomes a pool with three verbs: query, transaction, and COPY in and out inside a transaction. */
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import sql, { type Sql } from 'sql-template-tag';
import { processMark } from '../model/process-mark.ts';
import { type Silence, watchSilence } from './silence.ts';

type Row = Record<string, unknown>;

export type Queryable = {
  /** Runs one statement; rows come back with column names as PostgreSQL has them. bigint and numeric come as strings. */
  query<T extends Row = Row>(statement: Sql): Promise<T[]>;
};

export type Transaction = Queryable & {
  /** `copy ... from stdin`: pipes the bytes in with back-pressure. Returns the rows copied. */
  copyIn(statement: string, source: Readable): Promise<number>;
  /** `copy ... to stdout`: pipes the bytes out with back-pressure. Returns the rows copied. */
  copyOut(statement: string, target: Writable): Promise<number>;
};

export type Db = Queryable & {
  /**
   * Runs the work in one transaction; a deadlock or serialisation failure runs it again, up to five times, so it
   * must not have effects outside the database.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, isolation?: 'repeatable read'): Promise<T>;
  url: string;
  close(): Promise<void>;
};

export type ConnectOptions = {
  /** Seen in pg_stat_activity. */
  name: string;
  maxConnections?: number;
  /** Milliseconds one statement may take; 0 for no limit (the heavy stages). */
  statementTimeout?: number;
  /** Milliseconds a transaction may wait for its next statement before the server ends it and lets its locks go. */
  idleTransactionTimeout?: number;
  onError?: (error: Error) => void;
};

/** As a column of a statement: from here to the end of the transaction statements are planned for any numbers. */
export const planOnce = sql`set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * The same transaction, whose statements from here on are planned once a connection: planning takes longer than finding a few rows
 * does. For statements about few rows that are found by index, as one plan serves whatever number there are.
 */
export function preparing(tx: Transaction): Transaction {
  let isSet: Promise<unknown> | undefined;
  return {
    ...tx,
    async query(statement) {
      isSet ??= tx.query(named(sql`/* db.plan_once */ select ${planOnce}`));
      await isSet;
      return tx.query(named(statement));
    },
  };
}

/** As a column of a statement: takes the lock of this name until the transaction ends. Readers of the view cannot. */
export const lockOf = (name: string) => sql`control.hold(${name})`;

/** Takes the lock of this name until the transaction ends, and goes on as `preparing` does. */
export async function locking(tx: Transaction, lock: string): Promise<Transaction> {
  await tx.query(named(sql`/* db.lock */ select ${lockOf(lock)}, ${planOnce}`));
  return naming(tx);
}

/** As `preparing`, where a statement with `planOnce` went before. */
export function naming(tx: Transaction): Transaction {
  return { ...tx, query: (statement) => tx.query(named(statement)) };
}

/** After any of these: from here on each statement of the transaction itself is planned for its numbers again. */
export async function planningEach(tx: Transaction): Promise<Transaction> {
  await tx.query(sql`/* db.plan_each */ select set_config('plan_cache_mode', 'auto', true)`);
  return tx;
}

/** The statement as one that a connection parses once. */
export function named(statement: Sql): Sql {
  const { text } = statement;
  const name = names.get(text) ?? `assay_${names.size}`;
  names.set(text, name);
  return Object.assign(statement, { name });
}
const names = new Map<string, string>();

/** Up to so many records `preparing` is worth it. */
export const few = 200;

// 0A000 feature_not_supported: a prepared statement whose tables have got another shape since; a new connection plans it anew.
const outdatedCode = '0A000';
// 40001 serialization_failure, 40P01 deadlock_detected: the server rolled back and asks for another try.
const againCodes = new Set(['40001', '40P01']);

/** Our short transactions put one statement after the other; while a COPY waits for Salesforce, its transaction is not idle. */
const idleTransactionTimeout = 30_000;

/** Opens a pool. Half-open sockets are noticed within seconds: idle ones by keep-alive, the others by asking the server. */
export function connect(url: string, options: ConnectOptions): Db {
  // The mark comes last: whoever takes over from a vanished process ends its sessions by it.
  const config = { connectionString: url, application_name: `assay ${options.name} ${processMark}` };
  const silence = watchSilence(config);
  const pool = new pg.Pool({
    ...config,
    max: options.maxConnections ?? 6,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool waits for what it answers; its types do not say so
    onConnect: (client) => silence.greet(client),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    // A day in a rule or a view is a day of UTC, wherever the server stands.
    options: '-c TimeZone=UTC',
    statement_timeout: options.statementTimeout ?? 0,
    idle_in_transaction_session_timeout: options.idleTransactionTimeout ?? idleTransactionTimeout,
  });
  // An idle client whose server went away reports here; the pool has dropped it already.
  pool.on('error', (error) => options.onError?.(error));

  return {
    url,
    query: async <T extends Row>(statement: Sql) => (await pool.query<T>(statement)).rows,
    transaction: (work, isolation) => transact(pool, silence, work, isolation),
    close: async () => {
      silence.close();
      await pool.end();
    },
  };
}

async function transact<T>(
  pool: pg.Pool,
  silence: Silence,
  work: (tx: Transaction) => Promise<T>,
  isolation: string | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    let broken: Error | undefined;
    // Without a listener a connection that dies between two statements would end the process.
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    try {
      await client.query(isolation ? `begin isolation level ${isolation}` : 'begin');
      const result = await work(asTransaction(client, silence));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((rollbackError: Error) => (broken ??= rollbackError));
      const { code = '' } = error as { code?: string };
      const isOutdated = code === outdatedCode;
      if (broken || attempt === 5 || !(isOutdated || againCodes.has(code))) throw error;
      if (isOutdated) broken = error as Error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
    await sleep(20 * 2 ** attempt * Math.random());
  }
}

function asTransaction(client: pg.PoolClient, silence: Silence): Transaction {
  return {
    query: async <T extends Row>(statement: Sql) => (await client.query<T>(statement)).rows,
    async copyIn(statement, source) {
      const sink = client.query(copyStreams.from(statement));
      silence.feeding(client, true);
      const fed = () => silence.feeding(client, false);
      source.once('end', fed);
      await pipeline(source, sink).finally(fed);
      return sink.rowCount;
    },
    async copyOut(statement, target) {
      const stream = client.query(copyStreams.to(statement));
      await pipeline(stream, target);
      return stream.rowCount;
    },
  };
}
