/** Bulk API 2.0 query jobs over HTTP: create, list, poll, abort, delete, and results page by page. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jsonFault, SalesforceError } from '../salesforce-error.ts';
import { delimiters, lineEndings, type Job, type Ordeal, type ResultPage } from './bulk-jobs.ts';
import type { ByteRange } from './bulk-result.ts';
import { csvFormat, readJobRequest } from './bulk-request.ts';
import type { Context } from './context.ts';
import { faultsOn } from './fault-injection.ts';
import { orgOf } from './session-check.ts';
import { salesforceTime } from './time.ts';
import { versionNumber } from './versions.ts';

const jobRequest = z.object({
  operation: z.enum(['query', 'queryAll']),
  query: z.string().min(1),
  ...csvFormat,
});

// The documentation says no page size; a live org's first page was never longer than this in recordings read.
const listPage = 1000;

interface ListRoute {
  Params: { version: string };
  Querystring: { queryLocator?: string; jobType?: string; concurrencyMode?: string };
}
interface JobRoute {
  Params: { version: string; id: string };
  Querystring: { locator?: string; maxRecords?: string };
}

export function bulkRoutes(app: FastifyInstance, context: Context): void {
  const { jobs } = context;
  const root = '/services/data/:version/jobs/query';

  app.post<{ Params: { version: string } }>(root, async (request) => {
    const version = versionNumber(request.params.version);
    const asked = readJobRequest(jobRequest, request.body);
    return describeJob(jobs.create(orgOf(context, request), asked, version, ordealOf(request)));
  });

  app.get<ListRoute>(root, async ({ params, query }) => {
    versionNumber(params.version);
    const wanted = isListed(query) ? jobs.list() : [];
    const from = Number(Buffer.from(query.queryLocator ?? '', 'base64url').toString() || 0);
    const to = from + listPage;
    const done = to >= wanted.length;
    const next = Buffer.from(String(to)).toString('base64url');
    return {
      done,
      records: wanted.slice(from, to).map((job) => ({ ...describeJob(job), jobType: 'V2Query' })),
      nextRecordsUrl: done ? null : `/services/data/${params.version}/jobs/query?queryLocator=${next}`,
    };
  });

  app.get<JobRoute>(`${root}/:id`, async (request) => {
    versionNumber(request.params.version);
    await sufferExpiry(context, request);
    return describeProgress(jobs.poll(request.params.id));
  });

  app.patch<JobRoute>(`${root}/:id`, async ({ params, body }) => {
    const job = jobs.find(params.id);
    if (!z.object({ state: z.literal('Aborted') }).safeParse(body).success)
      throw jsonFault('The only state to ask for is Aborted');
    jobs.abort(job);
    return describeProgress(job);
  });

  app.delete<JobRoute>(`${root}/:id`, async ({ params }, reply) => {
    await jobs.remove(jobs.find(params.id));
    return reply.code(204).send();
  });

  app.get<JobRoute>(`${root}/:id/results`, async (request, reply) => {
    const { params, query } = request;
    await sufferExpiry(context, request);
    const job = completeJob(context, params.version, params.id);
    const maxRecords = query.maxRecords === undefined ? undefined : positive(query.maxRecords);
    const lost = faultsOn(request).some(({ kind }) => kind === 'truncate') ? 1 : 0;
    return sendPage(reply, job, await jobs.page(job, query.locator, maxRecords, lost));
  });

  app.get<JobRoute>(`${root}/:id/resultPages`, async (request) => {
    const { params, query } = request;
    await sufferExpiry(context, request);
    const job = completeJob(context, params.version, params.id);
    if (versionNumber(params.version) < 58)
      throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
    const resultPages: { resultUrl: string }[] = [];
    const path = `/services/data/${params.version}/jobs/query/${job.id}`;
    let locator: string | undefined = query.locator;
    let done = false;
    while (resultPages.length < 5 && !done) {
      const at = locator === undefined ? '' : `?locator=${locator}`;
      resultPages.push({ resultUrl: `${path}/results${at}` });
      const page = await jobs.page(job, locator, undefined);
      done = page.nextLocator === null;
      locator = page.nextLocator ?? undefined;
    }
    return { resultPages, nextRecordsUrl: done ? null : `${path}/resultPages?locator=${locator ?? ''}`, done };
  });
}

function isListed({ jobType, concurrencyMode }: ListRoute['Querystring']): boolean {
  return (jobType ?? 'V2Query') === 'V2Query' && (concurrencyMode ?? 'Parallel').toLowerCase() === 'parallel';
}

const timeout = 'QUERY_TIMEOUT: Your query request was running for too long.';

export function ordealOf(request: FastifyRequest): Ordeal {
  const faults = faultsOn(request);
  const failed = faults.find(({ kind }) => kind === 'job-failed');
  const slow = faults.find(({ kind }) => kind === 'job-slow');
  return { doom: failed ? (failed.message ?? timeout) : null, delayMs: slow?.delayMs ?? 0, polls: slow?.polls ?? 0 };
}

async function sufferExpiry({ jobs }: Context, request: FastifyRequest<JobRoute>): Promise<void> {
  if (faultsOn(request).some(({ kind }) => kind === 'job-expired')) await jobs.expire(jobs.find(request.params.id));
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new SalesforceError(400, 'INVALID_MAX_RECORDS', `maxRecords must be a positive integer: ${text}`);
  return number;
}

function completeJob({ jobs }: Context, version: string, id: string): Job {
  const job = jobs.poll(id);
  if (versionNumber(version) !== job.version) {
    throw new SalesforceError(409, 'API_VERSION_MISMATCH', `The job was created with API version ${job.version}.0`);
  }
  // Which 4xx a live org gives here is unverified; older documentation has this one.
  if (job.state !== 'JobComplete')
    throw new SalesforceError(412, 'JOB_NOT_COMPLETE', `The job is in state ${job.state}`);
  return job;
}

function sendPage(reply: FastifyReply, job: Job, { ranges, ...page }: ResultPage): FastifyReply {
  const delimiter = delimiters[job.columnDelimiter];
  const names = job.columns.map((name) => `"${name}"`).join(delimiter);
  const header = Buffer.from(names + lineEndings[job.lineEnding]);
  reply
    .header('content-type', 'text/csv;charset=UTF-8')
    .header(
      'content-length',
      ranges.reduce((sum, { start, end }) => sum + end - start, header.length),
    )
    .header('Sforce-NumberOfRecords', page.rowCount)
    .header('Sforce-Locator', page.nextLocator ?? 'null');
  return reply.send(ranges.length === 0 ? header : Readable.from(pageBytes(header, ranges), { objectMode: false }));
}

async function* pageBytes(header: Buffer, ranges: ByteRange[]): AsyncGenerator<Buffer> {
  yield header;
  for (const { path, start, end } of ranges) {
    // Half a megabyte at a time: smaller reads cost more calls than bytes.
    yield* createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 19 }) as AsyncIterable<Buffer>;
  }
}

function describeJob(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: salesforceTime(job.createdAt),
    systemModstamp: salesforceTime(job.changedAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.version,
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

function describeProgress(job: Job): Record<string, unknown> {
  return {
    ...describeJob(job),
    jobType: 'V2Query',
    ...(job.errorMessage === null ? {} : { errorMessage: job.errorMessage }),
    numberRecordsProcessed: job.rowCount,
    retries: 0,
    totalProcessingTime: job.milliseconds,
    isPkChunkingSupported: true,
  };
}
