/** What every route of one running org shares. */
import type { KeyObject } from 'node:crypto';
import type { Org } from '../org/org.ts';
import type { BulkJobs } from './bulk-jobs.ts';
import type { Cursors } from './cursors.ts';
import type { Faults } from './faults.ts';
import type { RequestCounts } from './requests.ts';
import type { Sessions } from './sessions.ts';
import type { Transactions } from './transactions.ts';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  /** Whether the username-password flow and SOAP login() are open. */
  oldLogins: boolean;
  /** Verify JWT bearer assertions; without one the flow is refused. */
  jwtKeys: KeyObject[];
}

/** What getDeleted still knows. */
export interface DeleteLog {
  /** Where it begins instead of 15 days ago: Salesforce purges a large log early. */
  earliest: Date | null;
}

export interface Context {
  org: Org;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  /** The same org behind TLS, or the empty text. */
  httpsUrl: string;
  credentials: Credentials;
  sessions: Sessions;
  cursors: Cursors;
  jobs: BulkJobs;
  faults: Faults;
  requests: RequestCounts;
  transactions: Transactions;
  deleteLog: DeleteLog;
  /** REST requests allowed in 24 hours, and those made since the start. */
  usage: { limit: number; used: number; bulkJobs: number };
}
