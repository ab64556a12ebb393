/** Start a sync, list syncs, read one, cancel one. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerOnce } from '../../control/idempotency.ts';
import { cancelRun, getRun, listRuns, startRunWithin } from '../../control/run.ts';
import { crashPoint } from '../../model/crash-point.ts';
import { runMode, runState, runTrigger } from '../../model/run.ts';
import type { Transaction } from '../../db/connect.ts';
import { toPage } from '../../views/page.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { wrongCursor } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { syncPlan } from '../../model/org.ts';
import {
  actorRef,
  connectionId as connectionShape,
  idempotent,
  json,
  moment,
  objectNames,
  runId,
  time,
} from '../shapes.ts';

const sync = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    state: runState,
    mode: runMode,
    trigger: runTrigger,
    objects: z.array(z.string()).nullable().describe('Null: every object there is'),
    reasonCode: z.string().nullable(),
    reason: z.string().nullable().describe('Why it waits, or ended as it did, in plain words'),
    nextAction: z.string().nullable().describe('What to do about it'),
    nextTryAt: time.nullable().describe('Of a sync that waits for Salesforce: when it is tried again'),
    warnings: z.array(z.string()),
    requestedBy: actorRef,
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Sync' });
const syncs = { name: 'syncs', keyLength: 2, row: sync };

const stage = z.object({
  // No enumeration: a new stage must not break a client that checks what it is given.
  stage: z.string().describe('What is done, e.g. pull, match or publish'),
  subject: z.string().describe('An object, an entity, or the whole'),
  state: z.enum(['running', 'done', 'skipped']),
  readCount: z.int(),
  changedCount: z.int(),
  detail: json,
  startedAt: time,
  finishedAt: time.nullable(),
});
const syncDetail = sync.extend({ stages: z.array(stage) }).meta({ id: 'SyncDetail' });

const params = z.strictObject({ id: runId });
export const syncRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard, orgs } = context;
  const startBody = z
    .strictObject({
      objects: objectNames(definitions),
      mode: runMode.default('auto'),
      connection: connectionShape.optional().describe('Which org; left out: the default one'),
      dryRun: z.boolean().default(false).describe('Only list what would be read, by which API, with how many requests'),
    })
    .meta({ id: 'SyncRequest' })
    // No body at all asks for everything.
    .nullish()
    .transform((body) => body ?? { objects: undefined, mode: 'auto' as const, connection: undefined, dryRun: false });

  app.post(
    '/v1/syncs',
    {
      config: { sends: ['location', 'idempotent-replayed'] },
      onRequest: guard('runs:write'),
      schema: {
        tags: ['syncs'],
        summary: 'Start a sync',
        description:
          'One sync of an org runs at a time; a second is refused with 409 and the Location of the first. ' +
          'Sent again under the same Idempotency-Key within a day, it is answered as before and starts nothing.',
        headers: idempotent,
        body: startBody,
        response: { 200: syncPlan.meta({ id: 'SyncPlan' }), 202: sync, ...problems(404, 409, 422, 502, 503) },
      },
    },
    async (request, reply) => {
      const { mode, objects, connection, dryRun } = request.body;
      const org = connection ?? connectionId;
      if (dryRun) {
        const wish = { connectionId: org, mode, objects: objects ?? null };
        return reply.code(200).send(await orgs.plan(wish, AbortSignal.timeout(25_000)));
      }
      const by = principalOf(request);
      const start = async (tx: Transaction) => {
        const wish = { connectionId: org, trigger: 'http', mode, objects: objects ?? null, by } as const;
        const run = await startRunWithin(tx, wish);
        const headers = { location: `/v1/syncs/${run.id}`, 'retry-after': '2' };
        return { status: 202, headers, body: present(sync, run) };
      };
      const key = request.headers['idempotency-key'];
      const keyed = { by, request: 'POST /v1/syncs', key: key ?? '', body: request.body };
      const answer = key === undefined ? await db.transaction(start) : await answerOnce(db, keyed, start);
      crashPoint('api.committed');
      if ('isReplay' in answer && answer.isReplay) void reply.header('idempotent-replayed', 'true');
      return reply
        .code(202)
        .headers(answer.headers)
        .send(answer.body as z.input<typeof sync>);
    },
  );

  app.get(
    '/v1/syncs',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['syncs'],
        summary: 'Syncs, newest first',
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(sync), ...problems() },
      },
    },
    ({ query }, reply) =>
      answerList(reply, syncs, query, async (page) => {
        const [createdAt, id] = page.after ?? [];
        if (createdAt !== undefined && !moment.safeParse(createdAt).success) throw wrongCursor();
        const before = createdAt && id ? { before: { createdAt, id } } : {};
        const runs = await listRuns(db, { limit: page.limit + 1, ...before });
        return toPage(runs, page, (run) => [run.cursorAt, run.id]);
      }),
  );

  app.get(
    '/v1/syncs/:id',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['syncs'],
        summary: 'One sync with its stages',
        params,
        response: { 200: syncDetail, ...problems(404) },
      },
    },
    async (request) => present(syncDetail, await getRun(db, request.params.id)),
  );

  app.post(
    '/v1/syncs/:id/cancel',
    {
      onRequest: guard('runs:write'),
      schema: {
        tags: ['syncs'],
        summary: 'Cancel a sync',
        description:
          'A queued or waiting sync ends at once; a running one stops at its next step. Cancelling twice is fine.',
        params,
        response: { 202: sync, ...problems(404, 409) },
      },
    },
    async (request, reply) =>
      reply.code(202).send(present(sync, await cancelRun(db, request.params.id, principalOf(request)))),
  );
};
