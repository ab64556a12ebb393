/** Open and closed findings of the quality rules, and the scores they add up to. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sql, { empty } from 'sql-template-tag';
import { z } from 'zod';
import type { Definitions } from '../../model/definitions.ts';
import { dimension } from '../../model/rule.ts';
import { completeStates } from '../../model/run.ts';
import type { AppContext } from '../app-context.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { objectName, rate, runId, salesforceId, time } from '../shapes.ts';
import { toSalesforceId18 } from '../salesforce-id.ts';

export const finding = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleVersion: z.int(),
    title: z.string().nullable().describe('What the rule finds; null when the rule is no longer there'),
    advice: z.string().nullable().describe('What to do in Salesforce'),
    object: z.string(),
    recordId: z.string(),
    field: z.string().nullable(),
    dimension,
    severity: z.enum(['warn', 'critical']),
    isStale: z.boolean(),
    ownerId: z.string().nullable(),
    amount: z.number().nullable(),
    openedAt: time,
    lastSeenAt: time,
    closedAt: time.nullable(),
  })
  .meta({ id: 'Finding' });

/** The columns of a finding that are shown. */
export const findingColumns = sql`id, rule_id, rule_version, object, record_id, field, dimension, severity, is_stale,
  owner_id, amount, opened_at, closed_at, case when closed_at is null then greatest(last_seen_at, (select judged_at
    from quality.judgement j where j.connection_id = finding.connection_id and j.object = finding.object)) else last_seen_at end as last_seen_at`;

/** A row of `findingColumns` as it is shown, with the words of its rule. */
export const findingView =
  ({ rules }: Definitions) =>
  (row: Record<string, unknown>) => {
    const rule = rules.find(({ id }) => id === row.rule_id);
    return present(finding, { ...row, title: rule?.title ?? null, advice: rule?.advice ?? null });
  };

const score = z
  .object({
    runId: z.string(),
    object: z.string(),
    dimension: dimension.nullable().describe('Null: the whole object'),
    score: rate.nullable().describe('0..1; null when nothing could be measured'),
    applicableCount: z.int(),
    recordCount: z.int(),
    measuredAt: time,
  })
  .meta({ id: 'Score' });

const findingQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'closed', 'all']).default('open'),
  rule: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,99}$/)
    .optional(),
  object: objectName.optional(),
  recordId: salesforceId.optional(),
  ownerId: salesforceId.optional(),
  dimension: dimension.optional(),
  severity: z.enum(['warn', 'critical']).optional(),
  stale: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).optional(),
});

export const findingRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;

  app.get(
    '/v1/findings',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Records that break a rule, with what to do',
        querystring: findingQuery,
        response: { 200: pageOf(finding), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('findings', query.cursor, 1);
      const rows = await db.query(sql`/* findings.list */ select ${findingColumns} from quality.finding
        where connection_id = ${connectionId}
        ${query.state === 'all' ? empty : query.state === 'open' ? sql`and closed_at is null` : sql`and closed_at is not null`}
        ${query.rule ? sql`and rule_id = ${query.rule}` : empty}
        ${query.object ? sql`and object = ${query.object}` : empty}
        ${query.recordId ? sql`and record_id = ${toSalesforceId18(query.recordId)}` : empty}
        ${query.ownerId ? sql`and owner_id = ${toSalesforceId18(query.ownerId)}` : empty}
        ${query.dimension ? sql`and dimension = ${query.dimension}` : empty}
        ${query.severity ? sql`and severity = ${query.severity}` : empty}
        ${query.stale === undefined ? empty : sql`and is_stale = ${query.stale}`}
        ${after ? sql`and id < ${after[0]}` : empty}
        order by id desc limit ${query.limit + 1}`);
      const shown = rows.map(findingView(definitions));
      return toPage('findings', shown, query.limit, (row) => [row.id]);
    },
  );

  app.get(
    '/v1/scores',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary:
          'Quality scores by object and dimension; each of the last complete sync that scored it, unless runId says one',
        querystring: z.strictObject({ ...pageQuery, runId: runId.optional(), object: objectName.optional() }),
        response: { 200: pageOf(score), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('scores', query.cursor, 3);
      // The cursor carries the run, so that a sync which ends between two pages does not mix its scores in.
      const run = after?.[0] ?? query.runId ?? (await lastScoredRun());
      if (!run) return { data: [], nextCursor: null };
      // A sync of some objects scores those alone: what the others scored before still holds.
      const before = query.runId
        ? sql`= ${run}`
        : sql`= (select max(o.run_id) from quality.score o join control.run r on r.id = o.run_id
            where o.connection_id = s.connection_id and o.object = s.object and o.run_id <= ${run} and r.state = any(${completeStates}))
            and object = any(${definitions.objects.map(({ name }) => name)})`;
      const rows = await db.query(sql`/* scores.list */
        select run_id, object, dimension, score, applicable_count::int as applicable_count,
          record_count::int as record_count, measured_at
        from quality.score s where connection_id = ${connectionId} and run_id ${before}
        ${query.object ? sql`and object = ${query.object}` : empty}
        ${after ? sql`and (object, coalesce(dimension, '')) > (${after[1]}, ${after[2]})` : empty}
        order by object, coalesce(dimension, '') limit ${query.limit + 1}`);
      const shown = rows.map((row) => present(score, row));
      return toPage('scores', shown, query.limit, (row) => [run, row.object, row.dimension ?? '']);
    },
  );

  async function lastScoredRun(): Promise<string | undefined> {
    const rows = await db.query<{ id: string }>(sql`/* scores.last_run */ select id from control.run r
      where connection_id = ${connectionId} and state = any(${completeStates})
        and exists (select from quality.score s where s.run_id = r.id)
      order by id desc limit 1`);
    return rows[0]?.id;
  }
};
