/** The port to the system of record: who we are there, which fields an object has, and its rows as pages of CSV bytes. */
import type { Readable } from 'node:stream';

export type SourceIdentity = { orgId: string; userId: string; instanceUrl: string };

/** One readable field, its type in Salesforce's words (`currency`, `reference`, ...). */
export type SourceField = { name: string; type: string; isCalculated: boolean };

/** Fields that cannot be exported (compound address and location, base64) are left out already. */
export type SourceObject = { name: string; fields: SourceField[]; isReplicateable: boolean };

export type ExportQuery = {
  object: string;
  /** API names; the CSV has its columns in this order under exactly these names. */
  fields: string[];
  /** Only rows whose `cursorField` is at or after `from`; null for all of them, soft-deleted ones included. */
  window: { cursorField: string; from: Date } | null;
};

/** A finished export on the source's side; pages of it can be read again for days. */
export type Export = { jobId: string; rowCount: number };

export type ExportPage = {
  /** CSV with one header line, without NUL bytes. Must be read to its end or destroyed. */
  csv: Readable;
  /** Rows the source says this page has. */
  rowCount: number;
  /** What to ask for next; null after the last page. */
  nextLocator: string | null;
};

export type DeletedRecord = { id: string; deletedAt: Date };

/** Every call may throw DomainError `salesforce-unreachable`, `-login-refused`, `-limit`, `-no-permission`, `-answer-invalid`. */
export type Source = {
  identity(signal: AbortSignal): Promise<SourceIdentity>;
  /** @throws DomainError `salesforce-no-permission` when the object does not exist for this user. */
  describe(object: string, signal: AbortSignal): Promise<SourceObject>;
  /** Every change committed before this moment is visible now; take it before the export begins. */
  highWater(object: SourceObject, signal: AbortSignal): Promise<Date>;
  /** Starts an export and waits for it. @throws DomainError `salesforce-query-failed`. */
  startExport(query: ExportQuery, signal: AbortSignal): Promise<Export>;
  /** An export begun earlier, or null when the source has forgotten it. */
  resumeExport(jobId: string, signal: AbortSignal): Promise<Export | null>;
  /** `locator` null asks for the first page; `maxRows` bounds the page. */
  readPage(jobId: string, locator: string | null, maxRows: number, signal: AbortSignal): Promise<ExportPage>;
  /** Deletions in [from, now]; null when the source's log does not reach back to `from`, or keeps none. */
  deletedSince(object: SourceObject, from: Date, signal: AbortSignal): Promise<DeletedRecord[] | null>;
};
