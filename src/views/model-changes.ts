/** Trainings of matching models become the list of what each changed, and who took over those that were put aside. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Assessment } from '../model/assessment.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type ModelChangeRow = {
  id: string;
  entity: string;
  runId: string;
  at: Date;
  cause: string;
  /** Put aside. */
  held: boolean;
  labelCount: number;
  oldWrongCount: number | null;
  newWrongCount: number;
  unchangedCount: number;
  addedCount: number;
  removedCount: number;
  splitCount: number;
  mergedCount: number;
  /** Null of trainings before it was counted. */
  changedRecordCount: number | null;
  assessment: Assessment | null;
  acceptedAt: Date | null;
  acceptedBy: string | null;
  acceptedActor: string | null;
  acceptedReason: string | null;
};

/** Newest first. */
export async function listModelChanges(db: Queryable, page: PageRequest): Promise<Page<ModelChangeRow>> {
  const rows = await db.query(sql`/* model_changes.list */ select id, entity, run_id, at, cause, held,
      label_count::float8 as label_count, old_wrong_count::float8 as old_wrong_count,
      new_wrong_count::float8 as new_wrong_count, unchanged_count::float8 as unchanged_count,
      added_count::float8 as added_count, removed_count::float8 as removed_count, split_count::float8 as split_count,
      merged_count::float8 as merged_count, changed_record_count::float8 as changed_record_count,
      assessment, accepted_at, accepted_by, accepted_actor, accepted_reason
    from match.model_change ${page.after ? sql`where id < ${page.after[0]}` : empty}
    order by id desc limit ${page.limit + 1}`);
  return toPage(camelRows<ModelChangeRow>(rows), page, (row) => [row.id]);
}
