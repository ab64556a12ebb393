/** Chooses how an export is fetched: REST for what is small, a Bulk job for the rest, slices by Id for what is huge or times out. */
import { DomainError } from '../model/errors.ts';
import type { Export, ExportApi, ExportPage, ExportQuery } from '../model/source.ts';
import { JobFault, type Bulk } from './bulk.ts';
import { RestFault } from './fault.ts';
import type { Query } from './query.ts';
import { exportSoql } from './soql.ts';

export type ExportOptions = {
  /** Up to so many rows REST costs no more requests than a job, and no waiting for one (Estuary and Fivetran do the same). */
  restRows: number;
  /** Rows of an object above which it is exported in slices, so that a lost job loses one slice. */
  sliceAboveRows: number;
  /** Rows of a slice; Estuary's figure. */
  sliceRows: number;
  /** Rows of a slice of a query that has timed out. */
  smallSliceRows: number;
  /** Rows of a page at most. */
  pageRows: number;
};

/** Rows of one REST answer, and the requests a job takes beside its pages: its creation and some polls. */
const restPageRows = 2_000;
const jobCalls = 8;

export const exportDefaults: ExportOptions = {
  restRows: 10_000,
  sliceAboveRows: 2_000_000,
  sliceRows: 500_000,
  smallSliceRows: 100_000,
  pageRows: 50_000,
};

export type Exports = {
  means(query: ExportQuery, rowCount: number | null): { api: ExportApi; callCount: number };
  start(query: ExportQuery, estimate: number | null, signal: AbortSignal): Promise<Export>;
  resume(begun: Export, signal: AbortSignal): Promise<Export | null>;
  readPage(begun: Export, locator: string | null, maxRows: number, signal: AbortSignal): Promise<ExportPage>;
};

export function openExports(query: Query, bulk: Bulk, options: ExportOptions): Exports {
  async function byRest(
    wanted: ExportQuery,
    reason: string,
    signal: AbortSignal,
    bound: number,
  ): Promise<Export | null> {
    const { key, total } = await query.open(wanted, signal);
    // Its first rows are thrown away: a request spent to know the size.
    if (total > bound) return null;
    return { query: wanted, api: 'rest', jobId: key, rowCount: null, reason };
  }

  async function byBulk(wanted: ExportQuery, reason: string, signal: AbortSignal): Promise<Export> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { jobId, rowCount } = await bulk.start(exportSoql(wanted), signal);
        return { query: wanted, api: 'bulk', jobId, rowCount, reason };
      } catch (error) {
        // Aborted by an admin, or hung: once more, the queue may have been full.
        if (error instanceof JobFault && error.state !== 'Failed' && attempt === 1) continue;
        throw error;
      }
    }
  }

  return {
    means(wanted, rowCount) {
      const rows = rowCount ?? 0;
      if (rows <= options.restRows && query.fitsUrl(wanted)) {
        return { api: 'rest', callCount: Math.max(1, Math.ceil(rows / restPageRows)) };
      }
      return { api: 'bulk', callCount: jobCalls + Math.ceil(rows / options.pageRows) };
    },
    async start(wanted, estimate, signal) {
      // A slice is asked for only of what was too big for REST.
      const isSmall = wanted.sliceRows === null && (estimate === null || estimate <= options.restRows);
      if (isSmall && query.fitsUrl(wanted)) {
        try {
          const small = await byRest(wanted, 'few rows', signal, options.restRows);
          if (small) return small;
        } catch (error) {
          if (!isTooBigForRest(error)) throw error;
        }
      }
      const isHuge = wanted.sliceRows === null && wanted.window === null && (estimate ?? 0) > options.sliceAboveRows;
      const whole = isHuge ? { ...wanted, sliceRows: options.sliceRows } : wanted;
      try {
        return await byBulk(whole, isHuge ? 'very many rows, in slices' : 'many rows', signal);
      } catch (error) {
        if (isTimeout(error) && (whole.sliceRows ?? Infinity) > options.smallSliceRows) {
          const small = { ...wanted, sliceRows: options.smallSliceRows };
          return await byBulk(small, 'in slices, since the query took Salesforce too long', signal).catch(explain);
        }
        if (!isRefusedByBulk(error)) return explain(error);
        const message = error instanceof Error ? error.message : '';
        const rest = await byRest(wanted, `Bulk refused: ${message}`, signal, Infinity).catch(explain);
        return rest ?? explain(error);
      }
    },
    async resume(begun, signal) {
      // A REST page begins wherever the last one ended, in any session.
      if (begun.api === 'rest') return begun;
      const found = await bulk.resume(begun.jobId, signal);
      return found && { ...begun, rowCount: found.rowCount };
    },
    readPage: (begun, locator, maxRows, signal) => {
      const rows = Math.min(maxRows, options.pageRows);
      return begun.api === 'rest'
        ? query.readPage(begun.query, begun.jobId, locator, rows, signal)
        : bulk.readPage(begun.jobId, locator, rows, signal);
    },
  };
}

/** The URL is too long for some edge, or the ordered query too slow: a job takes its query in the body and has hours. */
function isTooBigForRest(error: unknown): boolean {
  return (
    error instanceof RestFault &&
    (error.status === 414 || error.status === 431 || /QUERY_TIMEOUT|QUERY_TOO/.test(error.errorCode))
  );
}

/**
 * What only REST can do, and what Bulk has used up for today; texts as Airbyte's rate_limiting.py and Estuary list them:
 * "Selecting compound data not supported in Bulk Query", "... is not supported by the Bulk API", "... does not support
 * query", "Max bulk v2 query jobs (10000) per 24 hrs has been reached", "Max bulk v2 query result size stored ...".
 */
function isRefusedByBulk(error: unknown): boolean {
  const fault = error instanceof DomainError ? error.cause : error;
  if (!(fault instanceof RestFault) || fault.status !== 400) return false;
  if (/^(INVALIDENTITY|FEATURE_NOT_ENABLED|FEATURENOTENABLED)$/.test(fault.errorCode)) return true;
  return /compound data not supported|not supported by the Bulk API|does not support query|Max bulk v2 query/i.test(
    fault.message,
  );
}

function isTimeout(error: unknown): boolean {
  return error instanceof JobFault && (error.state === 'Stuck' || /QUERY_TIMEOUT/.test(error.message));
}

function explain(error: unknown): never {
  if (error instanceof JobFault) throw new DomainError('salesforce-query-failed', error.message, { cause: error });
  if (!(error instanceof RestFault)) throw error;
  throw new DomainError('salesforce-query-failed', `Salesforce refused the query: ${error.message}`, { cause: error });
}
