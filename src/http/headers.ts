/** The headers of answers: those that all have and Link of a list are made here, and the document names each. */
import type { FastifyInstance } from 'fastify';

/** Headers that only some routes send; each says so in its `config`. */
export type OwnHeader = 'etag' | 'location' | 'idempotent-replayed';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of the route's answer when all goes well, beyond what every answer has. */
    sends?: readonly OwnHeader[];
  }
}

/** Every header that the document names. */
const known = {
  'x-request-id': ['string', 'Of this request, as in its line of the log'],
  'x-ratelimit-limit': ['integer', 'Requests of a minute; of an answer that got as far as to be counted'],
  'x-ratelimit-remaining': ['integer', 'Requests left of them'],
  'x-ratelimit-reset': ['integer', 'Seconds until all are there again'],
  'www-authenticate': ['string', 'Bearer'],
  'retry-after': ['integer', 'Seconds to wait before the request is sent again'],
  'content-disposition': ['string', 'Of a file: its name'],
  link: ['string', 'rel="next": the next page, if there is one'],
  etag: ['string', 'The version; a change sends it back as If-Match'],
  location: ['string', 'The path of what was made, or where to follow it'],
  'idempotent-replayed': ['string', 'true: this answer was given before, to the same key'],
} as const satisfies Record<string, readonly ['string' | 'integer', string]>;
type Name = keyof typeof known;

const always: readonly Name[] = ['x-request-id', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
const ofStatus: Readonly<Record<string, readonly Name[]>> = {
  202: ['retry-after'],
  401: ['www-authenticate'],
  409: ['location'],
  429: ['retry-after'],
  503: ['retry-after'],
};

export const headerComponents = Object.fromEntries(
  Object.entries(known).map(([name, [type, description]]) => [name, { description, schema: { type } }]),
) as Record<Name, { description: string; schema: { type: 'string' | 'integer' } }>;

type Documented = { responses?: Record<string, { headers?: object; content?: Record<string, unknown> }> } & {
  parameters?: { name?: string; in?: string }[];
};

/** Names the headers of every answer of an operation, those of its own and of lists among them. */
export function documentHeaders(operation: Documented, sends: readonly OwnHeader[]): void {
  const isList = operation.parameters?.some((one) => one.in === 'query' && one.name === 'cursor');
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const names: Name[] = [...always, ...(ofStatus[status] ?? [])];
    if (status.startsWith('2')) {
      names.push(...sends);
      if (isList) names.push('link');
      if ('text/csv' in (answer.content ?? {})) names.push('content-disposition');
    }
    answer.headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  }
}

/** What lies behind a key is for whoever has it: no cache keeps it. A page of a list says where the next one is. */
export function answerHeaders(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.routeOptions.url?.startsWith('/v1/')) void reply.header('cache-control', 'no-store');
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const cursor = (payload as { nextCursor?: unknown } | null)?.nextCursor;
    if (typeof cursor !== 'string') return payload;
    const [path, query] = request.url.split('?');
    const next = new URLSearchParams(query);
    next.set('cursor', cursor);
    void reply.header('link', `<${path}?${next}>; rel="next"`);
    return payload;
  });
}
