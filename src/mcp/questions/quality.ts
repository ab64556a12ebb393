/** Questions about how good the data is: scores, what went wrong and why, what should be corrected, how fresh it all is. */
import sql from 'sql-template-tag';
import { z } from 'zod';
import { countFindings, findingGroup, findingSort, listFindings } from '../../views/findings.ts';
import { listIncidents, oneIncident } from '../../views/incidents.ts';
import { listScores } from '../../views/scores.ts';
import { defineQuestion, fromRecord, marked, whole } from '../question.ts';
import { completenessOf, recordCounts } from '../../views/record-counts.ts';
import { publication } from './metrics.ts';

const object = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/)
  .optional()
  .describe('API name of an object, such as Contact');
const rate = (score: number | null) => (score === null ? null : Math.round(score * 1000) / 10);

/** A summary is of our own words with names of a record between them: as many as a message has. */
const summaryLimit = 2_000;

export const howGood = defineQuestion({
  name: 'how_good_is_the_data',
  title: 'How good is the data?',
  description:
    'Quality scores from 0 to 100 by object and dimension, of the last complete sync. Null: nothing could be measured.',
  scope: 'data:read',
  input: z.strictObject({ object }),
  async ask({ db, definitions, connectionId }, { object: only }) {
    const objects = definitions.objects.map(({ name }) => name);
    const { data } = await listScores(db, { connectionId, objects, object: only }, { limit: 1_000, after: null });
    const [first] = data;
    const receipt = { runId: first?.runId ?? null, asOf: first?.measuredAt.toISOString() ?? null };
    const scores = data.map(({ object: of, dimension, score, applicableCount, recordCount }) => ({
      object: of,
      dimension: dimension ?? 'all',
      score: rate(score),
      applicableCount,
      recordCount,
    }));
    const own = [...new Set(scores.filter((one) => one.recordCount > 0).map((one) => one.object))];
    if (own.length > 0)
      return { answer: { scores }, receipt, ...completenessOf(await recordCounts(db, connectionId), own) };
    return { answer: { scores }, receipt, complete: 'unknown', because: 'Nothing was scored yet.' };
  },
});

export const whatWentWrong = defineQuestion({
  name: 'what_went_wrong_and_why',
  title: 'What went wrong, and why?',
  description:
    'Incidents that are not over (or all, or one by id): what fell, since when, and the causes that were found. Say when there is none.',
  scope: 'data:read',
  input: z.strictObject({
    state: z.enum(['unresolved', 'open', 'acknowledged', 'resolved', 'all']).default('unresolved'),
    id: z
      .string()
      .regex(/^inc_[0-9a-f-]{36}$/)
      .optional()
      .describe('One incident, with all that happened to it'),
    limit: z.int().min(1).max(100).default(20),
  }),
  async ask({ db, connectionId, mayNames }, { state, id, limit }) {
    const receipt = await publication(db);
    if (id !== undefined) {
      const found = await oneIncident(db, id);
      if (!found) return { answer: null, receipt, complete: 'yes', because: `There is no incident ${id}.` };
      const { messages: _messages, ...story } = found;
      const steps = story.steps.map(({ actorName, ...step }) => (mayNames ? { ...step, actorName } : step));
      return whole(
        {
          ...story,
          title: fromRecord(story.title),
          summary: fromRecord(story.summary, summaryLimit),
          subject: marked(story.subject),
          detail: marked(story.detail),
          steps: marked(steps),
        },
        receipt,
      );
    }
    const filter = { state: state === 'all' ? undefined : state, connection: connectionId };
    const { data, next } = await listIncidents(db, filter, { limit, after: null });
    const incidents = data.map(({ title, summary, ...row }) => ({
      ...row,
      subject: marked(row.subject),
      title: fromRecord(title),
      summary: fromRecord(summary, summaryLimit),
    }));
    if (next === null) return whole({ incidents }, receipt);
    return {
      answer: { incidents },
      receipt,
      complete: 'no',
      because: `These are the newest ${limit}; there are more.`,
    };
  },
});

