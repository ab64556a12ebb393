/** A matching model that was put aside becomes an incident with one message: what it would change, why, what to do. It ends when a new one is in use. */
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import type { SlackMessage } from '../../model/notifier.ts';
import type { Context } from '../context.ts';
import { openIncident, reviseIncident } from './incident.ts';
import { escape } from './message.ts';

type ModelChange = {
  id: string;
  entity: string;
  run_id: string;
  cause: string;
  held: boolean;
  accepted_by: string | null;
  label_count: number;
  old_wrong_count: number | null;
  new_wrong_count: number;
  unchanged_count: number;
  added_count: number;
  removed_count: number;
  split_count: number;
  merged_count: number;
  changed_record_count: number | null;
  incident_id: string | null;
  revision: number;
  shown_id: string | null;
};

/** Looks at the newest training of each entity. Returns how many incidents were opened, edited or resolved. */
export async function reportModels(tx: Transaction, context: Context): Promise<number> {
  let count = 0;
  for (const change of await newestChanges(tx)) count += Number(await reportModel(tx, context, change));
  return count;
}

/** Returns whether anything was written. */
async function reportModel(tx: Transaction, context: Context, change: ModelChange): Promise<boolean> {
  const { entity, held, incident_id: id, revision, shown_id } = change;
  const shown = { modelChangeId: change.id, message: heldMessage(change) };
  if (id === null) return held && (await openIncident(tx, context, { objects: [entity], severity: 'warn', ...shown }));
  if (held && shown_id === change.id) return false;
  const message = takenOverMessage(change);
  await reviseIncident(
    tx,
    context,
    { id, revision },
    held ? { kind: 'update', ...shown } : { kind: 'resolve', message },
  );
  return true;
}

/** Each with its entity's open incident. */
async function newestChanges(tx: Queryable): Promise<ModelChange[]> {
  return tx.query<ModelChange>(sql`/* alert.models */ select c.id, c.entity, c.run_id, c.cause, c.held,
      (select o.accepted_by from match.model_change o where o.id = i.model_change_id) as accepted_by,
      c.label_count::float8, c.old_wrong_count::float8, c.new_wrong_count::float8, c.unchanged_count::float8, c.added_count::float8,
      c.removed_count::float8, c.split_count::float8, c.merged_count::float8, c.changed_record_count::float8,
      i.id as incident_id, i.revision, i.model_change_id as shown_id
    from (select distinct on (entity) * from match.model_change order by entity, at desc, id desc) c
    left join (select * from alert.incident where state <> 'resolved' and model_change_id is not null for update) i
      on i.objects = array[c.entity] order by c.entity`);
}

/** Counts and ids, never names or addresses. */
export function heldMessage(change: ModelChange): SlackMessage {
  const { id, entity, cause, label_count, old_wrong_count, new_wrong_count } = change;
  const { added_count, removed_count, split_count, merged_count, unchanged_count, changed_record_count } = change;
  const changed = added_count + removed_count + split_count + merged_count;
  const share = Math.round((100 * changed) / Math.max(1, changed + unchanged_count));
  const records = changed_record_count === null ? '' : `, with ${changed_record_count} records`;
  const why =
    cause === 'labels'
      ? `Reviewers made new decisions. Of ${label_count} decisions the model in use contradicts ${old_wrong_count ?? 0}, the new one ${new_wrong_count}.`
      : 'Many records have changed since the last training.';
  const headline = `Approval needed: a new ${entity} matching model would change ${changed} groups (${share} %)`;
  return blocksOf(change, headline, [
    `*:raised_hand: ${headline}*`,
    `${why} It would add ${added_count} groups, remove ${removed_count}, split ${split_count} and merge ${merged_count}${records}. ` +
      'No record of these groups has changed. Assay keeps the old model.',
    '*What to do*\nLook at some pairs of `GET /v1/reviews` and `GET /v1/reviews/decided`.\n' +
      `To approve: \`POST /v1/model-changes/${id}/accept\`, or a sync with mode \`full\`.\n` +
      'To refuse: undo the wrong decisions, or do nothing.',
  ]);
}

function takenOverMessage(change: ModelChange): SlackMessage {
  const { entity, cause, accepted_by } = change;
  const how =
    cause === 'accepted' && accepted_by !== null
      ? `${escape(accepted_by)} approved it`
      : `A later model took over (${cause})`;
  const headline = `Resolved: a new ${entity} matching model is in use. ${how}.`;
  return blocksOf(change, headline, [`*:white_check_mark: ${headline}*`]);
}

function blocksOf({ run_id }: ModelChange, text: string, sections: string[]): SlackMessage {
  const blocks: Record<string, unknown>[] = sections.map((section) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: section },
  }));
  blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Sync ${run_id}` }] });
  return { text, blocks };
}
