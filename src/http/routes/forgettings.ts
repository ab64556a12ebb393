/** People whom Assay is to forget, and orgs that are deleted: what it would touch, the wish, and how far it is. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { deleteConnection, fates, previewDeletion } from '../../privacy/deletion.ts';
import { askForgetting, getForgetting, listForgettings } from '../../privacy/forgetting.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { givenRevision, ifMatch } from '../etag.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { actorRef, connectionId, forgettingId, goldenId, time } from '../shapes.ts';

const tags = ['forgetting'];
const forgetting = z
  .object({
    id: z.string(),
    subject: z
      .enum(['records', 'deleted', 'connection'])
      .describe('records: of a person; deleted: records that left Salesforce long ago; connection: all of an org'),
    connectionId: z.string().nullable(),
    state: z
      .enum(['queued', 'erasing', 'spreading', 'cleaning', 'done', 'failed'])
      .describe('spreading: a local sync takes the records out of everything made of them'),
    reference: z.string().nullable(),
    recordCount: z.int(),
    erasedCount: z.int(),
    runId: z.string().nullable().describe('The last sync that spread it'),
    fault: z.string().nullable(),
    requestedBy: z.string(),
    requestedActor: actorRef.nullable(),
    requestedAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Forgetting' });
const preview = z
  .object({
    connectionId: z.string(),
    records: z.array(z.object({ object: z.string(), recordCount: z.int() })),
    recordCount: z.int().describe('Live records of the org here'),
    ownGoldenCount: z.int().describe('Golden records that stand for records of this org alone'),
    sharedGoldenCount: z.int().describe('Golden records that stand for records of other orgs too'),
    scheduleIds: z.array(z.string()).describe('Schedules that are deleted with it'),
    fates: z.object({ keep: z.string(), forget: z.string() }).describe('What each value of `records` does'),
  })
  .meta({ id: 'DeletionPreview' });
const deleted = z
  .object({
    connectionId: z.string(),
    records: z.enum(fates),
    forgetting: forgetting.nullable().describe('Null: the records are kept'),
  })
  .meta({ id: 'DeletedConnection' });

const fateWords = {
  keep: 'The login and the schedules go. Records, golden records and numbers stay as they are, to be read; nothing is pulled again.',
  forget:
    'The login and the schedules go. A job then erases every record of the org, its history and findings. Golden records of this org alone ' +
    'retire, shared ones keep what other orgs know, and numbers are published without it. This cannot be undone.',
};

export const forgettingRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, guard } = context;
  const one = async (id: string) => present(forgetting, await getForgetting(db, id));

  app.post(
    '/v1/forgettings',
    {
      config: { sends: ['location'] },
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'Forget a person: every record of a golden id, or of whom a record stands for',
        description:
          'Assay erases their values everywhere it keeps them, and no sync brings them back. Salesforce is not changed: delete the ' +
          'records there too.',
        body: z
          .strictObject({
            goldenId: goldenId.optional(),
            salesforceId: salesforceId.optional(),
            connection: connectionId.optional().describe('Of the Salesforce id; left out: the default one'),
            reference: z
              .string()
              .regex(/^[\w./#-]{1,60}$/, 'must be a number or a code, no name')
              .optional()
              .describe('Number of the request in your own files, never a name'),
          })
          .refine((body) => (body.goldenId === undefined) !== (body.salesforceId === undefined), {
            message: 'must have either goldenId or salesforceId',
          })
          .meta({
            id: 'ForgettingRequest',
            oneOf: [{ required: ['goldenId'] }, { required: ['salesforceId'] }],
          }),
        response: { 202: forgetting, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { goldenId: golden, salesforceId: record, connection, reference = null } = request.body;
      const whom =
        golden === undefined ? { connectionId: connection ?? own, salesforceId: record! } : { goldenId: golden };
      const id = await askForgetting(db, whom, reference, principalOf(request), clock.now());
      return reply
        .code(202)
        .header('location', `/v1/forgettings/${id}`)
        .send(await one(id));
    },
  );

  app.get(
    '/v1/forgettings',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'What was forgotten, newest first, at most 100',
        response: { 200: z.object({ data: z.array(forgetting) }), ...problems() },
      },
    },
    async () => ({ data: (await listForgettings(db)).map((row) => present(forgetting, row)) }),
  );

  app.get(
    '/v1/forgettings/:forgettingId',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'How far a forgetting is',
        params: z.strictObject({ forgettingId }),
        response: { 200: forgetting, ...problems(404) },
      },
    },
    (request) => one(request.params.forgettingId),
  );

  app.get(
    '/v1/connections/:connectionId/deletion',
    {
      onRequest: guard('admin'),
      schema: {
        tags: ['connections'],
        summary: 'What deleting this org would touch, and what becomes of it',
        params: z.strictObject({ connectionId }),
        response: { 200: preview, ...problems(404) },
      },
    },
    async (request) =>
      present(preview, { ...(await previewDeletion(db, request.params.connectionId)), fates: fateWords }),
  );

  app.delete(
    '/v1/connections/:connectionId',
    {
      config: { sends: ['location'] },
      onRequest: guard('admin'),
      schema: {
        tags: ['connections'],
        summary: 'Delete an org; its records are kept to be read, or forgotten by a job',
        params: z.strictObject({ connectionId }),
        querystring: z.strictObject({
          records: z.enum(fates).describe('keep or forget; GET /deletion of the connection says what each does'),
        }),
        headers: ifMatch,
        response: { 202: deleted, ...problems(404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { connectionId: id } = request.params;
      const { records } = request.query;
      const expected = givenRevision(request.headers);
      const job = await deleteConnection(db, id, records, principalOf(request), clock.now(), expected);
      if (job !== null) void reply.header('location', `/v1/forgettings/${job}`);
      return reply.code(202).send({ connectionId: id, records, forgetting: job === null ? null : await one(job) });
    },
  );
};
