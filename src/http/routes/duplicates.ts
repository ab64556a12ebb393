/** Golden records that more than one Salesforce record stands for, and why we say so. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { mayDo } from '../../control/key.ts';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { listDuplicates } from '../../views/duplicates.ts';
import { goldenStory } from '../../views/golden-story.ts';
import { answerPage, pageOf, pageQuery } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { goldenId } from '../shapes.ts';
import { duplicateDetail } from './duplicate-story.ts';

const duplicate = z
  .object({
    goldenId: z.string(),
    entity: z.string(),
    label: z.string().nullable().describe('Its published name, to keys with `pii:read`; else null'),
    recordCount: z.int(),
    objects: z.array(z.string()),
  })
  .meta({ id: 'Duplicate' });
const duplicates = { name: 'duplicates', keyLength: 1, row: duplicate };

export const duplicateRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;
  const entityName = z.enum(definitions.entities.map((entity) => entity.name) as [string, ...string[]]);

  app.get(
    '/v1/duplicates',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Groups of records of the same person, company or deal',
        querystring: z.strictObject({ ...pageQuery, entity: entityName.optional() }),
        response: { 200: pageOf(duplicate), ...problems() },
      },
    },
    (request) => {
      const { query } = request;
      const named = mayDo(principalOf(request), 'pii:read') ? definitions.entities : [];
      const filter = { connectionId, entity: query.entity, named };
      return answerPage(duplicates, query, (page) => listDuplicates(db, filter, page));
    },
  );

  app.get(
    '/v1/duplicates/:goldenId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'One group: records, evidence, decisions, origin of values, history of its id',
        params: z.strictObject({ goldenId }),
        response: { 200: duplicateDetail, ...problems(404) },
      },
    },
    async ({ params }) => {
      const story = await goldenStory(db, definitions, params.goldenId);
      if (!story) throw new DomainError('not-found', `There is no golden record ${params.goldenId}.`);
      return present(duplicateDetail, story);
    },
  );
};
