/** What every stage is handed: the run it works for, the database, the definitions and the ports. */
import sql, { type Sql } from 'sql-template-tag';
import type { Db, Transaction } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { RunMode, StageName } from '../model/run.ts';
import type { Source } from '../model/source.ts';

export type Progress = {
  stage: StageName;
  subject: string;
  doneCount: number;
  totalCount: number | null;
  /** Of a pull: pages landed, requests sent, speed, and seconds until it ends (null when the whole is not known). */
  pageCount?: number;
  callCount?: number;
  rowsPerSecond?: number;
  secondsLeft?: number | null;
};

export type Context = {
  db: Db;
  run: { id: string; connectionId: string; mode: RunMode; objects: string[] | null };
  definitions: Definitions;
  source: Source;
  clock: Clock;
  log: Log;
  /** Aborted when the run is cancelled, its lease is lost or the worker shuts down. */
  signal: AbortSignal;
  /** Live progress for whoever watches; cheap, may be called often. */
  report(progress: Progress): void;
  /**
   * The only way a stage writes: one transaction that first holds the run's fence, so that a worker which lost its
   * lease changes nothing.
   * @throws DomainError `lease-lost`.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A table in the place of review.decision, where it is tried what more decisions would do. */
  decisions?: Sql;
};

/** What reviewers said of pairs: the table of it. */
export const decisionsOf = ({ decisions }: Context): Sql => decisions ?? sql`review.decision`;
