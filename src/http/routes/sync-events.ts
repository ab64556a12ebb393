/** The events of one sync as a stream of server-sent events, until the sync has ended. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listEvents } from '../../control/event.ts';
import { getRun } from '../../control/run.ts';
import { activeStates, type RunState } from '../../model/run.ts';
import type { AppContext } from '../app-context.ts';
import { isStillValid } from '../auth.ts';
import { problems } from '../problem.ts';
import { runId } from '../shapes.ts';

/** LISTEN would hold one database connection for each watcher; a look each half second is one index probe. */
const lookEveryMs = 500;
/** Proxies commonly cut a silent connection at 60 s. */
const heartbeatMs = 15_000;
const batch = 500;

const headers = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of the last event received')
    .optional(),
});

export const syncEventRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard, log } = context;
  const closing = new AbortController();
  // Without this an open stream keeps app.close() from ever ending; other requests still finish.
  app.addHook('preClose', async () => closing.abort());

  app.get(
    '/v1/syncs/:id/events',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['syncs'],
        summary: 'Follow one sync; Last-Event-ID continues',
        description: 'The stream ends with the sync, or when the key or the session is no longer valid.',
        params: z.strictObject({ id: runId }),
        headers,
        response: {
          200: { description: 'One event for each change', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // Unknown syncs are a 404 before the stream opens.
      await getRun(db, id);
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const signal = AbortSignal.any([closing.signal, gone.signal]);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        // Kept alive, the idle socket would hold back app.close() for Fastify's 72 s.
        connection: 'close',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      // The 200 must not wait for the first event of a sync that stays queued.
      reply.raw.write('retry: 2000\n\n');
      try {
        await follow(request, signal, reply.raw);
      } catch (error) {
        // The status is sent already: the client sees the stream end and comes back with Last-Event-ID.
        if (!signal.aborted) log.error({ err: error, runId: id }, 'event stream broke');
      } finally {
        reply.raw.end();
      }
    },
  );

  async function follow(request: Followed, signal: AbortSignal, out: NodeJS.WritableStream): Promise<void> {
    const { id } = request.params;
    let last = Number(request.headers['last-event-id'] ?? 0);
    let quietMs = 0;
    while (!signal.aborted) {
      // Whoever lost the key in the meantime sees nothing more.
      if (!(await isStillValid(db, request, clock.now()))) return;
      // The state is read before the events: what a terminal state was announced by is then among them.
      const { state } = await getRun(db, id);
      const events = await listEvents(db, id, last, batch);
      for (const event of events) {
        const data = JSON.stringify({ ...event.data, at: event.at.toISOString() });
        if (!out.write(`id: ${event.sequence}\nevent: ${event.type}\ndata: ${data}\n\n`)) {
          await once(out, 'drain', { signal });
        }
        last = event.sequence;
      }
      if (events.length === batch) continue;
      if (!isActive(state)) return;
      quietMs = events.length > 0 ? 0 : quietMs + lookEveryMs;
      if (quietMs >= heartbeatMs) {
        out.write(': still here\n\n');
        quietMs = 0;
      }
      await sleep(lookEveryMs, undefined, { signal });
    }
  }
};

type Followed = FastifyRequest & { params: { id: string } };

function isActive(state: RunState): boolean {
  return activeStates.some((active) => active === state);
}
