/** A scheduled sync that failed; the next sync that succeeds resolves it. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../../db/connect.ts';
import { minute } from '../../../incidents/step.ts';
import { type ErrorCode, errorTable } from '../../../model/errors.ts';
import type { Notice } from '../../../model/notice.ts';
import { defineIncidentKind } from '../kind.ts';

type Failed = { id: string; connectionId: string; org: string; slot_at: Date | null; reason_code: string | null };
type Overcome = { runId: string; next: string; org: string };

/** Whoever starts a sync by hand sees it fail; a night fails unseen. */
export default defineIncidentKind({
  when: 'beat',
  async look(tx, open) {
    const failed = await failedRuns(tx);
    const overcome = open.length === 0 ? [] : await overcomeRuns(tx);
    return [
      ...failed.map((run) => ({
        what: 'open' as const,
        incident: null,
        connectionId: run.connectionId,
        runId: run.id,
        subject: run.id,
        severity: 'critical' as const,
        notice: failure(run),
      })),
      ...overcome.flatMap(({ runId, next, org }) =>
        open
          .filter(({ subject }) => subject === runId)
          .map((incident) => ({
            what: 'resolve' as const,
            incident,
            connectionId: incident.connectionId,
            runId: next,
            subject: runId,
            notice: success(org, next),
          })),
      ),
    ];
  },
});

/** Of the last day: what failed while nobody looked at it for longer is no news. */
function failedRuns(db: Queryable): Promise<Failed[]> {
  return db.query(sql`/* alert.failures */ select r.id, r.connection_id as "connectionId", c.name as org, r.slot_at,
      r.reason_code
    from control.run r join control.connection c on c.id = r.connection_id
    where r.trigger = 'schedule' and r.state = 'failed' and r.finished_at > now() - interval '1 day'
      and not exists (select from alert.incident i where i.kind = 'failed-run' and i.subject = r.id)
    order by r.finished_at`);
}

function overcomeRuns(db: Queryable): Promise<Overcome[]> {
  return db.query(sql`/* alert.overcome */ select f.id as "runId", n.id as next, c.name as org
    from alert.incident i join control.run f on f.id = i.subject
      join control.connection c on c.id = i.connection_id
      cross join lateral (select r.id from control.run r
        where r.connection_id = i.connection_id and r.created_at > f.created_at
          and r.state in ('succeeded', 'succeeded_with_warnings') order by r.created_at limit 1) n
    where i.kind = 'failed-run' and i.state <> 'resolved'`);
}

/** The kind of fault, never its details: those may name users and hosts, and are in the run. */
function failure({ id, org, slot_at: slotAt, reason_code: code }: Failed): Notice {
  const { title, hint } = errorTable[code && code in errorTable ? (code as ErrorCode) : 'internal'];
  const slot = slotAt === null ? '' : ` of ${minute(slotAt)}`;
  const headline = `${org}: the scheduled sync${slot} failed. ${title}.`;
  return {
    tone: 'alert',
    title: headline,
    summary: headline,
    sections: [
      { heading: null, lines: [['What was published before it stays.']] },
      { heading: 'What to do', lines: [[hint]] },
    ],
    footnote: `Run ${id}`,
  };
}

function success(org: string, runId: string): Notice {
  const headline = `${org}: resolved. The sync succeeded again.`;
  return { tone: 'good', title: headline, summary: headline, sections: [], footnote: `Run ${runId}` };
}
