/** Brings a database to this version's schema: numbered SQL files, each once, in order, checksummed, forward only. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import sql, { raw } from 'sql-template-tag';
import { DomainError } from '../model/errors.ts';
import type { Db, Queryable, Transaction } from './connect.ts';
import { ensureReader, grantReading } from './reader.ts';

const folderOfThisVersion = new URL('./migrations/', import.meta.url);
// Every database made before the first release has this file in its ledger, and none made since.
const fileBeforeFirstRelease = '0003_match.sql';

type Migration = { id: number; file: string; checksum: string; text: string };
type Applied = { id: number; file: string; checksum: string };

const migrationFiles = async (folder: URL): Promise<string[]> =>
  (await readdir(folder)).filter((file) => /^\d{4}_\w+\.sql$/.test(file)).sort();

/** As they were when this process began: an upgrade in place changes the folder under it. */
const filesOfThisProcess = migrationFiles(folderOfThisVersion);

async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = await migrationFiles(folder);
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, folder), 'utf8');
      return { id: Number(file.slice(0, 4)), file, checksum: createHash('sha256').update(text).digest('hex'), text };
    }),
  );
}

/**
 * Applies what is missing, mends role and rights of readers, and returns the files applied. Twenty at once are fine: one
 * has the ledger locked, which no reader can lock, and the ledger row goes first so that a rival loses cleanly.
 * @throws DomainError `schema-outdated`, `database-before-release` or `migration-out-of-order` when ledger and files do
 * not fit; `config-invalid` when the reader role is missing and may not be made. The database is then as it was.
 */
export async function migrate(db: Db, folder = folderOfThisVersion): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const apply = async (tx: Transaction) => {
    // A rival may take minutes, and so may a step.
    await tx.query(sql`/* migrate.patience */ set local statement_timeout = 0`);
    await makeLedger(tx);
    await tx.query(sql`/* migrate.lock */ lock table public.schema_migration in share row exclusive mode`);
    const applied = await tx.query<Applied>(
      sql`/* migrate.applied */ select id, file, checksum from public.schema_migration order by id`,
    );
    const missing = missingFrom(applied, migrations);
    await ensureReader(tx);
    for (const migration of missing) {
      await tx.query(sql`/* migrate.claim */ insert into public.schema_migration (id, file, checksum)
        values (${migration.id}, ${migration.file}, ${migration.checksum})`);
      await tx.query(raw(migration.text));
    }
    await grantReading(tx);
    return missing.map((migration) => migration.file);
  };
  try {
    return await db.transaction(apply);
  } catch (error) {
    if (!(error instanceof Rivalled)) throw error;
    return db.transaction(apply);
  }
}

/** Another process makes the ledger at this moment: PostgreSQL looks for a table before it has the right to its name. */
class Rivalled extends Error {}

async function makeLedger(tx: Queryable): Promise<void> {
  try {
    await tx.query(sql`/* migrate.ledger */ create table if not exists public.schema_migration (
      id int primary key, file text not null, checksum text not null, applied_at timestamptz not null default now())`);
  } catch (cause) {
    // 23505 unique_violation, 42P07 duplicate_table, 42710 duplicate_object.
    const isThere = ['23505', '42P07', '42710'].includes((cause as { code?: string }).code ?? '');
    throw isThere ? new Rivalled('The ledger is there by now.', { cause }) : cause;
  }
}

/** @throws DomainError when the ledger is not the beginning of the files. */
function missingFrom(applied: Applied[], migrations: Migration[]): Migration[] {
  if (applied.some(({ file }) => file === fileBeforeFirstRelease)) {
    throw new DomainError(
      'database-before-release',
      'It was made before the first release, from files that are no longer there; nothing in it was changed.',
    );
  }
  for (const row of applied) {
    const known = migrations.find(({ file }) => file === row.file);
    if (!known) throw new DomainError('schema-outdated', `The database knows ${row.file}, this version does not.`);
    if (known.checksum !== row.checksum) {
      throw new DomainError('schema-outdated', `${row.file} was changed after it had been applied.`);
    }
  }
  const missing = migrations.filter(({ file }) => !applied.some((row) => row.file === file));
  const last = Math.max(0, ...applied.map(({ id }) => id), ...migrations.map(({ id }) => id));
  let newest: Applied | undefined = applied.at(-1);
  for (const migration of missing) {
    if (newest && migration.id <= newest.id) {
      throw new DomainError(
        'migration-out-of-order',
        `${migration.file} does not come after ${newest.file}: give it the next number, ${String(last + 1).padStart(4, '0')}.`,
      );
    }
    newest = migration;
  }
  return missing;
}

/** Which migrations the database still lacks; empty when it fits. @throws as migrate. */
export async function missingMigrations(db: Db, folder = folderOfThisVersion): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const [ledger] = await db.query<{ found: boolean }>(
    sql`/* migrate.exists */ select to_regclass('public.schema_migration') is not null as found`,
  );
  const applied = ledger?.found
    ? await db.query<Applied>(
        sql`/* migrate.check */ select id, file, checksum from public.schema_migration order by id`,
      )
    : [];
  return missingFrom(applied, migrations).map(({ file }) => file);
}

/** The newest file that a newer version has applied and this process does not know; null: there is none. */
export async function newerMigration(db: Queryable): Promise<string | null> {
  const known = await filesOfThisProcess;
  const [newer] = await db.query<{ file: string }>(sql`/* migrate.newer */ select file from public.schema_migration
    where file <> all(${known}::text[]) order by id desc limit 1`);
  return newer?.file ?? null;
}
