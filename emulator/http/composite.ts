/** Several requests in one: composite/batch runs each through this same server. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jsonFault } from '../salesforce-error.ts';
import { versionNumber } from './versions.ts';

const batchBody = z.object({
  haltOnError: z.boolean().default(false),
  batchRequests: z
    .array(
      z.object({
        method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
        url: z.string(),
        richInput: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(25),
});

export function compositeRoutes(app: FastifyInstance): void {
  app.post<{ Params: { version: string } }>('/services/data/:version/composite/batch', async (request) => {
    versionNumber(request.params.version);
    const parsed = batchBody.safeParse(request.body);
    if (!parsed.success) throw jsonFault('A batch holds 1 to 25 requests, each with method and url.');
    const results: { statusCode: number; result: unknown }[] = [];
    let halted = false;
    for (const { method, url, richInput } of parsed.data.batchRequests) {
      if (halted) {
        const message = 'Batch processing was halted';
        results.push({ statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message }] });
        continue;
      }
      const answer = await app.inject({
        method,
        url: url.startsWith('/services/') ? url : `/services/data/${url}`,
        headers: { authorization: request.headers.authorization ?? '' },
        ...(richInput === undefined ? {} : { payload: richInput as object }),
      });
      const result: unknown = answer.body === '' ? null : JSON.parse(answer.body);
      results.push({ statusCode: answer.statusCode, result });
      halted = parsed.data.haltOnError && answer.statusCode >= 400;
    }
    return { hasErrors: results.some(({ statusCode }) => statusCode >= 400), results };
  });
}
