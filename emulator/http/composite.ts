/** Several requests in one, each run through this same server: composite/batch, and composite, whose parts may build on each other. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jsonFault } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import { versionNumber } from './versions.ts';

const method = z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);
const most = 25;

const batchBody = z.object({
  haltOnError: z.boolean().default(false),
  batchRequests: z
    .array(z.object({ method, url: z.string(), richInput: z.unknown().optional() }))
    .min(1)
    .max(most),
});

const compositeBody = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z
    .array(
      z.object({
        method,
        url: z.string(),
        referenceId: z.string().min(1),
        body: z.unknown().optional(),
        httpHeaders: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1)
    .max(most),
});

interface Answer {
  body: unknown;
  httpHeaders: Record<string, string>;
  httpStatusCode: number;
  referenceId: string;
}

interface VersionRoute {
  Params: { version: string };
}

export function compositeRoutes(app: FastifyInstance, { org }: Context): void {
  const inject = async (
    request: FastifyRequest,
    part: { method: z.infer<typeof method>; url: string; body: unknown },
  ) =>
    app.inject({
      method: part.method,
      url: part.url.startsWith('/services/') ? part.url : `/services/data/${part.url.replace(/^\//, '')}`,
      headers: { authorization: request.headers.authorization ?? '', host: request.host },
      ...(part.body === undefined ? {} : { payload: part.body as object }),
    });

  app.post<VersionRoute>('/services/data/:version/composite/batch', async (request) => {
    versionNumber(request.params.version);
    const parsed = batchBody.safeParse(request.body);
    if (!parsed.success) throw jsonFault('A batch holds 1 to 25 requests, each with method and url.');
    const results: { statusCode: number; result: unknown }[] = [];
    let halted = false;
    for (const { method: verb, url, richInput } of parsed.data.batchRequests) {
      if (halted) {
        const message = 'Batch processing was halted';
        results.push({ statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message }] });
        continue;
      }
      const answer = await inject(request, { method: verb, url, body: richInput });
      results.push({ statusCode: answer.statusCode, result: bodyOf(answer) });
      halted = parsed.data.haltOnError && answer.statusCode >= 400;
    }
    return { hasErrors: results.some(({ statusCode }) => statusCode >= 400), results };
  });

  app.post<VersionRoute>('/services/data/:version/composite', async (request) => {
    versionNumber(request.params.version);
    const parsed = compositeBody.safeParse(request.body);
    if (!parsed.success) throw jsonFault('A composite holds 1 to 25 requests, each with method, url and referenceId.');
    const { allOrNone, compositeRequest } = parsed.data;
    const answers: Answer[] = [];
    const runAll = async () => {
      for (const part of compositeRequest) {
        const { referenceId, method: verb } = part;
        const url = String(fill(part.url, answers));
        const answer = await inject(request, { method: verb, url, body: fill(part.body, answers) });
        const location =
          /^\/services\/data\/[^/]+\/sobjects\/\w+$/.test(url) && verb === 'POST' && answer.statusCode === 201;
        const made = bodyOf(answer) as { id?: string } | null;
        answers.push({
          body: made,
          httpHeaders: location ? { Location: `${url}/${made?.id ?? ''}` } : {},
          httpStatusCode: answer.statusCode,
          referenceId,
        });
        if (allOrNone && answer.statusCode >= 400) throw new PartFailed(answers.length - 1);
      }
    };
    try {
      if (allOrNone) await org.db.together(runAll);
      else await runAll();
    } catch (error) {
      if (!(error instanceof PartFailed)) throw error;
      return { compositeResponse: halted(compositeRequest, answers, error.index) };
    }
    return { compositeResponse: answers };
  });
}

class PartFailed extends Error {
  readonly index: number;

  constructor(index: number) {
    super(`part ${index} failed`);
    this.index = index;
  }
}

/** The part that failed keeps its answer; what was done before is undone and what came after never ran. */
function halted(parts: { referenceId: string }[], answers: Answer[], failed: number): Answer[] {
  const message = 'The transaction was rolled back since another operation in the same transaction failed.';
  return parts.map(({ referenceId }, i) => {
    const own = answers[i];
    if (i === failed && own) return own;
    const body = [{ errorCode: 'PROCESSING_HALTED', message }];
    return { body, httpHeaders: {}, httpStatusCode: 400, referenceId };
  });
}

function bodyOf({ body, headers }: { body: string; headers: Record<string, unknown> }): unknown {
  if (body === '') return null;
  return String(headers['content-type']).includes('json') ? (JSON.parse(body) as unknown) : body;
}

/** Puts earlier answers where `@{reference.path}` names them, in a text or anywhere inside a body. */
function fill(value: unknown, answers: Answer[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/@\{(\w+)\.([\w.[\]]+)\}/g, (whole, reference: string, path: string) => {
      let at: unknown = answers.find(({ referenceId }) => referenceId === reference)?.body;
      for (const step of path.match(/\w+/g) ?? []) at = (at as Record<string, unknown> | null | undefined)?.[step];
      return at === undefined || at === null ? whole : String(at);
    });
  }
  if (Array.isArray(value)) return value.map((part) => fill(part, answers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part, answers)]));
}
