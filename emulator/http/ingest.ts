/** Bulk API 2.0 ingest jobs: rows come as CSV, are loaded, and leave as lists of what worked and what did not. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jsonFault, notFound, SalesforceError } from '../salesforce-error.ts';
import { delimiters, lineEndings } from './bulk-jobs.ts';
import type { Outcome } from './collections.ts';
import { csvFormat, readJobRequest } from './bulk-request.ts';
import type { Context } from './context.ts';
import { csvRows, loadOperations, loadRows, type Row } from './load-rows.ts';
import { objectOf } from './record-find.ts';
import { orgOf } from './session-check.ts';
import { salesforceTime } from './time.ts';
import { versionNumber } from './versions.ts';

const jobRequest = z.object({
  object: z.string().min(1),
  operation: z.enum(loadOperations),
  externalIdFieldName: z.string().optional(),
  ...csvFormat,
});

interface IngestJob extends z.infer<typeof jobRequest> {
  id: string;
  version: number;
  createdById: string;
  createdAt: Date;
  changedAt: Date;
  state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  errorMessage: string | null;
  text: string;
  rows: Row[];
  outcomes: Outcome[];
}

interface JobRoute {
  Params: { version: string; id: string };
}

export function ingestRoutes(app: FastifyInstance, context: Context): void {
  const { org } = context;
  const root = '/services/data/:version/jobs/ingest';
  const jobs = new Map<string, IngestJob>();
  const running = new Set<Promise<void>>();
  // The engine must not close under a load.
  app.addHook('onClose', async () => void (await Promise.allSettled(running)));

  const find = ({ params }: FastifyRequest<JobRoute>): IngestJob => {
    versionNumber(params.version);
    const job = jobs.get(params.id);
    if (!job) throw notFound();
    return job;
  };

  const start = (request: FastifyRequest, job: IngestJob): void => {
    const work = run(context, orgOf(context, request).userId, job);
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  app.post<{ Params: { version: string } }>(root, async (request) => {
    const version = versionNumber(request.params.version);
    const parts = await multipartOf(request);
    const asked = readJobRequest(jobRequest, parts?.job ?? request.body);
    const view = orgOf(context, request);
    const { name } = objectOf(view, asked.object);
    const at = org.now();
    const job: IngestJob = {
      ...asked,
      object: name,
      id: org.mint.mint('750'),
      version,
      createdById: view.userId,
      createdAt: at,
      changedAt: at,
      state: parts ? 'UploadComplete' : 'Open',
      errorMessage: null,
      text: parts?.content ?? '',
      rows: [],
      outcomes: [],
    };
    jobs.set(job.id, job);
    const answer = describeJob(job);
    if (parts) start(request, job);
    return answer;
  });

  app.get<{ Params: { version: string } }>(root, async ({ params }) => {
    versionNumber(params.version);
    return { done: true, records: [...jobs.values()].reverse().map(describeJob), nextRecordsUrl: null };
  });

  app.put<JobRoute>(`${root}/:id/batches`, async (request, reply) => {
    const job = find(request);
    if (job.state !== 'Open') throw new SalesforceError(400, 'INVALIDJOBSTATE', `The job is in state ${job.state}`);
    job.text += typeof request.body === 'string' ? request.body : '';
    return reply.code(201).send('');
  });

  app.patch<JobRoute>(`${root}/:id`, async (request) => {
    const job = find(request);
    const parsed = z.object({ state: z.enum(['UploadComplete', 'Aborted']) }).safeParse(request.body);
    if (!parsed.success) throw jsonFault('The states to ask for are UploadComplete and Aborted');
    if (job.state !== 'Open') throw new SalesforceError(400, 'INVALIDJOBSTATE', `The job is in state ${job.state}`);
    job.state = parsed.data.state;
    job.changedAt = org.now();
    const answer = describeJob(job);
    if (job.state === 'UploadComplete') start(request, job);
    return answer;
  });

  app.get<JobRoute>(`${root}/:id`, async (request) => {
    const job = find(request);
    return {
      ...describeJob(job),
      ...(job.errorMessage === null ? {} : { errorMessage: job.errorMessage }),
      numberRecordsProcessed: job.outcomes.length,
      numberRecordsFailed: job.outcomes.filter(({ success }) => !success).length,
      retries: 0,
      totalProcessingTime: job.changedAt.getTime() - job.createdAt.getTime(),
      apiActiveProcessingTime: 0,
      apexProcessingTime: 0,
    };
  });

  app.delete<JobRoute>(`${root}/:id`, async (request, reply) => {
    jobs.delete(find(request).id);
    return reply.code(204).send();
  });

  app.get<JobRoute>(`${root}/:id/successfulResults`, async (request, reply) =>
    reply.header('content-type', 'text/csv').send(resultsOf(find(request), true)),
  );
  app.get<JobRoute>(`${root}/:id/failedResults`, async (request, reply) =>
    reply.header('content-type', 'text/csv').send(resultsOf(find(request), false)),
  );
  app.get<JobRoute>(`${root}/:id/unprocessedrecords`, async (request, reply) => {
    const job = find(request);
    return reply
      .header('content-type', 'text/csv')
      .send(`${job.text.split(/\r?\n/)[0] ?? ''}${lineEndings[job.lineEnding]}`);
  });
}

/**
 * The job and the rows of a request that brings both, else nothing. Such a job closes by itself. Lines may end in LF
 * alone, as in the file of Salesforce's own walkthrough; the platform's reader of forms wants CRLF.
 */
