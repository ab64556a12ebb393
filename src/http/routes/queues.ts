/** How much waits for people, in one answer. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { queueLengths } from '../../views/queues.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';

const queues = z
  .object({
    incidentCount: z.int().describe('Not resolved, the muted ones included'),
    reviews: z.array(
      z.object({ entity: z.string(), count: z.int(), openAmount: z.number().describe('Open money tied to the pairs') }),
    ),
    duplicates: z.array(z.object({ entity: z.string(), groupCount: z.int(), recordCount: z.int() })),
    findingCount: z.int().describe('Open, without the waived ones'),
    criticalFindingCount: z.int(),
  })
  .meta({ id: 'Queues' });

export const queueRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;
  app.get(
    '/v1/queues',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'How much waits for people: incidents, reviews, duplicates, findings',
        querystring: z.strictObject({}),
        response: { 200: queues, ...problems() },
      },
    },
    async () => present(queues, await queueLengths(db, definitions, { connectionId, now: clock.now() })),
  );
};
