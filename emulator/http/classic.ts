/** Bulk API 1.0 over HTTP, which simple-salesforce, dlt, Singer's tap and jsforce's `bulk` still speak: in JSON, or XML around CSV. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SalesforceError } from '../salesforce-error.ts';
import { ordealOf } from './bulk.ts';
import type { ByteRange } from './bulk-result.ts';
import { addBatch, type ClassicBatch, type ClassicJob } from './classic-jobs.ts';
import type { Outcome } from './collections.ts';
import type { Context } from './context.ts';
import { loadOperations } from './load-rows.ts';
import { orgOf, requestLimit, sessionOf } from './session-check.ts';
import { salesforceTime } from './time.ts';
import { versionNumber } from './versions.ts';
import { elements, escapeXml, texts } from './xml.ts';

const namespace = 'http://www.force.com/2009/06/asyncapi/dataload';

const jobRequest = z.object({
  operation: z.enum([...loadOperations, 'query', 'queryAll']),
  object: z.string().min(1),
  contentType: z.enum(['CSV', 'JSON']).default('CSV'),
  externalIdFieldName: z.string().optional(),
});

interface JobRoute {
  Params: { version: string; id: string };
}
interface BatchRoute {
  Params: { version: string; id: string; batch: string };
}
interface ResultRoute {
  Params: { version: string; id: string; batch: string; result: string };
}

/** Bulk API 1.0 has error codes of its own, and 400 for almost everything. */
class ClassicError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function classicRoutes(app: FastifyInstance, context: Context): void {
  const { org, usage, sessions } = context;
  const jobs = new Map<string, ClassicJob>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  const root = '/services/async/:version/job';

  const visit = ({ params }: FastifyRequest<JobRoute>): ClassicJob => {
    const job = [...jobs.values()].find(({ id }) => id === params.id || id.slice(0, 15) === params.id);
    if (!job) throw new ClassicError('InvalidJob', `Unable to find object: ${params.id}`);
    return job;
  };
  const batchOf = (job: ClassicJob, id: string): ClassicBatch => {
    const batch = job.batches.find((one) => one.id === id || one.id.slice(0, 15) === id);
    if (!batch) throw new ClassicError('InvalidBatch', `Unable to find batch: ${id}`);
    return batch;
  };

  // The engine must not close under a batch.
  app.addHook('onClose', async () => {
    closing.abort();
    await Promise.allSettled(running);
  });

  void app.register(async (inner) => {
    // Whatever a batch holds, its query or rows, is text here.
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, String(body)));
    inner.addHook('preHandler', async (request) => {
      // As jsforce recognises it: 400, not 401.
      if (sessions.userOf(sessionOf(request)) === undefined)
        throw new ClassicError('InvalidSessionId', 'Invalid session id');
      if (usage.used >= usage.limit) throw requestLimit('TotalRequests');
      usage.used++;
      versionNumber(`v${(request.params as { version: string }).version}`);
    });
    inner.setErrorHandler((error, request, reply) => {
      const known = error instanceof ClassicError || error instanceof SalesforceError;
      const code =
        error instanceof ClassicError ? error.code : error instanceof SalesforceError ? error.errorCode : 'Unknown';
      const message = error instanceof Error ? error.message : String(error);
      const fields = { exceptionCode: code, exceptionMessage: message };
      return send(reply.code(known ? 400 : 500), 'error', fields, wantsJson(request) ? 'JSON' : 'CSV');
    });

    inner.post<{ Params: { version: string } }>(root, async (request, reply) => {
      const parsed = jobRequest.safeParse(fieldsOf(request));
      if (!parsed.success) throw new ClassicError('InvalidJob', z.prettifyError(parsed.error));
      const view = orgOf(context, request);
      const object = view.find(parsed.data.object);
      if (!object) throw new ClassicError('InvalidJob', `Invalid object: ${parsed.data.object}`);
      const chunking = String(request.headers['sforce-enable-pkchunking'] ?? 'false');
      const job: ClassicJob = {
        id: org.mint.mint('750'),
        operation: parsed.data.operation,
        object: object.name,
        contentType: parsed.data.contentType,
        key: parsed.data.externalIdFieldName ?? 'Id',
        version: request.params.version,
        isChunked: !/^false$/i.test(chunking),
        createdById: view.userId,
        createdAt: org.now(),
        state: 'Open',
        batches: [],
      };
      jobs.set(job.id, job);
      return send(reply.code(201), 'jobInfo', describeJob(job), wantsJson(request) ? 'JSON' : 'CSV');
    });

    inner.get<JobRoute>(`${root}/:id`, async (request, reply) =>
      send(reply, 'jobInfo', describeJob(visit(request)), wantsJson(request) ? 'JSON' : 'CSV'),
    );

    inner.post<JobRoute>(`${root}/:id`, async (request, reply) => {
      const job = visit(request);
      const parsed = z.object({ state: z.enum(['Closed', 'Aborted', 'Failed']) }).safeParse(fieldsOf(request));
      if (!parsed.success) throw new ClassicError('InvalidJob', 'The states to ask for are Closed and Aborted');
      job.state = parsed.data.state;
      return send(reply, 'jobInfo', describeJob(job), wantsJson(request) ? 'JSON' : 'CSV');
    });