async function multipartOf({ body, headers }: FastifyRequest): Promise<{ job: unknown; content: string } | undefined> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data') || typeof body !== 'string') return undefined;
  const text = body.includes('\r\n') ? body : body.replaceAll('\n', '\r\n');
  try {
    const form = await new Response(text, { headers: { 'content-type': type } }).formData();
    const [job, content] = await Promise.all([form.get('job'), form.get('content')].map(partText));
    return { job: JSON.parse(job!), content: content! };
  } catch {
    throw jsonFault('A multipart request has a part "job" (JSON) and a part "content" (CSV)');
  }
}

async function partText(part: File | string | null): Promise<string> {
  if (part === null) throw new TypeError('a part is missing');
  return typeof part === 'string' ? part : part.text();
}

async function run({ org }: Context, userId: string, job: IngestJob): Promise<void> {
  job.state = 'InProgress';
  try {
    const view = org.as(userId);
    job.rows = csvRows(job.text, delimiters[job.columnDelimiter]);
    const object = objectOf(view, job.object);
    job.outcomes = await loadRows(view, object, job.operation, job.rows, job.externalIdFieldName ?? 'Id');
    job.state = 'JobComplete';
  } catch (error) {
    job.state = 'Failed';
    job.errorMessage = error instanceof Error ? error.message : String(error);
  }
  job.changedAt = org.now();
}

function resultsOf(job: IngestJob, wanted: boolean): string {
  const delimiter = delimiters[job.columnDelimiter];
  const columns = [...new Set(job.rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: string[]) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter) + lineEndings[job.lineEnding];
  const own = ['sf__Id', wanted ? 'sf__Created' : 'sf__Error'];
  const lines = job.outcomes.flatMap(({ id, success, created, errors }, i) => {
    if (success !== wanted) return [];
    const [error] = errors;
    const reason = error ? `${error.statusCode}:${error.message}:${error.fields.join(' ')}--` : '';
    const cells = columns.map((name) => textOf(job.rows[i]?.[name]));
    return [line([id ?? '', wanted ? String(created ?? false) : reason, ...cells])];
  });
  return line([...own, ...columns]) + lines.join('');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? Object.values(value).map(String).join('') : String(value);
}

function describeJob(job: IngestJob): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: salesforceTime(job.createdAt),
    systemModstamp: salesforceTime(job.changedAt),
    state: job.state,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.version,
    jobType: 'V2Ingest',
    contentUrl: `services/data/v${job.version}.0/jobs/ingest/${job.id}/batches`,
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}
