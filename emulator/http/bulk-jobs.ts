/** Runs Bulk API query jobs from creation to expiry, with the failures and delays ordered for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Org } from '../org/org.ts';
import { columnType } from '../org/sql.ts';
import { notFound, SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import type { Plan } from '../soql/plan.ts';
import { writeResult, type BulkResult, type ByteRange } from './bulk-result.ts';

export interface JobRequest {
  operation: 'query' | 'queryAll';
  query: string;
  columnDelimiter: keyof typeof delimiters;
  lineEnding: keyof typeof lineEndings;
}

/** What injected faults make of a job. */
export interface Ordeal {
  /** The job ends Failed with this. */
  doom: string | null;
  /** The job stays InProgress for so long, and for so many polls. */
  delayMs: number;
  polls: number;
}

export interface Job extends JobRequest {
  id: string;
  object: string;
  version: number;
  createdById: string;
  createdAt: Date;
  changedAt: Date;
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  errorMessage: string | null;
  rowCount: number;
  milliseconds: number;
  /** Column names, parents' with their path. */
  columns: string[];
  /** Polls left that find the job still running. */
  pollsLeft: number;
  result: BulkResult | null;
}

export interface ResultPage {
  ranges: ByteRange[];
  rowCount: number;
  nextLocator: string | null;
}

export const delimiters = { COMMA: ',', TAB: '\t', SEMICOLON: ';', PIPE: '|', CARET: '^', BACKQUOTE: '`' } as const;
export const lineEndings = { LF: '\n', CRLF: '\r\n' } as const;

// Jobs and their results are gone after seven days, as documented.
const jobLife = 7 * 86_400_000;
const day = 86_400_000;

export interface BulkJobs {
  create(org: Org, request: JobRequest, version: number, ordeal: Ordeal): Job;
  /** Throws NOT_FOUND. A poll counts towards an ordeal's. */
  find(id: string): Job;
  poll(id: string): Job;
  /** Newest first. */
  list(): Job[];
  /** Jobs created in the last 24 hours, and the megabytes of their results. */
  usage(): { jobs: number; megabytes: number };
  abort(job: Job): void;
  remove(job: Job): Promise<void>;
  /** The job and its result are gone, as after seven days. */
  expire(job: Job): Promise<void>;
  /** `lost` rows at the end of the page are counted and not there, for a fault. */
  page(job: Job, locator: string | undefined, maxRecords: number | undefined, lost?: number): Promise<ResultPage>;
  /** Ends the waits of slow jobs and lets the rest finish; none starts afterwards. */
  close(): Promise<void>;
}

export interface BulkLimits {
  /** Rows of a result page nobody gave a size for, at most. */
  pageRows: number;
  jobsPerDay: number;
}

