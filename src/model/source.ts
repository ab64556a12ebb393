/** The port to the system of record: who we are there, which fields an object has, and its rows as pages of CSV bytes. */
import type { Readable } from 'node:stream';
import { z } from 'zod';

export type SourceIdentity = { orgId: string; userId: string; instanceUrl: string };
/** Null: the user may not read it. */
export type SourceOrg = SourceIdentity & {
  name: string | null;
  instanceName: string | null;
  isSandbox: boolean | null;
};

/** One readable field, its type in Salesforce's words (`currency`, `reference`, ...). */
export type SourceField = {
  name: string;
  type: string;
  isCalculated: boolean;
  /** The compound it is a part of. */ partOf: string | null;
};

/** `compounds` (addresses, locations) cannot be exported; their parts are fields of their own. Binary fields are left out. */
export type SourceObject = {
  name: string;
  fields: SourceField[];
  compounds: { name: string; type: string }[];
  isReplicateable: boolean;
};

/** `rest`: pages of a query in the order of Id; `bulk`: the result of a Bulk 2.0 job, unordered unless it is a slice. */
export const exportApi = z.enum(['rest', 'bulk']);
export type ExportApi = z.infer<typeof exportApi>;

export const exportQuery = z.object({
  object: z.string(),
  /** API names; the CSV has its columns in this order under exactly these names. `Id` is among them. */
  fields: z.array(z.string()),
  /** Only rows whose `cursorField` is at or after `from`; null for all of them, soft-deleted ones included. */
  window: z.object({ cursorField: z.string(), from: z.coerce.date() }).nullable(),
  /** Only rows whose Id is greater. */
  after: z.string().nullable(),
  /** At most so many rows, the smallest Ids first; the rest is a further export. Null: all. */
  sliceRows: z.number().int().positive().nullable(),
});
export type ExportQuery = z.infer<typeof exportQuery>;

/** An export under way; pages of it can be read again for days, by another process too. */
export const sourceExport = z.object({
  query: exportQuery,
  api: exportApi,
  jobId: z.string(),
  /** Rows of this export as the source counts them; null when it does not say beforehand. */
  rowCount: z.number().int().nonnegative().nullable(),
  /** Why this API and not the other, for whoever reads the run. */
  reason: z.string(),
});
export type Export = z.infer<typeof sourceExport>;

export type ExportPage = {
  /** CSV with one header line. What PostgreSQL cannot hold is marked (text-mark.ts). Must be read to its end or destroyed. */
  csv: Readable;
  /** Rows the source says this page has. */
  rowCount: number;
  /** What to ask for next; null after the last page. */
  nextLocator: string | null;
  /** Once the CSV is read: does it hold marks (text-mark.ts)? */
  hasMarks(): boolean;
};

export type DeletedRecord = { id: string; deletedAt: Date };

/** A field, or the year or month of a day. */
export type GroupKey = { field: string; part?: 'YEAR' | 'MONTH' };

/** Live records by the values of fields. */
export type GroupQuery = {
  object: string;
  by: GroupKey[];
  /** Field to sum up, in the default currency of the org; null: records are only counted. */
  sum: string | null;
  /** Only records whose stamp is before this. */
  before: { field: string; at: Date };
  /** Only records whose id in this field lies between. */
  within: { field: string; after: string | null; upTo: string | null } | null;
};
export type Groups = { keys: (string | number | boolean | null)[]; count: number; sum: number | null }[];

/** Live records of an object, archived ones included; by `before` only those whose stamp is older. */
export type LiveQuery = {
  object: string;
  /** Field of the stamp; null: the object has none. */
  stamp: string | null;
  before: Date | null;
  /** It keeps deleted records for a while, and says which they are. */
  hasDeleted: boolean;
};
/** `newest`: the latest stamp among them. */
export type Live = { count: number; newest: Date | null };

/** Requests of the rolling day, as the last answer told. */
export type SourceUsage = { usedCount: number; limitCount: number };

/**
 * Every call may throw DomainError `salesforce-unreachable`, `-login-refused`, `-limit`, `-budget`, `-no-permission`,
 * `-answer-invalid`.
 */
export type Source = {
  identity(signal: AbortSignal): Promise<SourceIdentity>;
  /** Who the org is, by a new login and one request. */
  org(signal: AbortSignal): Promise<SourceOrg>;
  /** @throws DomainError `salesforce-no-permission` when the object does not exist for this user. */
  describe(object: string, signal: AbortSignal): Promise<SourceObject>;
  /** Every change committed before this moment is visible now; take it before the export begins. */
  highWater(object: SourceObject, signal: AbortSignal): Promise<Date>;
  /** Live rows of an object, roughly and cheaply; null when the source does not count it. */
  estimate(object: string, signal: AbortSignal): Promise<number | null>;
  /** The same of several in one request, whoever may see the rows; what the source does not count is left out. */
  estimates(objects: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** Rows a query would answer, soft-deleted ones included. */
  count(query: ExportQuery, signal: AbortSignal): Promise<number>;
  /**
   * Starts an export by the API that suits its size and waits until it can be read. The answer may be a slice though none
   * was asked for: `query.sliceRows` of the answer counts.
   * @throws DomainError `salesforce-query-failed`, `salesforce-field-gone` when a field is no longer there.
   */
  startExport(query: ExportQuery, signal: AbortSignal): Promise<Export>;
  /** By which API an export of so many rows would go, and about how many requests it takes. */
  means(query: ExportQuery, rowCount: number | null): { api: ExportApi; callCount: number };
  /** An export begun earlier, or null when the source has forgotten it. */
  resumeExport(begun: Export, signal: AbortSignal): Promise<Export | null>;
  /**
   * `locator` null asks for the first page; `maxRows` bounds the page.
   * @throws DomainError `salesforce-export-lost` when the source has forgotten it meanwhile.
   */
  readPage(begun: Export, locator: string | null, maxRows: number, signal: AbortSignal): Promise<ExportPage>;
  /** Deletions in [from, now]; null when the source's log does not reach back to `from`, or keeps none. */
  deletedSince(object: SourceObject, from: Date, signal: AbortSignal): Promise<DeletedRecord[] | null>;
  /** What the source itself counts; null where it has more groups than it gives: ask for fewer. */
  aggregate(query: GroupQuery, signal: AbortSignal): Promise<Groups | null>;
  /** What the source counts of the rows this user sees. @throws DomainError `salesforce-query-failed` where it refuses. */
  live(query: LiveQuery, signal: AbortSignal): Promise<Live>;
  /** Null before the first answer. */
  usage(): SourceUsage | null;
  /** Requests sent through this view of the source, by API. */
  calls(): Record<ExportApi, number>;
  /**
   * The same source with counts of its own. `share` (0..1) bounds what it may spend of the day's requests:
   * more throws `salesforce-budget`.
   */
  metered(share: number | null): Source;
};