    inner.post<JobRoute>(`${root}/:id/batch`, async (request, reply) => {
      const job = visit(request);
      if (job.state !== 'Open') throw new ClassicError('InvalidJobState', `The job is ${job.state}`);
      const { batch, work } = addBatch(
        orgOf(context, request),
        job,
        String(request.body ?? ''),
        ordealOf(request),
        closing.signal,
      );
      running.add(work);
      void work.finally(() => running.delete(work));
      return send(reply.code(201), 'batchInfo', describeBatch(job, batch), job.contentType);
    });

    inner.get<JobRoute>(`${root}/:id/batch`, async (request, reply) => {
      const job = visit(request);
      const list = { batchInfo: job.batches.map((batch) => describeBatch(job, batch)) };
      return send(reply, 'batchInfoList', list, job.contentType);
    });

    inner.get<BatchRoute>(`${root}/:id/batch/:batch`, async (request, reply) => {
      const job = visit(request);
      return send(reply, 'batchInfo', describeBatch(job, batchOf(job, request.params.batch)), job.contentType);
    });

    inner.get<BatchRoute>(`${root}/:id/batch/:batch/result`, async (request, reply) => {
      const job = visit(request);
      const batch = batchOf(job, request.params.batch);
      if (batch.state !== 'Completed') throw new ClassicError('InvalidBatch', 'Batch not completed');
      if (batch.resultId !== null) {
        if (job.contentType === 'JSON') return reply.send([batch.resultId]);
        return send(reply, 'result-list', { result: [batch.resultId] }, 'CSV');
      }
      if (job.contentType === 'JSON')
        return reply.send(batch.outcomes.map((outcome) => ({ created: false, ...outcome })));
      return reply.header('content-type', 'text/csv').send(outcomesCsv(batch.outcomes));
    });

    inner.get<ResultRoute>(`${root}/:id/batch/:batch/result/:result`, async (request, reply) => {
      const job = visit(request);
      const batch = batchOf(job, request.params.batch);
      if (batch.resultId !== request.params.result) throw new ClassicError('InvalidBatch', 'Unable to find result');
      if (!batch.file) return reply.send(batch.records);
      reply.header('content-type', 'text/csv;charset=UTF-8');
      if (batch.recordCount === 0) return reply.send('Records not found for this query\n');
      const ranges = await batch.file.ranges(0, batch.recordCount);
      return reply.send(Readable.from(fileBytes(`${batch.header}\n`, ranges), { objectMode: false }));
    });
  });
}

async function* fileBytes(header: string, ranges: ByteRange[]): AsyncGenerator<Buffer> {
  yield Buffer.from(header);
  for (const { path, start, end } of ranges) {
    yield* createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 19 }) as AsyncIterable<Buffer>;
  }
}

function wantsJson(request: FastifyRequest): boolean {
  return /json/.test(`${request.headers['content-type'] ?? ''} ${request.headers.accept ?? ''}`);
}

/** The fields of a request's body, in JSON or flat XML. */
function fieldsOf(request: FastifyRequest): unknown {
  const body = String(request.body ?? '');
  if (!body.trimStart().startsWith('<')) {
    try {
      return JSON.parse(body);
    } catch {
      throw new ClassicError('InvalidJob', 'The body is not well-formed.');
    }
  }
  const names = ['operation', 'object', 'contentType', 'externalIdFieldName', 'state'];
  return Object.fromEntries(names.flatMap((name) => texts(body, name).map((text) => [name, text])));
}

/** Answers follow the job's content type: JSON, or XML for CSV. */
function send(
  reply: FastifyReply,
  name: string,
  fields: Record<string, unknown>,
  contentType: ClassicJob['contentType'],
): FastifyReply {
  if (contentType === 'JSON') return reply.send(fields);
  const xml = `<?xml version="1.0" encoding="UTF-8"?><${name} xmlns="${escapeXml(namespace)}">${elements(fields)}</${name}>`;
  return reply.header('content-type', 'application/xml').send(xml);
}

function outcomesCsv(outcomes: Outcome[]): string {
  const lines = outcomes.map(({ id, success, created, errors }) => {
    const [error] = errors;
    const reason = error ? `${error.statusCode}:${error.message}:${error.fields.join(' ')}--` : '';
    const cells = [id ?? '', String(success), String(created ?? false), reason];
    return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  });
  return `${['"Id","Success","Created","Error"', ...lines].join('\n')}\n`;
}

function describeJob(job: ClassicJob): Record<string, unknown> {
  const count = (state: ClassicBatch['state']) => job.batches.filter((batch) => batch.state === state).length;
  const sum = (of: (batch: ClassicBatch) => number) => job.batches.reduce((total, batch) => total + of(batch), 0);
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: salesforceTime(job.createdAt),
    systemModstamp: salesforceTime(job.createdAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: job.contentType,
    numberBatchesQueued: count('Queued'),
    numberBatchesInProgress: count('InProgress'),
    numberBatchesCompleted: count('Completed'),
    numberBatchesFailed: count('Failed'),
    numberBatchesTotal: job.batches.length,
    numberRecordsProcessed: sum(({ recordCount }) => recordCount),
    numberRetries: 0,
    apiVersion: Number(job.version),
    numberRecordsFailed: sum(({ failedCount }) => failedCount),
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}

function describeBatch(job: ClassicJob, batch: ClassicBatch): Record<string, unknown> {
  return {
    id: batch.id,
    jobId: job.id,
    state: batch.state,
    stateMessage: batch.stateMessage,
    createdDate: salesforceTime(batch.createdAt),
    systemModstamp: salesforceTime(batch.changedAt),
    numberRecordsProcessed: batch.recordCount,
    numberRecordsFailed: batch.failedCount,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}
