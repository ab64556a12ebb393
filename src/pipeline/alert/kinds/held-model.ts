/** A matching model that was put aside: what it would change, why, what to do. It ends when a new one is in use. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../../db/connect.ts';
import type { Notice } from '../../../model/notice.ts';
import { defineIncidentKind } from '../kind.ts';

type ModelChange = {
  id: string;
  entity: string;
  run_id: string;
  cause: string;
  held: boolean;
  label_count: number;
  old_wrong_count: number | null;
  new_wrong_count: number;
  unchanged_count: number;
  added_count: number;
  removed_count: number;
  split_count: number;
  merged_count: number;
  changed_record_count: number | null;
};

export default defineIncidentKind<{ modelChangeId: string }>({
  when: 'run',
  async look(tx, open, { run }) {
    const changes = await newestChanges(tx);
    const found = [];
    for (const change of changes) {
      const incident = open.find(({ subject }) => subject === change.entity) ?? null;
      const shown = { incident, connectionId: run.connectionId, runId: run.id, subject: change.entity };
      const held = { ...shown, detail: { modelChangeId: change.id }, notice: heldNotice(change) };
      if (!incident) {
        if (change.held && !(await isOpenElsewhere(tx, change.entity))) found.push({ ...held, what: 'open' as const });
      } else if (!change.held) {
        const acceptedBy = await accepterOf(tx, incident.detail.modelChangeId);
        found.push({ ...shown, what: 'resolve' as const, notice: inUseNotice(change, acceptedBy) });
      } else if (incident.detail.modelChangeId !== change.id) {
        found.push({ ...held, what: 'update' as const });
      }
    }
    return found;
  },
});

/** The newest training of each entity. */
function newestChanges(tx: Queryable): Promise<ModelChange[]> {
  return tx.query<ModelChange>(sql`/* alert.models */ select distinct on (entity) id, entity, run_id, cause, held,
      label_count::float8, old_wrong_count::float8, new_wrong_count::float8, unchanged_count::float8, added_count::float8,
      removed_count::float8, split_count::float8, merged_count::float8, changed_record_count::float8
    from match.model_change order by entity, at desc, id desc`);
}

/** A model is of all orgs, and one of them is enough to ask. */
async function isOpenElsewhere(tx: Queryable, entity: string): Promise<boolean> {
  const found = await tx.query(sql`/* alert.model_open */ select from alert.incident
    where kind = 'held-model' and subject = ${entity} and state <> 'resolved'`);
  return found.length > 0;
}

async function accepterOf(tx: Queryable, modelChangeId: string): Promise<string | null> {
  const [row] = await tx.query<{ accepted_by: string | null }>(
    sql`/* alert.model_accepted */ select accepted_by from match.model_change where id = ${modelChangeId}`,
  );
  return row?.accepted_by ?? null;
}

/** Counts and ids, never names or addresses. */
function heldNotice(change: ModelChange): Notice {
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
  const what =
    `It would add ${added_count} groups, remove ${removed_count}, split ${split_count} and merge ${merged_count}${records}. ` +
    'No record of these groups has changed. Assay keeps the old model.';
  return {
    tone: 'ask',
    title: headline,
    summary: headline,
    sections: [
      { heading: null, lines: [[`${why} ${what}`]] },
      {
        heading: 'What to do',
        lines: [
          ['Look at some pairs of ', { code: 'GET /v1/reviews' }, ' and ', { code: 'GET /v1/reviews/decided' }, '.'],
          [
            'To approve: ',
            { code: `POST /v1/model-changes/${id}/accept` },
            ', or a sync with mode ',
            { code: 'full' },
            '.',
          ],
          ['To refuse: undo the wrong decisions, or do nothing.'],
        ],
      },
    ],
    footnote: `Sync ${change.run_id}`,
  };
}

function inUseNotice({ entity, cause, run_id }: ModelChange, acceptedBy: string | null): Notice {
  const how =
    cause === 'accepted' && acceptedBy !== null ? `${acceptedBy} approved it` : `A later model took over (${cause})`;
  const headline = `Resolved: a new ${entity} matching model is in use. ${how}.`;
  return { tone: 'good', title: headline, summary: headline, sections: [], footnote: `Sync ${run_id}` };
}
