/** Bulk API 2.0 query jobs over HTTP: create, list, poll, abort, delete, and results page by page. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { jsonFault, SalesforceError } from '../salesforce-error.ts';
import { delimiters, lineEndings, type Job, type ResultPage } from './bulk-jobs.ts';
import type { Context } from './context.ts';
import { faultsOn } from './fault-injection.ts';
import { salesforceTime } from './time.ts';
import { versionNumber } from './versions.ts';

const jobRequest = z.object({
  operation: z.enum(['query', 'queryAll']),
  query: z.string().min(1),
  contentType: z.literal('CSV').default('CSV'),
  columnDelimiter: z.enum(Object.keys(delimiters) as (keyof typeof delimiters)[]).default('COMMA'),
  lineEnding: z.enum(['LF', 'CRLF']).default('LF'),
});

interface JobRoute {
  Params: { version: string; id: string };
  Querystring: { locator?: string; maxRecords?: string };
}

export function bulkRoutes(app: FastifyInstance, context: Context): void {
  const { jobs, org } = context;
  const root = '/services/data/:version/jobs/query';

  app.post<{ Params: { version: string } }>(root, async (request) => {
    const version = versionNumber(request.params.version);
    const parsed = jobRequest.safeParse(request.body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new SalesforceError(
        400,
        'INVALIDJOB',
        `InvalidJob : ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      );
    }
    const doom = faultsOn(request).find(({ kind }) => kind === 'job-failed');
    return describeJob(
      jobs.create(
        parsed.data,
        version,
        doom ? (doom.message ?? 'QUERY_TIMEOUT: Your query request was running for too long.') : null,
      ),
      org.userId,
    );
  });

  app.get(root, async () => ({
    done: true,
    records: jobs.list().map((job) => ({ ...describeJob(job, org.userId), jobType: 'V2Query' })),
    nextRecordsUrl: null,
  }));

  app.get<JobRoute>(`${root}/:id`, async ({ params }) => {
    versionNumber(params.version);
    return describeProgress(jobs.find(params.id), org.userId);
  });

  app.patch<JobRoute>(`${root}/:id`, async ({ params, body }) => {
    const job = jobs.find(params.id);
    if (!z.object({ state: z.literal('Aborted') }).safeParse(body).success)
      throw jsonFault('The only state to ask for is Aborted');
    jobs.abort(job);
    return describeProgress(job, org.userId);
  });

  app.delete<JobRoute>(`${root}/:id`, async ({ params }, reply) => {
    await jobs.remove(jobs.find(params.id));
    return reply.code(204).send();
  });

  app.get<JobRoute>(`${root}/:id/results`, async ({ params, query }, reply) => {
    const job = completeJob(context, params.version, params.id);
    const maxRecords = query.maxRecords === undefined ? undefined : positive(query.maxRecords);
    const page = await jobs.page(job, query.locator, maxRecords);
    return sendPage(reply, job, page);
  });

  app.get<JobRoute>(`${root}/:id/resultPages`, async ({ params, query }) => {
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

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new SalesforceError(400, 'INVALID_MAX_RECORDS', `maxRecords must be a positive integer: ${text}`);
  return number;
}

function completeJob({ jobs }: Context, version: string, id: string): Job {
  const job = jobs.find(id);
  if (versionNumber(version) !== job.version) {
    throw new SalesforceError(409, 'API_VERSION_MISMATCH', `The job was created with API version ${job.version}.0`);
  }
  // Which 4xx a live org gives here is unverified; older documentation has this one.
  if (job.state !== 'JobComplete')
    throw new SalesforceError(412, 'JOB_NOT_COMPLETE', `The job is in state ${job.state}`);
  return job;
}

function sendPage(reply: FastifyReply, job: Job, page: ResultPage): FastifyReply {
  const header = Buffer.from(page.header + lineEndings[job.lineEnding]);
  reply
    .header('content-type', 'text/csv;charset=UTF-8')
    .header('content-length', header.length + page.end - page.start)
    .header('Sforce-NumberOfRecords', page.rowCount)
    .header('Sforce-Locator', page.nextLocator ?? 'null');
  return reply.send(page.rowCount === 0 ? header : Readable.from(pageBytes(header, page), { objectMode: false }));
}

async function* pageBytes(header: Buffer, { path, start, end }: ResultPage): AsyncGenerator<Buffer> {
  yield header;
  yield* createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>;
}

function describeJob(job: Job, userId: string): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: userId,
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

function describeProgress(job: Job, userId: string): Record<string, unknown> {
  return {
    ...describeJob(job, userId),
    jobType: 'V2Query',
    ...(job.errorMessage === null ? {} : { errorMessage: job.errorMessage }),
    numberRecordsProcessed: job.rowCount,
    retries: 0,
    totalProcessingTime: job.milliseconds,
    isPkChunkingSupported: true,
  };
}
