/** The pipeline walk: what made the open pipeline of one day into that of another, with the deals behind each term. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { instantOf, pipelineWalk, type WalkAsk, walkDeals, walkTerms } from '../../views/pipeline-walk.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { exportFormat, exportResponse, sendExport } from '../export.ts';
import { answerPage, pageOf, pageQuery } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { askedDay, connectionId, moment, time } from '../shapes.ts';

const dayOrMoment = z.union([askedDay, moment]);
const term = z.enum(walkTerms);

const walk = z
  .object({
    from: time,
    to: time,
    basis: z.enum(['raw', 'clean']),
    knownFrom: time.nullable().describe('From when on deals are known; null: nothing was published yet'),
    publishedFrom: time
      .nullable()
      .describe('Later days stay as published; earlier ones follow from the histories of Salesforce'),
    currencies: z.array(
      z.object({
        currency: z.string().nullable(),
        terms: z.array(
          z.object({
            term,
            amount: z.number().describe('What it adds, below 0 what it takes; opening and all between come to closing'),
            dealCount: z.int(),
            withoutAmount: z.int().describe('Deals of it that add nothing, as they have no amount'),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'PipelineWalk' });

const deal = z
  .object({
    term,
    opportunityId: z.string(),
    name: z.string().nullable().describe('Null also for a key without pii:read'),
    accountId: z.string().nullable(),
    ownerId: z.string().nullable(),
    stageName: z.string().nullable(),
    closeOn: z.string().nullable(),
    currency: z.string().nullable(),
    amount: z.number(),
  })
  .meta({ id: 'PipelineWalkDeal' });
const deals = { name: 'pipeline.walk', keyLength: 2, row: deal };

export const pipelineRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, guard, connectionId: own } = context;
  const asked = {
    from: dayOrMoment.describe('A day, which is its end in the time zone of the org, or an instant'),
    to: dayOrMoment.describe('The same, later'),
    basis: z.enum(['raw', 'clean']).default('clean'),
    closeFrom: askedDay.optional().describe('Only deals that were to close on this day or later'),
    closeTo: askedDay.optional().describe('Only deals that were to close on this day or earlier'),
    connectionId: connectionId.default(own).describe('Whose pipeline'),
  };
  const query = z.strictObject(asked);

  /** @throws DomainError `request-refused` when the days are the wrong way round. */
  async function askOf(given: z.infer<typeof query>): Promise<WalkAsk> {
    const { basis, closeFrom = null, closeTo = null, connectionId: org } = given;
    const [from, to] = await Promise.all([instantOf(db, org, given.from), instantOf(db, org, given.to)]);
    if (from < to) return { connectionId: org, basis, from, to, closeFrom, closeTo };
    const message = 'must be later than from';
    throw new DomainError('request-refused', `to ${message}.`, { faults: [{ pointer: '/query/to', message }] });
  }

  app.get(
    '/v1/pipeline/walk',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'What made the open pipeline of one day into that of another',
        querystring: query,
        response: { 200: walk, ...problems() },
      },
    },
    async (request) => {
      const ask = await askOf(request.query);
      return present(walk, { from: ask.from, to: ask.to, basis: ask.basis, ...(await pipelineWalk(db, ask)) });
    },
  );

  app.get(
    '/v1/pipeline/walk/deals',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The deals behind each term of the walk',
        querystring: z.strictObject({ ...pageQuery, ...asked, term: term.optional() }),
        response: { 200: pageOf(deal), ...problems() },
      },
    },
    async (request) => {
      const ask = { ...(await askOf(request.query)), term: request.query.term, withNames: maySeeNames(request) };
      return answerPage(request, deals, request.query, (page) => walkDeals(db, ask, page));
    },
  );

  app.get(
    '/v1/pipeline/walk/export',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The same deals as a file, CSV or one JSON object a line',
        querystring: z.strictObject({ ...asked, term: term.optional(), format: exportFormat }),
        response: { 200: exportResponse, ...problems() },
      },
    },
    async (request, reply) => {
      const ask = { ...(await askOf(request.query)), term: request.query.term, withNames: maySeeNames(request) };
      const file = { name: 'pipeline-walk', format: request.query.format, row: deal };
      await sendExport(reply, file, (page) => walkDeals(db, ask, page));
    },
  );
};
