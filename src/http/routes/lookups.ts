/** Who is this, before they are created anew. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Sought, lookupFields } from '../../lookup/asked.ts';
import { auditLookup } from '../../lookup/audit-lookup.ts';
import { type Identified, lookUp } from '../../lookup/look-up.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { basis, identified, shownIdentified } from '../lookup-shapes.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { entityName } from '../shapes.ts';

const answer = identified
  .extend({
    entity: z.string(),
    company: identified.nullable().describe('Of a person: where they work, by what was given'),
    basis,
  })
  .meta({ id: 'Lookup' });

const cell = z.string().max(1_000);
const fields = z.object(Object.fromEntries(lookupFields.map((field) => [field, cell.optional()]))).strict();

export const lookupRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, guard } = context;

  app.post(
    '/v1/lookups',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['look-up'],
        summary: 'Who this is: known, doubtful or new, with owner, open deals and whether they opted out',
        description:
          'Compares by the model of the last sync. Nothing is created, here or in Salesforce. Each look-up is in the audit list.',
        body: z
          .strictObject({ entity: entityName.default('person'), record: fields.describe('What is known, as written') })
          .meta({ id: 'LookupRequest' }),
        response: { 200: answer, ...problems(409) },
      },
    },
    async (request) => {
      const { entity, record } = request.body;
      const asked = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Sought;
      const { findings, basis: restsOn } = await lookUp(db, definitions, entity, [asked]);
      const [found] = findings as [Identified];
      await auditLookup(db, principalOf(request), entity, Object.keys(asked));
      return present(answer, {
        entity,
        ...shownIdentified(found),
        company: found.company && shownIdentified(found.company),
        basis: restsOn,
      });
    },
  );
};
