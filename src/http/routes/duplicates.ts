/** Golden records that more than one Salesforce record stands for, and why we say so. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { listDuplicates } from '../../views/duplicates.ts';
import { goldenStory } from '../../views/golden-story.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { connectionId, freeText, goldenId } from '../shapes.ts';
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
const found = { name: 'golden', keyLength: 2, row: duplicate };
const largest = { name: 'duplicates.largest', keyLength: 2, row: duplicate };

export const duplicateRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, guard } = context;
  const entitiesOf = (name: string | undefined) =>
    definitions.entities.filter((entity) => name === undefined || entity.name === name);
  const ofOrg = connectionId.optional().describe('Only those with a record of this org; counts are of all orgs');
  const entityName = z.enum(definitions.entities.map((entity) => entity.name) as [string, ...string[]]);

  app.get(
    '/v1/duplicates',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Groups of records of the same person, company or deal',
        querystring: z.strictObject({
          ...listQuery,
          entity: entityName.optional(),
          connection: ofOrg,
          search: freeText
            .max(100)
            .optional()
            .describe(
              'A part of the published name, e-mail, website or phone, or a golden id or record id; needs `pii:read`',
            ),
          sort: z.enum(['id', 'largest']).default('id').describe('largest: the groups of most records first'),
        }),
        response: { 200: listResponse(duplicate), ...problems() },
      },
    },
    (request, reply) => {
      const { query } = request;
      const mayName = maySeeNames(request);
      // Whoever could search by name could find out names.
      if (query.search !== undefined && !mayName)
        throw new DomainError('forbidden', 'search needs a key with the scope pii:read.');
      const { entity, search, sort, connection } = query;
      const filter = {
        connectionId: connection,
        entities: entitiesOf(entity),
        search,
        sort,
        least: 2 as const,
        named: mayName ? definitions.entities : [],
      };
      return answerList(reply, sort === 'id' ? duplicates : largest, query, (page) => listDuplicates(db, filter, page));
    },
  );

  app.get(
    '/v1/golden',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['golden records'],
        summary: 'Find a golden record by a part of its name, e-mail, website or phone, or by an id',
        querystring: z.strictObject({
          ...listQuery,
          search: freeText.min(2).max(100).describe('A golden id or record id is found whole'),
          entity: entityName.optional(),
          connection: ofOrg,
        }),
        response: { 200: listResponse(duplicate), ...problems() },
      },
    },
    ({ query }, reply) => {
      const { entity, search, connection } = query;
      const asked = { connectionId: connection, entities: entitiesOf(entity), search };
      const filter = { ...asked, sort: 'largest', least: 1, named: definitions.entities } as const;
      return answerList(reply, found, query, (page) => listDuplicates(db, filter, page));
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
