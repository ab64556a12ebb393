/** Steps of a run become rows that say what is done, so that another worker goes on after the last finished one. */
import sql from 'sql-template-tag';
import type { Db, Transaction } from '../db/connect.ts';
import type { StageName, StageResult } from '../model/run.ts';
import { appendEvent } from './event.ts';
import { type Lease, writeFenced } from './lease.ts';

/** The ledger the pipeline asks before each step and tells after it; it writes under the run's fence only. */
export type Stages = {
  isDone(stage: StageName, subject: string): Promise<boolean>;
  start(stage: StageName, subject: string): Promise<void>;
  finish(stage: StageName, subject: string, result: StageResult): Promise<void>;
  skip(stage: StageName, subject: string, reason: string): Promise<void>;
  /** Every warning of this run, also of the steps that earlier workers finished. */
  warnings(): Promise<string[]>;
};

type Entry = { state: 'running' | 'done' | 'skipped'; result: StageResult };

/** The ledger of one leased run. Its writes throw DomainError `lease-lost` or `canceled`. */
export function openStages(db: Db, lease: Lease): Stages {
  const write = (stage: StageName, subject: string, entry: Entry) =>
    writeFenced(db, lease, (tx) => put(tx, lease.runId, stage, subject, entry));
  return {
    async isDone(stage, subject) {
      const rows = await db.query(sql`/* stage.finished */ select from control.run_stage where run_id = ${lease.runId}
        and stage = ${stage} and subject = ${subject} and state in ('done', 'skipped')`);
      return rows.length > 0;
    },
    start: (stage, subject) => write(stage, subject, { state: 'running', result: { readCount: 0, changedCount: 0 } }),
    finish: (stage, subject, result) => write(stage, subject, { state: 'done', result }),
    skip: (stage, subject, reason) =>
      write(stage, subject, {
        state: 'skipped',
        result: { readCount: 0, changedCount: 0, warnings: [`${subject} was left out: ${reason}`] },
      }),
    async warnings() {
      const rows = await db.query<{ warning: string }>(sql`/* stage.warnings */ select distinct w.warning
        from control.run_stage, jsonb_array_elements_text(detail -> 'warnings') as w (warning)
        where run_id = ${lease.runId} order by 1`);
      return rows.map(({ warning }) => warning);
    },
  };
}

async function put(tx: Transaction, runId: string, stage: string, subject: string, entry: Entry): Promise<void> {
  const { readCount, changedCount, warnings = [], detail } = entry.result;
  const started = entry.state === 'running';
  await tx.query(sql`/* stage.put */ insert into control.run_stage as s
    (run_id, stage, subject, state, read_count, changed_count, detail, finished_at)
    values (${runId}, ${stage}, ${subject}, ${entry.state}, ${readCount}, ${changedCount},
      ${JSON.stringify({ ...detail, warnings })}::jsonb, case when ${!started} then now() end)
    on conflict (run_id, stage, subject) do update set state = excluded.state, read_count = excluded.read_count,
      changed_count = excluded.changed_count, detail = excluded.detail, finished_at = excluded.finished_at,
      started_at = case when ${started} then now() else s.started_at end`);
  await appendEvent(tx, runId, 'stage', { stage, subject, state: entry.state, readCount, changedCount, warnings });
}
