/** A folder becomes everything the demo runs on: an org, Slack, PostgreSQL, the API and a worker, stopped together. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startSlackReceiver } from '@assay/emulator/slack.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import type { Api } from '../client/api.ts';
import { createKey } from '../control/key.ts';
import { createSignInLink } from '../control/session.ts';
import { systemActor } from '../model/actor.ts';
import { connect, type Db } from '../db/connect.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { DomainError } from '../model/errors.ts';
import { type Part, startPart } from './child.ts';

const minute = 60_000;
/** A demo may stay open for a day before anybody looks. */
const linkMinutes = 24 * 60;

export type House = {
  api: Api;
  /** Opens the console, signed in; works once. */
  consoleUrl: string;
  db: Db;
  databaseUrl: string;
  orgFolder: string;
  emulatorUrl: string;
  slack: { messages: { text: string }[] };
  parts: Part[];
  logFile: string;
  /** How far the org's clock runs behind from now on, in milliseconds. */
  advance(behind: number): void;
};

/**
 * Starts side by side what does not wait for one another. Whatever has been started is handed to `stack`, also when
 * another part fails.
 * @param org folder of CSVs; a seeded org is made when it is not given
 * @throws OrgFolderError, DomainError `config-invalid`.
 */
export async function startHouse(folder: string, org: string | undefined, stack: AsyncDisposableStack): Promise<House> {
  const orgFolder = org ? resolve(org) : join(folder, 'org');
  // The org's clock runs behind ours and catches up, so that a night passes without waiting for one.
  let behind = 5 * minute;
  const startOrg = async () => {
    if (!org) {
      await rm(orgFolder, { recursive: true, force: true });
      await writeSeededOrg(orgFolder);
    }
    const emulator = await startEmulator({ org: orgFolder, now: () => new Date(Date.now() - behind) });
    return stack.adopt(emulator, (one) => one.close());
  };
  const [emulator, slack, database] = await all([
    startOrg(),
    startSlackReceiver().then((receiver) => stack.adopt(receiver, (one) => one.close())),
    startDatabase(folder, stack),
  ]);
  const { db, databaseUrl } = database;
  const { id: keyId, key } = await createKey(db, { name: 'Demo admin', scopes: ['admin'] }, systemActor('demo'));
  const code = await createSignInLink(db, keyId, new Date(), linkMinutes);

  const inputs = join(orgFolder, 'inputs');
  const environment = {
    ...process.env,
    // What Salesforce does not hold comes in as an operator would give it: a folder that each sync looks into.
    ...(existsSync(inputs) && { INPUTS_FOLDER: inputs }),
    DATABASE_URL: databaseUrl,
    PORT: '0',
    LOG_LEVEL: 'info',
    SALESFORCE_LOGIN_URL: emulator.loginUrl,
    SALESFORCE_CLIENT_ID: emulator.clientId,
    SALESFORCE_CLIENT_SECRET: emulator.clientSecret,
    SLACK_BOT_TOKEN: 'xoxb-demo',
    SLACK_CHANNEL: 'C0DEMO',
    SLACK_API_URL: slack.apiUrl,
  };
  const logFile = join(folder, 'service.log');
  const start = async (name: string) =>
    stack.adopt(await startPart(name, 'assay.mjs', [name], environment, logFile), (part) => part.stop());
  const [serve, worker] = await all([start('serve'), start('worker')]);
  const { url } = JSON.parse(serve.ready) as { url: string };
  return {
    api: { url, key },
    consoleUrl: `${url}/#sign-in=${code}`,
    db,
    databaseUrl,
    orgFolder,
    emulatorUrl: emulator.url,
    slack,
    parts: [serve, worker],
    logFile,
    advance: (by) => (behind = by),
  };
}

async function startDatabase(folder: string, stack: AsyncDisposableStack) {
  const postgres = stack.adopt(await startEmbeddedPostgres(join(folder, 'postgres')), (server) => server.stop());
  const admin = connect(postgres.url, { name: 'demo', maxConnections: 1 });
  await refuseSecond(admin, folder);
  await admin.query(raw('drop database if exists demo with (force)'));
  await admin.query(raw('create database demo'));
  await admin.close();
  const databaseUrl = Object.assign(new URL(postgres.url), { pathname: '/demo' }).href;
  const db = stack.adopt(connect(databaseUrl, { name: 'demo' }), (one) => one.close());
  await migrate(db);
  return { db, databaseUrl };
}

/** The worker of another demo would find the new database under the name of its own, and sync another org into it. */
async function refuseSecond(admin: Db, folder: string): Promise<void> {
  const [others] = await admin.query<{ count: number }>(sql`/* demo.others */ select count(*)::int as count
    from pg_stat_activity where datname = 'demo'`);
  if (!others || others.count === 0) return;
  throw new DomainError(
    'config-invalid',
    `Another demo runs in ${folder}. Stop it with Ctrl-C, or give this one a folder of its own: ASSAY_DATA=.assay-2 npm run demo.`,
  );
}

/** As Promise.all, but waits for all of them before it throws: what is half started cannot be stopped. */
async function all<T extends readonly Promise<unknown>[]>(parts: [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts) as Promise<{ [K in keyof T]: Awaited<T[K]> }>;
}
