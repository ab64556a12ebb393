/** Runs the jobs of Bulk API 1.0: batches of a query's results, or of rows to load. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Org } from '../org/org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { recordSql, type Plan } from '../soql/plan.ts';
import type { Ordeal } from './bulk-jobs.ts';
import { writeResult, type BulkResult } from './bulk-result.ts';
import type { Outcome } from './collections.ts';
import { csvRows, loadRows, type LoadOperation, type Row } from './load-rows.ts';
import { objectOf } from './record-find.ts';
import { toRecords, type JsonRecord } from './records.ts';

export interface ClassicJob {
  id: string;
  operation: LoadOperation | 'query' | 'queryAll';
  object: string;
  contentType: 'CSV' | 'JSON';
  key: string;
  version: string;
  isChunked: boolean;
  createdById: string;
  createdAt: Date;
  state: 'Open' | 'Closed' | 'Aborted' | 'Failed';
  batches: ClassicBatch[];
}

export interface ClassicBatch {
  id: string;
  state: 'Queued' | 'InProgress' | 'Completed' | 'Failed' | 'NotProcessed';
  stateMessage: string | null;
  createdAt: Date;
  changedAt: Date;
  recordCount: number;
  failedCount: number;
  resultId: string | null;
  /** Of a CSV query. */
  header: string;
  file: BulkResult | null;
  /** Of a JSON query. */
  records: JsonRecord[];
  /** Of a load. */
  outcomes: Outcome[];
}

/** Adds a batch to the job and starts it; a job that chunks by primary key answers with more batches than it was given. */
export function addBatch(
  org: Org,
  job: ClassicJob,
  body: string,
  ordeal: Ordeal,
  signal: AbortSignal,
): { batch: ClassicBatch; work: Promise<void> } {
  const isQuery = job.operation === 'query' || job.operation === 'queryAll';
  const batch = newBatch(org);
  job.batches.push(batch);
  let worker = batch;
  if (isQuery && job.isChunked) {
    batch.state = 'NotProcessed';
    worker = newBatch(org);
    job.batches.push(worker);
  }
  const start = () => (isQuery ? query(org, job, worker, body) : load(org, job, worker, body));
  return { batch, work: run(org, worker, ordeal, signal, start) };
}

function newBatch(org: Org): ClassicBatch {
  const at = org.now();
  return {
    id: org.mint.mint('751'),
    state: 'Queued',
    stateMessage: null,
    createdAt: at,
    changedAt: at,
    recordCount: 0,
    failedCount: 0,
    resultId: null,
    header: '',
    file: null,
    records: [],
    outcomes: [],
  };
}

async function run(
  org: Org,
  batch: ClassicBatch,
  ordeal: Ordeal,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  batch.state = 'InProgress';
  try {
    if (ordeal.delayMs > 0) await sleep(ordeal.delayMs, undefined, { signal });
    if (ordeal.doom !== null) throw new SalesforceError(400, 'InternalServerError', ordeal.doom);
    await work();
    batch.state = 'Completed';
  } catch (error) {
    batch.state = 'Failed';
    batch.stateMessage = error instanceof Error ? error.message : String(error);
    if (error instanceof SalesforceError)
      batch.stateMessage = `InvalidBatch : Failed to process query: ${error.errorCode}: ${error.message}`;
  }
  batch.changedAt = org.now();
}

async function query(org: Org, job: ClassicJob, batch: ClassicBatch, text: string): Promise<void> {
  const plan = compileSoql(org, text, { allRows: job.operation === 'queryAll' });
  batch.resultId = org.mint.mint('752');
  if (job.contentType === 'CSV') {
    batch.header = plan.columns.map(({ path }) => `"${path.join('.')}"`).join(',');
    const options = { delimiter: ',', lineEnding: '\n', partRows: 50_000 } as const;
    batch.file = await writeResult(org, `batch-${batch.id}`, plan, options);
    batch.recordCount = batch.file.rowCount;
    return;
  }
  const records = await toRecords(org, plan, await org.db.rows(recordSql(plan)), `v${job.version}`);
  for (const record of records) writeMoments(plan, record);
  batch.records = records;
  batch.recordCount = records.length;
}

/** Bulk API 1.0 writes dates and moments of JSON in milliseconds since 1970 (as its clients read them; no recording seen). */
function writeMoments(plan: Plan, record: JsonRecord): void {
  for (const { path, type } of plan.columns) {
    const [name = ''] = path;
    const value = record[name];
    const isMoment = path.length === 1 && (type === 'date' || type === 'datetime');
    if (isMoment && typeof value === 'string') record[name] = Date.parse(value.replace('+0000', 'Z'));
  }
}

async function load(org: Org, job: ClassicJob, batch: ClassicBatch, body: string): Promise<void> {
  const operation = job.operation as LoadOperation;
  const rows = job.contentType === 'CSV' ? csvRows(body, ',') : (JSON.parse(body) as Row[]);
  batch.outcomes = await loadRows(org, objectOf(org, job.object), operation, rows, job.key);
  batch.recordCount = rows.length;
  batch.failedCount = batch.outcomes.filter(({ success }) => !success).length;
}
