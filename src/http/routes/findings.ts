/** Findings of the quality rules: lists in order, counts by group, files, who corrects each, and what is said about it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { dimension } from '../../model/rule.ts';
import { workOn } from '../../review/finding-work.ts';
import { countFindings, findingGroup, findingSort, listFindings, oneFinding } from '../../views/findings.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames, principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { exportFormat, exportResponse, sendExport } from '../export.ts';
import { checkRule } from '../known.ts';
import { answerPage, pageOf, pageQuery } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { actorRef, connectionId, findingId, freeText, objectIn, ruleId, time } from '../shapes.ts';

const severity = z.enum(['warn', 'critical']);
const workState = z.enum(['new', 'in-progress', 'blocked']);
const named = z.string().nullable().describe('Null also for a key without pii:read');

export const finding = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleVersion: z.int(),
    title: z.string().nullable().describe('What the rule finds; null when the rule is no longer there'),
    advice: z.string().nullable().describe('What to do in Salesforce'),
    object: z.string(),
    recordId: z.string(),
    recordName: named,
    url: z.string().nullable().describe('The record in Salesforce'),
    field: z.string().nullable(),
    dimension,
    severity,
    isStale: z.boolean(),
    ownerId: z.string().nullable(),
    ownerName: named,
    amount: z.number().nullable(),
    promisedAmount: z
      .number()
      .nullable()
      .describe('Bookings and open pipeline that its repair moves, by the fix ledger; null: not priced'),
    promise: z.string().nullable().describe('The same in words: what it takes out of a metric, or adds to it'),
    state: z.enum(['open', 'waived', 'closed']),
    openedAt: time,
    lastSeenAt: time,
    closedAt: time.nullable(),
    closeReason: z
      .enum(['fixed', 'gone', 'rule'])
      .nullable()
      .describe('fixed: the record was corrected; gone: it was deleted; rule: the rule changed or is off'),
    fixSeconds: z.number().nullable().describe('From opening to the repair; null when nobody repaired it'),
    assigneeId: z.string().nullable().describe('Salesforce id of a user'),
    assigneeName: named,
    workState,
    waiverId: z.string().nullable().describe('Of the waiver that stands'),
    waivedUntil: time.nullable(),
  })
  .meta({ id: 'Finding' });
const note = z.object({
  comment: z.string().nullable(),
  assigneeId: z.string().nullable(),
  state: z.string().nullable(),
  madeBy: z.string(),
  madeActor: actorRef.nullable(),
  madeAt: time,
});
const findingWithNotes = finding
  .extend({ notes: z.array(note).describe('Comments, and changes of assignee and state, oldest first') })
  .meta({ id: 'FindingWithNotes' });
const count = z
  .object({
    value: z.string().nullable().describe('Null: of nobody'),
    name: named.describe('Of the rule, owner or assignee; people only with pii:read'),
    count: z.int(),
    amount: z.number().nullable().describe('Money the findings touch'),
    oldestAt: time,
    fixedCount: z.int().describe('Of them, those somebody repaired'),
    medianFixSeconds: z.number().nullable(),
  })
  .meta({ id: 'FindingCount' });

const findings = { name: 'findings', keyLength: 2, row: finding };

const filters = {
  state: z.enum(['open', 'waived', 'closed', 'all']).default('open'),
  rule: ruleId.optional(),
  recordId: salesforceId.optional(),
  ownerId: salesforceId.optional(),
  assigneeId: salesforceId.optional(),
  workState: workState.optional(),
  dimension: dimension.optional(),
  severity: severity.optional(),
  stale: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
};
const sort = z
  .enum(findingSort)
  .default('newest')
  .describe('amount: the most money first; promised: the repairs that move most money');

export const findingRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const asked = {
    ...filters,
    object: objectIn(definitions).optional(),
    connection: connectionId.default(own).describe('Whose findings'),
  };
  const filterOf = async (query: z.output<z.ZodObject<typeof asked>>) => {
    await checkRule(db, definitions, query.rule);
    return { ...query, connectionId: query.connection };
  };
  const seeing = (request: FastifyRequest) => ({
    withNames: maySeeNames(request),
    now: clock.now(),
  });
  const one = async (request: FastifyRequest, id: string) => {
    const found = await oneFinding(db, definitions, id, seeing(request));
    if (!found) throw new DomainError('not-found', `There is no finding ${id}.`);
    return present(findingWithNotes, found);
  };

  app.get(
    '/v1/findings',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Records that break a rule, with what to do',
        querystring: z.strictObject({ ...pageQuery, ...asked, sort }),
        response: { 200: pageOf(finding), ...problems() },
      },
    },
    async (request) => {
      const { query } = request;
      const ask = { filter: await filterOf(query), sort: query.sort, ...seeing(request) };
      const list = { ...findings, name: `findings.${query.sort}` };
      return answerPage(request, list, query, (page) => listFindings(db, definitions, ask, page));
    },
  );

  app.get(
    '/v1/findings/export',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'The same findings as a file, CSV or one JSON object a line',
        querystring: z.strictObject({ ...asked, sort, format: exportFormat }),
        response: { 200: exportResponse, ...problems() },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const ask = { filter: await filterOf(query), sort: query.sort, ...seeing(request) };
      const file = { name: 'findings', format: query.format, row: finding };
      await sendExport(reply, file, (page) => listFindings(db, definitions, ask, page));
    },
  );

  app.get(
    '/v1/findings/counts',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Findings counted by rule, owner or another facet, with their money and the time to repair',
        querystring: z.strictObject({ ...asked, by: z.enum(findingGroup) }),
        response: { 200: z.object({ data: z.array(count) }), ...problems() },
      },
    },
    async (request) => {
      const { query } = request;
      const rows = await countFindings(
        db,
        definitions,
        { filter: await filterOf(query), ...seeing(request) },
        query.by,
      );
      return { data: rows.map((row) => present(count, row)) };
    },
  );

  app.get(
    '/v1/findings/:findingId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'One finding with what was said about it',
        params: z.strictObject({ findingId }),
        response: { 200: findingWithNotes, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await one(request, request.params.findingId);
      return reply.header('etag', etagOf(found.notes.length)).send(found);
    },
  );

  app.patch(
    '/v1/findings/:findingId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['quality'],
        summary: 'Assign a finding, say how far its repair is, or comment on it',
        params: z.strictObject({ findingId }),
        headers: ifMatch,
        body: z
          .strictObject({
            assigneeId: salesforceId.nullable().optional().describe('Null: nobody'),
            state: workState.optional(),
            comment: freeText.optional(),
          })
          .refine((body) => Object.keys(body).length > 0, 'says nothing')
          .meta({ id: 'FindingChange' }),
        response: { 200: findingWithNotes, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { findingId: id } = request.params;
      const by = principalOf(request);
      await workOn(
        db,
        { findingId: id, change: request.body, by, expected: givenRevision(request.headers) },
        clock.now(),
      );
      const found = await one(request, id);
      return reply.header('etag', etagOf(found.notes.length)).send(found);
    },
  );
};
