/** A scheduled sync that failed becomes an incident with its message; the next sync that succeeds resolves it. */
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../../db/connect.ts';
import { type ErrorCode, errorTable } from '../../model/errors.ts';
import type { SlackMessage } from '../../model/notifier.ts';
import type { Clock } from '../../model/ports.ts';
import { openIncident, reviseIncident } from './incident.ts';
import { escape } from './message.ts';

type Failed = { id: string; connectionId: string; org: string; slot_at: Date | null; reason_code: string | null };
type Resolved = { id: string; revision: number; runId: string; connectionId: string; org: string };

/** Whoever starts a sync by hand sees it fail; a night fails unseen. Returns how many incidents were opened and resolved. */
export async function alertFailures(db: Db, clock: Clock): Promise<number> {
  const [failed, over] = await Promise.all([failedRuns(db), overcome(db)]);
  for (const run of failed) {
    await db.transaction((tx) =>
      openIncident(
        tx,
        { run, clock },
        { objects: [], severity: 'critical', failedRunId: run.id, message: failure(run) },
      ),
    );
  }
  for (const { id, revision, runId, connectionId, org } of over) {
    const headline = `${escape(org)}: resolved. The sync succeeded again.`;
    const message = blocksOf(headline, `*:white_check_mark: ${headline}*`, runId);
    await db.transaction(async (tx) => {
      // Several workers look at once, and one of them is first.
      const open = await tx.query(sql`/* alert.failure_open */ select from alert.incident
        where id = ${id} and state <> 'resolved' for update`);
      if (open.length === 0) return;
      await reviseIncident(
        tx,
        { run: { id: runId, connectionId }, clock },
        { id, revision },
        { kind: 'resolve', message },
      );
    });
  }
  return failed.length + over.length;
}

/** Of the last day: what failed while nobody looked at it for longer is no news. */
function failedRuns(db: Queryable): Promise<Failed[]> {
  return db.query(sql`/* alert.failures */ select r.id, r.connection_id as "connectionId", c.name as org, r.slot_at,
      r.reason_code
    from control.run r join control.connection c on c.id = r.connection_id
    where r.trigger = 'schedule' and r.state = 'failed' and r.finished_at > now() - interval '1 day'
      and not exists (select from alert.incident i where i.failed_run_id = r.id)
    order by r.finished_at`);
}

function overcome(db: Queryable): Promise<Resolved[]> {
  return db.query(sql`/* alert.overcome */ select i.id, i.revision, n.id as "runId", i.connection_id as "connectionId",
      c.name as org
    from alert.incident i join control.run f on f.id = i.failed_run_id
      join control.connection c on c.id = i.connection_id
      cross join lateral (select r.id from control.run r
        where r.connection_id = i.connection_id and r.created_at > f.created_at
          and r.state in ('succeeded', 'succeeded_with_warnings') order by r.created_at limit 1) n
    where i.state <> 'resolved'`);
}

/** The kind of fault, never its details: those may name users and hosts, and are in the run. */
function failure({ id, org, slot_at: slotAt, reason_code: code }: Failed): SlackMessage {
  const { title, hint } = errorTable[code && code in errorTable ? (code as ErrorCode) : 'internal'];
  const slot = slotAt === null ? '' : ` of ${slotAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const headline = `${escape(org)}: the scheduled sync${slot} failed. ${title}.`;
  const advice = `What was published before it stays.\n*What to do*\n${escape(hint)}`;
  return blocksOf(headline, `*:warning: ${headline}*\n${advice}`, id);
}

function blocksOf(text: string, section: string, runId: string): SlackMessage {
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: section } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: `Run ${runId}` }] },
  ];
  return { text, blocks };
}
