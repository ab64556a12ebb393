/** Turns an org folder into a Salesforce that listens: what the command line, the demo and the tests start. */
import { createPublicKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { buildApp } from './http/app.ts';
import { createBulkJobs } from './http/bulk-jobs.ts';
import type { Context } from './http/context.ts';
import { createCursors } from './http/cursors.ts';
import { createFaults } from './http/faults.ts';
import { createRequestCounts } from './http/requests.ts';
import { createSessions } from './http/sessions.ts';
import { createTransactions } from './http/transactions.ts';
import { loadOrg } from './org/load.ts';

export interface EmulatorOptions {
  /** A folder of one CSV per sObject. */
  org: string;
  /** Default: any free one. */
  port?: number;
  clientId?: string;
  clientSecret?: string;
  username?: string;
  password?: string;
  /** A public key or certificate (PEM) that JWT bearer assertions are verified with; without it that flow is refused. */
  jwtPublicKey?: string;
  /** REST requests allowed; default 100,000. */
  dailyLimit?: number;
  /** How long an access token lives; default two hours. */
  sessionSeconds?: number;
  /** The org's clock; default the machine's. */
  now?: () => Date;
}

export interface Emulator {
  /** Where the API answers, `http://127.0.0.1:<port>`. */
  url: string;
  /** Where clients log in: the same address. */
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  orgId: string;
  /** Stops listening and throws the org's rows away. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Throws OrgFolderError (file, line, column, advice) where the folder is malformed. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const {
    clientId = 'assay-emulator',
    clientSecret = 'assay-emulator-secret',
    username = 'integration@example.com',
    password = 'assay-emulator-password',
    now = () => new Date(),
  } = options;
  const jwtKey = options.jwtPublicKey === undefined ? null : createPublicKey(options.jwtPublicKey);
  const org = await loadOrg(options.org, username, now);
  const jobs = createBulkJobs(org);
  const context: Context = {
    org,
    url: '',
    credentials: { clientId, clientSecret, username, password, jwtKey },
    sessions: createSessions(
      () => org.orgId,
      options.sessionSeconds ?? 7200,
      () => now().getTime(),
    ),
    cursors: createCursors(org),
    jobs,
    faults: createFaults(),
    requests: createRequestCounts(),
    transactions: createTransactions(),
    usage: { limit: options.dailyLimit ?? 100_000, used: 0 },
  };
  const app = buildApp(context);
  try {
    await app.listen({ host, port: options.port ?? 0 });
  } catch (error) {
    await org.db.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  context.url = `http://${host}:${port}`;
  return {
    url: context.url,
    loginUrl: context.url,
    clientId,
    clientSecret,
    username,
    password,
    orgId: org.orgId,
    close: async () => {
      await app.close();
      await jobs.close();
      await org.db.close();
    },
  };
}
