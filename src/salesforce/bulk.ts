/** Turns a SOQL text into a finished Bulk 2.0 query job, and its result pages into CSV byte streams. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { ExportPage } from '../model/source.ts';
import { cleaned } from './body.ts';
import { RestFault } from './fault.ts';
import type { Rest } from './rest.ts';

const job = z.object({
  id: z.string().regex(/^\w{15,18}$/),
  state: z.enum(['UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted']),
  numberRecordsProcessed: z.number().int().nonnegative().optional(),
  errorMessage: z.string().optional(),
});

export type BulkOptions = {
  /** Milliseconds before the first poll; grows by half each time, so that a small job is met within tenths of a second. */
  pollDelay: number;
  /** Milliseconds between polls at most. */
  maxPollDelay: number;
  /** Milliseconds until a job is given up and aborted: jobs were seen InProgress for hours (Airbyte 17148). */
  deadline: number;
};

export type BulkJob = { jobId: string; rowCount: number };

/** How a job ended that has no result. `timeout`: the query is too big as it stands. */
export class JobFault extends Error {
  readonly state: 'Failed' | 'Aborted' | 'Stuck';

  constructor(state: 'Failed' | 'Aborted' | 'Stuck', message: string) {
    super(message);
    this.state = state;
  }
}

export type Bulk = {
  /** @throws JobFault, or RestFault when the job is refused. */
  start(soql: string, signal: AbortSignal): Promise<BulkJob>;
  /** Null when it is forgotten or ended badly. */
  resume(jobId: string, signal: AbortSignal): Promise<BulkJob | null>;
  /** @throws DomainError `salesforce-export-lost`. */
  readPage(jobId: string, locator: string | null, maxRows: number, signal: AbortSignal): Promise<ExportPage>;
};

export function openBulk(rest: Rest, jobsPath: string, options: BulkOptions): Bulk {
  const jobPath = (jobId: string) => `${jobsPath}/${encodeURIComponent(jobId)}`;
  const api = 'bulk' as const;

  async function wait(jobId: string, signal: AbortSignal): Promise<BulkJob> {
    const until = Date.now() + options.deadline;
    for (let delay = options.pollDelay; ; delay = Math.min(delay * 1.5, options.maxPollDelay)) {
      const seen = await rest.json(job, { path: jobPath(jobId), api, signal });
      if (seen.state === 'JobComplete') {
        if (seen.numberRecordsProcessed !== undefined) return { jobId, rowCount: seen.numberRecordsProcessed };
        throw new DomainError('salesforce-answer-invalid', `Job ${jobId} is complete but does not say how many rows.`);
      }
      if (seen.state === 'Failed' || seen.state === 'Aborted') {
        const reason = seen.errorMessage ?? 'no reason given';
        if (/^INVALID_?FIELD\b/.test(reason))
          throw new DomainError('salesforce-field-gone', `Job ${jobId} failed: ${reason}`);
        throw new JobFault(seen.state, `Query job ${jobId} ended ${seen.state}: ${reason}`);
      }
      if (Date.now() > until) {
        await discard(jobId, signal);
        throw new JobFault('Stuck', `Query job ${jobId} took over ${options.deadline / 1000} s; it was aborted.`);
      }
      await sleep(delay, undefined, { signal });
    }
  }

  /** Aborted and deleted, so that it does not go on using the org; a refusal changes nothing for us. */
  async function discard(jobId: string, signal: AbortSignal): Promise<void> {
    for (const method of ['PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { body: { state: 'Aborted' } } : {};
      await rest.text({ method, path: jobPath(jobId), ...body, api, signal }).catch((error: unknown) => {
        if (!(error instanceof RestFault)) throw error;
      });
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
      const { id } = await rest.json(job, { method: 'POST', path: jobsPath, body, api, signal });
      return wait(id, signal);
    },
    async resume(jobId, signal) {
      try {
        return await wait(jobId, signal);
      } catch (error) {
        // Forgotten after seven days, or ended badly meanwhile: either way a new job is the remedy.
        if (error instanceof RestFault || error instanceof JobFault) return null;
        throw error;
      }
    },
    async readPage(jobId, locator, maxRows, signal) {
      const search = new URLSearchParams({ maxRecords: String(maxRows), ...(locator === null ? {} : { locator }) });
      const path = `${jobPath(jobId)}/results?${search.toString()}`;
      const answer = await rest.send({ path, headers: { accept: 'text/csv' }, api, signal }).catch((error: unknown) => {
        if (!(error instanceof RestFault)) throw error;
        throw new DomainError('salesforce-export-lost', `Job ${jobId} has no such page any more (${error.message}).`, {
          cause: error,
        });
      });
      const rowCount = Number(answer.headers['sforce-numberofrecords'] ?? Number.NaN);
      if (!Number.isSafeInteger(rowCount) || rowCount < 0) {
        answer.body.destroy();
        throw new DomainError('salesforce-answer-invalid', `A page of job ${jobId} does not say how many rows it has.`);
      }
      const next = answer.headers['sforce-locator'];
      return {
        ...cleaned(answer),
        rowCount,
        // The end is the word null, or no header at all.
        nextLocator: typeof next === 'string' && next !== '' && next !== 'null' ? next : null,
      };
    },
  };
}
