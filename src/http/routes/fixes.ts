/** The fix ledger: what each repair promises, and what repairs have brought. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fixKind, fixState } from '../../model/fix.ts';
import { fixSums, listFixes } from '../../views/fixes.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { connectionId, time } from '../shapes.ts';

const change = z.number().nullable();
const fix = z
  .object({
    id: z.string(),
    kind: z.enum(fixKind),
    state: z
      .enum(fixState)
      .describe('undone: the fault came back; withdrawn: it went without a repair, by a waiver or another rule'),
    object: z.string(),
    subject: z.string().describe('Golden id of copies, else the record'),
    recordName: z.string().nullable().describe('Of the first record; null also for a key without pii:read'),
    recordIds: z.array(z.string()),
    ruleIds: z.array(z.string()),
    ownerId: z.string().nullable(),
    ownerName: z.string().nullable().describe('Null also for a key without pii:read'),
    openedAt: time,
    endedAt: time.nullable(),
    undoneAt: time.nullable(),
    currency: z.string().nullable(),
    predictedAmount: change.describe('Bookings and open pipeline that the repair alone moves on raw; null: not priced'),
    realisedAmount: change.describe('What it moved; null while it is open'),
    notPriced: z.string().nullable().describe('Why it is not priced, or only its money is'),
    todo: z.string().describe('What to do in Salesforce'),
    promise: z
      .string()
      .nullable()
      .describe(
        'What that takes out of bookings and open pipeline, or adds to them; null: no money moves, or not priced',
      ),
    metrics: z.array(
      z.object({
        metric: z.string(),
        alone: change.describe('Change on raw by this repair alone'),
        onTop: change.describe('Change on clean by this repair after all others'),
        realised: change.describe('What the mended records did change on raw, and no other edit'),
      }),
    ),
  })
  .meta({ id: 'Fix' });
const sums = z
  .object({
    months: z.array(
      z.object({
        month: z.string().describe('First day of it'),
        groupId: z.string().describe('all, a user, or the manager of a team'),
        groupName: z.string().nullable(),
        currency: z.string().nullable(),
        doneCount: z.int(),
        undoneCount: z.int(),
        pricedCount: z.int().describe('Of those that hold, the ones that promised money'),
        predictedAmount: change,
        realisedAmount: change.describe('What the priced ones brought'),
      }),
    ),
    accuracy: z
      .array(
        z.object({
          kind: z.string(),
          metric: z.string(),
          fixCount: z.int(),
          predicted: z.number(),
          realised: z.number(),
          exactShare: z.number().describe('Share that brought what they promised'),
          lessShare: z.number().describe('Share that promised more than they brought'),
          medianError: z.number(),
          errorP10: z.number(),
          errorP90: z.number(),
        }),
      )
      .describe('How good the promises were, of all that was made so far'),
  })
  .meta({ id: 'FixSums' });
const fixes = { name: 'fixes', keyLength: 2, row: fix };

export const fixRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, guard, connectionId: own } = context;
  const connection = connectionId.default(own).describe('Whose repairs');

  app.get(
    '/v1/fixes',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Repairs by what they promise in money, and what they brought',
        querystring: z.strictObject({
          ...listQuery,
          state: z.enum(fixState).optional(),
          kind: z.enum(fixKind).optional(),
          ownerId: salesforceId.optional(),
          connection,
        }),
        response: { 200: listResponse(fix), ...problems() },
      },
    },
    (request, reply) => {
      const { query } = request;
      const filter = {
        ...query,
        connectionId: query.connection,
        ownerId: query.ownerId,
      };
      const withNames = maySeeNames(request);
      return answerList(reply, fixes, query, (page) => listFixes(db, definitions, { filter, withNames }, page));
    },
  );

  app.get(
    '/v1/fixes/sums',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Money promised and money found by month, and how good the promises were',
        querystring: z.strictObject({ by: z.enum(['all', 'owner', 'team']).default('all'), connection }),
        response: { 200: sums, ...problems() },
      },
    },
    async (request) => {
      const { by, connection: org } = request.query;
      const withNames = maySeeNames(request);
      return present(sums, await fixSums(db, definitions, { connectionId: org, by, withNames }));
    },
  );
};
