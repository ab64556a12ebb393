/** The definitions of the metrics for other tools, as a document of Apache Ossie. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { semanticModel } from '../../semantic/model.ts';
import { ossieDocument, ossieFlat } from '../../semantic/ossie.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';

const document = z.looseObject({ version: z.string().describe('Of the specification') }).meta({ id: 'SemanticModel' });

export const semanticModelRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { definitions, guard } = context;

  app.get(
    '/v1/semantic-model',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The published tables and metrics as one semantic model, for BI tools and assistants',
        description:
          'Apache Ossie 0.1.1, or the flat form of its draft 0.2. Metrics are on the clean basis; notExpressed in custom_extensions names those it has no words for.',
        querystring: z.strictObject({ version: z.enum(['0.1.1', '0.2']).default('0.1.1') }),
        response: { 200: document, ...problems() },
      },
    },
    async ({ query }) => {
      const model = await semanticModel(definitions.metrics);
      return (query.version === '0.2' ? ossieFlat(model) : ossieDocument(model)) as z.infer<typeof document>;
    },
  );
};