export const whatToFix = defineQuestion({
  name: 'what_should_be_fixed',
  title: 'What should be fixed?',
  description:
    'Open findings: counted by rule, object, owner and more, with the money they touch; or the largest ones, one by one, with what to do.',
  scope: 'data:read',
  input: z.strictObject({
    by: z
      .enum([...findingGroup, 'nothing'])
      .default('rule')
      .describe('nothing: the findings one by one'),
    object,
    rule: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,99}$/)
      .optional(),
    ownerId: z
      .string()
      .regex(/^[A-Za-z0-9]{18}$/)
      .optional()
      .describe('Salesforce id of a user, 18 characters'),
    sort: z.enum(findingSort).default('amount').describe('Of findings one by one'),
    limit: z.int().min(1).max(200).default(20).describe('Of findings one by one'),
  }),
  async ask({ db, definitions, connectionId, now, mayNames }, { by, sort, limit, ...only }) {
    const filter = { connectionId, state: 'open' as const, ...only };
    const ask = { filter, withNames: mayNames, now };
    const receipt = await publication(db);
    const rows = await countFindings(db, definitions, ask, by === 'nothing' ? 'object' : by);
    const total = rows.reduce((sum, { count }) => sum + count, 0);
    if (by !== 'nothing') {
      const isPerson = by === 'owner' || by === 'assignee';
      const counts = rows.map(({ value, name, count, amount, oldestAt }) => ({
        value: marked(value),
        name: isPerson ? fromRecord(name) : name,
        count,
        amount,
        oldestAt: oldestAt.toISOString(),
      }));
      if (rows.length < 200) return whole({ total, by, counts }, receipt);
      return {
        answer: { by, counts },
        receipt,
        complete: 'no',
        because: 'These are the 200 largest groups; there are more.',
      };
    }
    const { data } = await listFindings(db, definitions, { ...ask, sort }, { limit, after: null });
    const findings = data.map(
      ({
        id,
        ruleId,
        title,
        advice,
        object: of,
        recordId,
        recordName,
        ownerId,
        ownerName,
        amount,
        promise,
        openedAt,
      }) => ({
        id,
        ruleId,
        title,
        advice,
        object: of,
        recordId,
        recordName: fromRecord(recordName),
        ownerId,
        ownerName: fromRecord(ownerName),
        amount,
        fixing: promise,
        openedAt: openedAt.toISOString(),
      }),
    );
    const answer = { total, shown: findings.length, sort, findings };
    if (findings.length === total) return whole(answer, receipt);
    return {
      answer,
      receipt,
      complete: 'no',
      because: `These are ${findings.length} of ${total}, the first by ${sort}.`,
    };
  },
});

export const howFresh = defineQuestion({
  name: 'how_fresh_is_it',
  title: 'How fresh is it, and does it agree with Salesforce?',
  description:
    'When Salesforce was last read, when the numbers were published, and whether Salesforce counts as many records of each object as Assay holds, and the same deals by stage, owner and month.',
  scope: 'data:read',
  input: z.strictObject({}),
  async ask({ db, connectionId }) {
    const receipt = await publication(db);
    const [run] = await db.query<{ id: string; state: string; finished_at: Date | null }>(sql`/* mcp.run */
      select id, state, finished_at from control.run where connection_id = ${connectionId} order by id desc limit 1`);
    const [read] = await db.query<{ at: Date | null }>(sql`/* mcp.read */
      select min(high_water_at) as at from mirror.watermark where connection_id = ${connectionId}`);
    const counts = await recordCounts(db, connectionId);
    const [deals] = await db.query<{ compared: string; differing: string; at: Date | null }>(sql`/* mcp.reconciled */
      select count(*) as compared, count(*) filter (where not is_equal) as differing, max(compared_at) as at
      from history.reconciliation c where connection_id = ${connectionId}
        and run_id = (select run_id from history.reconciliation where connection_id = ${connectionId} order by compared_at desc limit 1)`);
    const answer = {
      lastRun: run ? { id: run.id, state: run.state, finishedAt: run.finished_at?.toISOString() ?? null } : null,
      readUpTo: read?.at?.toISOString() ?? null,
      publishedAt: receipt.asOf,
      records: counts.map(({ object: of, heldCount, salesforceCount, complete }) => ({
        object: of,
        held: heldCount,
        inSalesforce: salesforceCount,
        complete,
      })),
      dealGroups: {
        comparedGroups: Number(deals?.compared ?? 0),
        differingGroups: Number(deals?.differing ?? 0),
        comparedAt: deals?.at?.toISOString() ?? null,
      },
    };
    if (counts.length === 0)
      return { answer, receipt, complete: 'unknown', because: 'Salesforce was not asked to count its records.' };
    const known = counts.filter(({ heldCount, salesforceCount }) => heldCount > 0 || salesforceCount !== null);
    return {
      answer,
      receipt,
      ...completenessOf(
        counts,
        known.map((one) => one.object),
      ),
    };
  },
});
