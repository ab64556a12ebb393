/** What one batch of scripted changes runs in, and what it counts. */
import type { Writer } from '../org/database.ts';
import type { Org } from '../org/org.ts';

/** How many rows each kind of change touched, those Salesforce moves by itself apart. */
export interface ChangeCounts {
  inserted: number;
  updated: number;
  deleted: number;
  undeleted: number;
  purged: number;
  merged: number;
  /** Children deleted with their parent. */
  cascaded: number;
  /** Children that a merge gave to its winner. */
  reparented: number;
  /** Rows of OpportunityHistory, which Salesforce writes itself. */
  history: number;
  /** Rows of AccountHistory and its like, for tracked fields. */
  fieldHistory: number;
  /** Records whose calculated values moved without a stamp. */
  recalculated: number;
}

/** What one batch of changes runs in. */
export interface Batch {
  org: Org;
  write: Writer;
  counts: ChangeCounts;
  /** Ids of inserted records, in order. */
  insertedIds: string[];
  /** The stamp of changes that name none. */
  now: string;
}
