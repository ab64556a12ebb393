/** What a client accepts becomes the format of a list that comes as a file too. */
import acceptNegotiator from '@fastify/accept-negotiator';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fileTypes } from './export.ts';

const types: Readonly<Record<string, string>> = { json: 'application/json', ...fileTypes };

/** `format` in the query goes before; where nothing that is accepted is known, a list comes as it would without the header. */
export function takeAccepted(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('preValidation', async (request, reply) => {
    const formats = formatsOf(request.routeOptions.schema?.querystring);
    const query = request.query as { format?: unknown };
    if (formats.length === 0 || query.format !== undefined) return;
    reply.header('vary', 'accept');
    const { accept } = request.headers;
    if (accept === undefined) return;
    const best = acceptNegotiator.negotiate(
      accept,
      formats.map((format) => types[format] as string),
    );
    const format = formats.find((one) => types[one] === best);
    if (format !== undefined) query.format = format;
  });
}

/** The formats a route knows, its own first; none where it has no choice. */
function formatsOf(query: unknown): string[] {
  const format = query instanceof z.ZodObject ? (query.shape as Record<string, unknown>).format : undefined;
  if (!(format instanceof z.ZodDefault)) return [];
  const [known, own] = [format.unwrap(), format.def.defaultValue];
  if (!(known instanceof z.ZodEnum) || !known.options.every((one) => String(one) in types)) return [];
  return [String(own), ...known.options.map(String).filter((one) => one !== own)];
}
