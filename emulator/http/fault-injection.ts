/** Makes requests suffer the faults ordered for them, before the route answers or while its answer is sent. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import type { Fault } from './faults.ts';
import { requestLimit, sessionOf } from './session-check.ts';

const suffered = new WeakMap<FastifyRequest, Fault[]>();

export function faultsOn(request: FastifyRequest): Fault[] {
  return suffered.get(request) ?? [];
}

/** Runs before the session check, so that an expired session is met as one. Answers through `reply` or lets go on. */
export async function sufferFaults(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const url = request.url.replace(/^[^?]*/, (path) => path.replace(/\/{2,}/g, '/'));
  const due = context.faults.take({ method: request.method, url, sobject: sobjectOf(context, request) });
  suffered.set(request, due);
  for (const fault of due) {
    if (fault.kind === 'slow') await sleep(fault.delayMs);
    if (fault.kind === 'expire-session') context.sessions.close(sessionOf(request));
    if (fault.kind === 'daily-limit') throw requestLimit('TotalRequests');
    if (fault.kind === 'concurrent-limit') throw requestLimit('ConcurrentPerOrgLongTxn');
    if (fault.kind === 'html') {
      await reply
        .code(fault.status ?? 503)
        .header('content-type', 'text/html;charset=UTF-8')
        .send(
          fault.message ??
            '<html><head><title>Maintenance</title></head><body>We are down for maintenance.</body></html>',
        );
      return;
    }
    if (fault.location !== undefined) void reply.header('location', fault.location);
    if (fault.kind === 'status') {
      const message = fault.message ?? 'The server is temporarily unavailable.';
      throw new SalesforceError(fault.status ?? 503, fault.errorCode ?? 'SERVER_UNAVAILABLE', message);
    }
  }
}

/** Registers what happens to answers on their way out. */
export function addAnswerFaults(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const kinds = new Set(faultsOn(request).map(({ kind }) => kind));
    if (kinds.has('wrong-count')) {
      const count = Number(reply.getHeader('sforce-numberofrecords') ?? 0);
      reply.header('sforce-numberofrecords', count + 1);
    }
    if (!kinds.has('drop')) return payload;
    return Readable.from(firstHalf(payload, Number(reply.getHeader('content-length') ?? 0)), { objectMode: false });
  });
}

/** The first half of the answer, then a broken connection. */
async function* firstHalf(payload: unknown, length: number): AsyncGenerator<Buffer> {
  const chunks =
    payload instanceof Readable
      ? (payload as AsyncIterable<Buffer>)
      : [Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload ?? ''))];
  let left = Math.ceil(length / 2);
  for await (const chunk of chunks) {
    const size = length === 0 ? Math.ceil(chunk.length / 2) : Math.min(left, chunk.length);
    yield chunk.subarray(0, size);
    left -= size;
    if (left <= 0) break;
  }
  throw new Error('The connection is dropped on order.');
}

function sobjectOf({ jobs }: Context, request: FastifyRequest): string | null {
  const url = decodeURIComponent(request.url.replaceAll('+', ' '));
  const inPath = /\/sobjects\/(\w+)/.exec(url)?.[1];
  if (inPath) return inPath;
  const body = request.body as { query?: unknown } | undefined;
  const query = /[?&]q=(.*)/.exec(url)?.[1] ?? (typeof body?.query === 'string' ? body.query : '');
  const from = /\bfrom\s+(\w+)/i.exec(query)?.[1];
  if (from) return from;
  const jobId = /\/jobs\/query\/(\w+)/.exec(url)?.[1];
  return jobId ? (jobs.list().find(({ id }) => id === jobId)?.object ?? null) : null;
}
