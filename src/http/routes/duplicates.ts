/** Golden records that more than one Salesforce record stands for, and why we say so. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sql, { empty } from 'sql-template-tag';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../page.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { goldenId } from '../shapes.ts';
import { duplicateDetail, duplicateStory } from './duplicate-story.ts';

const duplicate = z
  .object({ goldenId: z.string(), entity: z.string(), recordCount: z.int(), objects: z.array(z.string()) })
  .meta({ id: 'Duplicate' });

export const duplicateRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;
  const entityName = z.enum(definitions.entities.map((entity) => entity.name) as [string, ...string[]]);

  app.get(
    '/v1/duplicates',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Groups of records that stand for the same person or company',
        querystring: z.strictObject({ ...pageQuery, entity: entityName.optional() }),
        response: { 200: pageOf(duplicate), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('duplicates', query.cursor, 1);
      const rows = await db.query(sql`/* duplicates.list */
        select golden_id, entity, count(*)::int as record_count, array_agg(distinct object) as objects
        from golden.crosswalk where connection_id = ${connectionId}
        ${query.entity ? sql`and entity = ${query.entity}` : empty}
        ${after ? sql`and golden_id > ${after[0]}` : empty}
        group by golden_id, entity having count(*) > 1 order by golden_id limit ${query.limit + 1}`);
      const shown = rows.map((row) => present(duplicate, row));
      return toPage('duplicates', shown, query.limit, (row) => [row.goldenId]);
    },
  );

  app.get(
    '/v1/duplicates/:goldenId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['duplicates'],
        summary:
          'The whole story of one golden record: members, evidence, cuts, reviews, origin of each value, history of its id',
        params: z.strictObject({ goldenId }),
        response: { 200: duplicateDetail, ...problems(404) },
      },
    },
    async ({ params }) => {
      const id = params.goldenId;
      const [identity] = await db.query<{ entity: string; retired_into: string | null }>(sql`/* duplicates.identity */
        select entity, retired_into from golden.identity where golden_id = ${id}`);
      if (!identity) throw new DomainError('not-found', `There is no golden record ${id}.`);
      return {
        goldenId: id,
        entity: identity.entity,
        retiredInto: identity.retired_into,
        ...(await duplicateStory(db, definitions, id, identity.entity)),
      };
    },
  );
};
