/** Turns an org folder into a Salesforce that listens: what the command line, the demo and the tests start. */
import { createPublicKey } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { applyChanges } from './changes/apply.ts';
import { buildApp } from './http/app.ts';
import { makeCertificate } from './http/certificate.ts';
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
  /** Listens behind TLS too, with a certificate of its own; 0 is any free port. Default: plain HTTP alone. */
  httpsPort?: number;
  clientId?: string;
  clientSecret?: string;
  username?: string;
  password?: string;
  /** Public keys or certificates (PEM) that JWT bearer assertions are verified with; without one that flow is refused. */
  jwtPublicKey?: string | string[];
  /** Whether clients may log in by the username-password flow and by SOAP; default no, as in new orgs. */
  oldLogins?: boolean;
  /** REST requests allowed; default 100,000. */
  dailyLimit?: number;
  /** How long an access token lives; default two hours. */
  sessionSeconds?: number;
  /** Whether each use of a refresh token ends it and gives a new one; default no. */
  rotateRefreshTokens?: boolean;
  /** Rows of a bulk result page that nobody gave a size for, at most; default 50,000. */
  bulkPageRows?: number;
  /** Bulk query jobs allowed in 24 hours; default 10,000. */
  bulkJobsPerDay?: number;
  /** The org's clock; default the machine's. */
  now?: () => Date;
}

export interface Emulator {
  /** Where the API answers, `http://127.0.0.1:<port>`. */
  url: string;
  /** Where clients log in: the same address. */
  loginUrl: string;
  /** The same org behind TLS, and the certificate (PEM) to trust; null without `httpsPort`. */
  https: { url: string; certificate: string } | null;
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
  const jwtKeys = [options.jwtPublicKey ?? []].flat().map((pem) => createPublicKey(pem));
  const org = await loadOrg(options.org, username, now);
  const bulkJobs = options.bulkJobsPerDay ?? 10_000;
  const jobs = createBulkJobs(org, { pageRows: options.bulkPageRows ?? 50_000, jobsPerDay: bulkJobs });
  const context: Context = {
    org,
    url: '',
    httpsUrl: '',
    credentials: { clientId, clientSecret, username, password, jwtKeys, oldLogins: options.oldLogins ?? false },
    sessions: createSessions(
      () => org.orgId,
      options.sessionSeconds ?? 7200,
      () => now().getTime(),
      options.rotateRefreshTokens ?? false,
    ),
    cursors: createCursors(org),
    jobs,
    faults: createFaults(),
    requests: createRequestCounts(),
    transactions: createTransactions((changes) => applyChanges(org, changes)),
    deleteLog: { earliest: null },
    usage: { limit: options.dailyLimit ?? 100_000, used: 0, bulkJobs },
  };
  const app = buildApp(context);
  const certificate = options.httpsPort === undefined ? null : makeCertificate(new Date());
  const secure = certificate && createServer(certificate, (request, response) => app.routing(request, response));
  try {
    await app.listen({ host, port: options.port ?? 0 });
    if (secure) await listen(secure, options.httpsPort ?? 0);
  } catch (error) {
    await app.close();
    await org.db.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  context.url = `http://${host}:${port}`;
  if (secure) context.httpsUrl = `https://localhost:${(secure.address() as AddressInfo).port}`;
  return {
    url: context.url,
    loginUrl: context.url,
    https: certificate && { url: context.httpsUrl, certificate: certificate.cert },
    clientId,
    clientSecret,
    username,
    password,
    orgId: org.orgId,
    close: async () => {
      secure?.closeAllConnections();
      if (secure) await new Promise((done) => secure.close(done));
      context.transactions.close();
      await app.close();
      await jobs.close();
      await org.db.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
