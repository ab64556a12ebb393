/** Records whose owner has left: an incident when their share of an object is more than the settings allow, over when it is not. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../../db/connect.ts';
import type { Notice } from '../../../model/notice.ts';
import { defineIncidentKind } from '../kind.ts';

type Share = { object: string; ownedCount: number; inactiveCount: number };

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export default defineIncidentKind({
  when: 'run',
  async look(tx, open, { run, definitions }) {
    const { inactiveOwnerShare: most, minimumRecordCount } = definitions.alerts;
    const rules = definitions.rules.filter(({ violated }) => /\bowner_is_active\b/.test(violated)).map(({ id }) => id);
    const shares = most === null ? [] : await sharesOf(tx, run.id, rules);
    const high = shares.filter(
      ({ ownedCount, inactiveCount }) => ownedCount >= minimumRecordCount && inactiveCount > most! * ownedCount,
    );
    const opened = high
      .filter(({ object }) => !open.some(({ subject }) => subject === object))
      .map((share) => ({
        what: 'open' as const,
        incident: null,
        connectionId: run.connectionId,
        runId: run.id,
        subject: share.object,
        objects: [share.object],
        notice: highNotice(share, most!, run.id),
      }));
    // An object that this run did not score stays as it was.
    const over = open.filter(
      ({ subject }) =>
        most === null ||
        (shares.some(({ object }) => object === subject) && !high.some(({ object }) => object === subject)),
    );
    return [
      ...opened,
      ...over.map((incident) => ({
        what: 'resolve' as const,
        incident,
        connectionId: run.connectionId,
        runId: run.id,
        subject: incident.subject,
        notice: overNotice(incident.subject, run.id),
      })),
    ];
  },
});

function sharesOf(tx: Queryable, runId: string, rules: readonly string[]): Promise<Share[]> {
  return tx.query<Share>(sql`/* alert.inactive_owners */ select object, max(applicable_count)::float8 as "ownedCount",
      max(violated_count)::float8 as "inactiveCount"
    from quality.check_result where run_id = ${runId} and rule_id = any (${[...rules]}::text[]) group by object order by object`);
}

function highNotice({ object, ownedCount, inactiveCount }: Share, most: number, runId: string): Notice {
  const headline = `${object}: ${percent(inactiveCount / ownedCount)} of the records belong to inactive users`;
  return {
    tone: 'alert',
    title: headline,
    summary: `${headline}, more than ${percent(most)}.`,
    sections: [
      { heading: null, lines: [[`${inactiveCount} of ${ownedCount} records; nobody works on them.`]] },
      { heading: 'What to do', lines: [['In Salesforce, transfer the records of users who left to active ones.']] },
    ],
    footnote: `Sync ${runId}`,
  };
}

function overNotice(object: string, runId: string): Notice {
  const headline = `${object}: resolved. Few records belong to inactive users.`;
  return { tone: 'good', title: headline, summary: headline, sections: [], footnote: `Sync ${runId}` };
}