export function createBulkJobs(org: Org, limits: BulkLimits): BulkJobs {
  const jobs = new Map<string, Job>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  const run = async (job: Job, plan: Plan, ordeal: Ordeal): Promise<void> => {
    const startedAt = performance.now();
    if (job.state === 'UploadComplete') job.state = 'InProgress';
    try {
      if (ordeal.delayMs > 0) await sleep(ordeal.delayMs, undefined, { signal: closing.signal });
      if (ordeal.doom !== null) throw new SalesforceError(400, 'InternalServerError', ordeal.doom);
      if (job.state !== 'InProgress') return;
      const delimiter = delimiters[job.columnDelimiter];
      const lineEnding = lineEndings[job.lineEnding];
      const result = await writeResult(org, `job-${job.id}`, plan, {
        delimiter,
        lineEnding,
        partRows: limits.pageRows,
      });
      // Aborted or deleted meanwhile: nobody reads the result.
      if (job.state !== 'InProgress' || !jobs.has(job.id)) return await result.remove();
      job.result = result;
      job.rowCount = result.rowCount;
      job.state = 'JobComplete';
    } catch (error) {
      if (job.state !== 'Aborted') job.state = 'Failed';
      job.errorMessage = error instanceof Error ? error.message : String(error);
    } finally {
      job.changedAt = org.now();
      job.milliseconds = Math.round(performance.now() - startedAt);
    }
  };

  const find = (id: string): Job => {
    const job = jobs.get(id.length === 15 ? ([...jobs.keys()].find((key) => key.startsWith(id)) ?? '') : id);
    if (!job) throw notFound();
    if (org.now().getTime() - job.createdAt.getTime() > jobLife) {
      void expire(job);
      throw notFound();
    }
    return job;
  };

  const expire = async (job: Job): Promise<void> => {
    jobs.delete(job.id);
    await job.result?.remove();
  };

  const lastDay = () => [...jobs.values()].filter(({ createdAt }) => org.now().getTime() - createdAt.getTime() < day);

  return {
    create: (as, request, version, ordeal) => {
      const plan = compileSoql(as, request.query, { allRows: request.operation === 'queryAll' });
      refuseForBulk(plan);
      if (lastDay().length >= limits.jobsPerDay) {
        const message = `Max bulk v2 query jobs (${limits.jobsPerDay}) per 24 hrs has been reached`;
        throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
      }
      const at = org.now();
      const job: Job = {
        ...request,
        id: org.mint.mint('750'),
        object: plan.object.name,
        version,
        createdById: as.userId,
        createdAt: at,
        changedAt: at,
        state: 'UploadComplete',
        errorMessage: null,
        rowCount: 0,
        milliseconds: 0,
        columns: plan.columns.map(({ path }) => path.join('.')),
        pollsLeft: ordeal.polls,
        result: null,
      };
      jobs.set(job.id, job);
      const work = new Promise<void>((resolve) => setImmediate(resolve)).then(() => run(job, plan, ordeal));
      running.add(work);
      void work.finally(() => running.delete(work));
      return job;
    },
    find,
    poll: (id) => {
      const job = find(id);
      const isDone = job.state === 'JobComplete' || job.state === 'Failed';
      if (!isDone || job.pollsLeft === 0) return job;
      job.pollsLeft--;
      return { ...job, state: 'InProgress', errorMessage: null };
    },
    list: () => [...jobs.values()].reverse(),
    usage: () => {
      const recent = lastDay();
      const bytes = recent.reduce((sum, { result }) => sum + (result?.byteCount ?? 0), 0);
      return { jobs: recent.length, megabytes: Math.ceil(bytes / 1e6) };
    },
    abort: (job) => {
      if (job.state !== 'UploadComplete' && job.state !== 'InProgress') {
        const state = job.state === 'JobComplete' ? 'Completed' : job.state;
        throw new SalesforceError(400, 'INVALIDJOBSTATE', `Aborting already ${state} Job not allowed`);
      }
      job.state = 'Aborted';
      job.changedAt = org.now();
    },
    remove: async (job) => {
      if (job.state === 'UploadComplete' || job.state === 'InProgress') {
        throw new SalesforceError(400, 'INVALIDJOBSTATE', 'Deleting an active job is not allowed: abort it first');
      }
      await expire(job);
    },
    expire,
    page: async (job, locator, maxRecords, lost = 0) => {
      const from = locator === undefined ? 0 : Number(Buffer.from(locator, 'base64url').toString());
      if (!Number.isInteger(from) || from < 0 || from > job.rowCount || (locator !== undefined && from === 0)) {
        throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', `Invalid locator: ${locator ?? ''}`);
      }
      const natural = job.result?.naturalEnd(from) ?? 0;
      const to = maxRecords === undefined ? natural : Math.min(job.rowCount, from + maxRecords);
      return {
        ranges: (await job.result?.ranges(from, to - lost)) ?? [],
        rowCount: to - from,
        nextLocator: to < job.rowCount ? Buffer.from(String(to)).toString('base64url') : null,
      };
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

/** The first message is documented by others' code; the error code and the wording of the rest are unverified. */
function refuseForBulk(plan: Plan): void {
  if (plan.columns.some(({ type }) => columnType(type) === null)) {
    throw new SalesforceError(400, 'API_ERROR', 'Selecting compound data not supported in Bulk Query');
  }
  if (plan.columns.some(({ type }) => type === 'base64')) {
    throw new SalesforceError(400, 'API_ERROR', 'Selecting binary fields is not supported in Bulk Query');
  }
  if (plan.kind !== 'rows' || plan.children.length > 0 || plan.usesOffset || plan.usesFields || plan.usesTypeof) {
    const message = 'Aggregate, grouped, nested, offset and FIELDS() queries are not supported in Bulk Query';
    throw new SalesforceError(400, 'FEATURE_NOT_ENABLED', message);
  }
}
