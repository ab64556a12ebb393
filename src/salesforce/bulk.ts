/** Turns a SOQL text into a finished Bulk 2.0 query job, and its result pages into CSV byte streams. */
import { pipeline, Transform, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Export, ExportPage } from '../model/source.ts';
import { RestFault, type Rest } from './rest.ts';

const job = z.object({
  id: z.string().regex(/^\w{15,18}$/),
  state: z.enum(['UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted']),
  numberRecordsProcessed: z.number().int().nonnegative().optional(),
  errorMessage: z.string().optional(),
});

export type BulkOptions = {
  /** Milliseconds before the first poll; grows by half each time. */
  pollDelay: number;
  /** Milliseconds between polls at most. */
  maxPollDelay: number;
  /** Milliseconds until a job is given up and aborted: jobs were seen InProgress for hours (Airbyte 17148). */
  deadline: number;
};

export type Bulk = {
  start(soql: string, signal: AbortSignal): Promise<Export>;
  resume(jobId: string, signal: AbortSignal): Promise<Export | null>;
  readPage(jobId: string, locator: string | null, maxRows: number, signal: AbortSignal): Promise<ExportPage>;
};

export function openBulk(rest: Rest, jobsPath: string, options: BulkOptions): Bulk {
  const jobPath = (jobId: string) => `${jobsPath}/${encodeURIComponent(jobId)}`;

  async function wait(jobId: string, signal: AbortSignal): Promise<Export> {
    const until = Date.now() + options.deadline;
    for (let delay = options.pollDelay; ; delay = Math.min(delay * 1.5, options.maxPollDelay)) {
      const seen = await rest.json(job, { path: jobPath(jobId), signal });
      if (seen.state === 'JobComplete') {
        if (seen.numberRecordsProcessed !== undefined) return { jobId, rowCount: seen.numberRecordsProcessed };
        throw new DomainError('salesforce-answer-invalid', `Job ${jobId} is complete but does not say how many rows.`);
      }
      if (seen.state === 'Failed' || seen.state === 'Aborted') {
        const told = seen.errorMessage ?? 'no reason given';
        throw new DomainError('salesforce-query-failed', `Query job ${jobId} ended ${seen.state}: ${told}`);
      }
      if (Date.now() > until) {
        await rest
          .send({ method: 'PATCH', path: jobPath(jobId), body: { state: 'Aborted' }, signal })
          .then((answer) => answer.body.dump());
        throw new DomainError(
          'salesforce-query-failed',
          `Query job ${jobId} took over ${options.deadline / 1000} s; it was aborted.`,
        );
      }
      await sleep(delay, undefined, { signal });
    }
  }

  return {
    async start(soql, signal) {
      // A repeated POST may leave an orphan: it costs one of 10,000 jobs a day and is never read.
      const body = {
        operation: 'queryAll',
        query: soql,
        contentType: 'CSV',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
      };
      try {
        const { id } = await rest.json(job, { method: 'POST', path: jobsPath, body, signal });
        return await wait(id, signal);
      } catch (error) {
        if (!(error instanceof RestFault)) throw error;
        throw new DomainError('salesforce-query-failed', `Salesforce refused the query: ${error.message}`, {
          cause: error,
        });
      }
    },
    async resume(jobId, signal) {
      try {
        return await wait(jobId, signal);
      } catch (error) {
        // Forgotten after seven days, or ended badly meanwhile: either way a new job is the remedy.
        if (error instanceof RestFault) return null;
        if (error instanceof DomainError && error.code === 'salesforce-query-failed') return null;
        throw error;
      }
    },
    async readPage(jobId, locator, maxRows, signal) {
      const search = new URLSearchParams({ maxRecords: String(maxRows), ...(locator === null ? {} : { locator }) });
      const path = `${jobPath(jobId)}/results?${search.toString()}`;
      const answer = await rest.send({ path, accept: 'text/csv', signal });
      const rowCount = Number(answer.headers['sforce-numberofrecords'] ?? Number.NaN);
      if (!Number.isSafeInteger(rowCount) || rowCount < 0) {
        answer.body.destroy();
        throw new DomainError('salesforce-answer-invalid', `A page of job ${jobId} does not say how many rows it has.`);
      }
      const next = answer.headers['sforce-locator'];
      return {
        csv: cleaned(answer.body, answer.headers['content-encoding'] === 'gzip'),
        rowCount,
        // The end is the word null, or no header at all.
        nextLocator: typeof next === 'string' && next !== '' && next !== 'null' ? next : null,
      };
    },
  };
}

/** The body unpacked and without NUL bytes, which neither PostgreSQL nor any CSV reader takes; errors travel along. */
function cleaned(body: Readable, isGzip: boolean): Readable {
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk.includes(0) ? chunk.filter((byte) => byte !== 0) : chunk);
    },
  });
  // A connection may break before the reader has begun: the error is kept for it, not thrown at the process.
  const kept = () => {};
  filter.on('error', kept);
  if (isGzip) pipeline(body, createGunzip(), filter, kept);
  else pipeline(body, filter, kept);
  return filter;
}
