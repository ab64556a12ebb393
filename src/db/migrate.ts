/** Brings a database to this version's schema: numbered SQL files, each once, in order, checksummed, forward only. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import sql, { raw } from 'sql-template-tag';
import { DomainError } from '../model/errors.ts';
import type { Db } from './connect.ts';
import { ensureReader } from './reader.ts';

const folder = new URL('./migrations/', import.meta.url);
// Any constant will do, as long as every migrator takes the same one.
const lockKey = 7_270_001;

type Migration = { id: number; file: string; checksum: string; text: string };

async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_\w+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, folder), 'utf8');
      return { id: Number(file.slice(0, 4)), file, checksum: createHash('sha256').update(text).digest('hex'), text };
    }),
  );
}

/**
 * Applies what is missing and returns the files applied. Twenty at once are fine: one advisory lock, and the ledger row
 * goes first so that a rival loses cleanly.
 * @throws DomainError `schema-outdated` when an applied file was changed or the database is newer than this code;
 * `config-invalid` when the reader role is missing and may not be made.
 */
export async function migrate(db: Db): Promise<string[]> {
  const migrations = await readMigrations();
  return db.transaction(async (tx) => {
    await tx.query(sql`/* migrate.lock */ select pg_advisory_xact_lock(${lockKey})`);
    await tx.query(sql`/* migrate.ledger */ create table if not exists public.schema_migration (
      id int primary key, file text not null, checksum text not null, applied_at timestamptz not null default now())`);
    const applied = await tx.query<{ id: number; file: string; checksum: string }>(
      sql`/* migrate.applied */ select id, file, checksum from public.schema_migration`,
    );
    checkLedger(applied, migrations);
    const missing = migrations.filter((migration) => !applied.some((row) => row.id === migration.id));
    await ensureReader(tx);
    for (const migration of missing) {
      await tx.query(sql`/* migrate.claim */ insert into public.schema_migration (id, file, checksum)
        values (${migration.id}, ${migration.file}, ${migration.checksum})`);
      await tx.query(raw(migration.text));
    }
    return missing.map((migration) => migration.file);
  });
}

function checkLedger(applied: { id: number; file: string; checksum: string }[], migrations: Migration[]): void {
  for (const row of applied) {
    const known = migrations.find((migration) => migration.id === row.id);
    if (!known) throw new DomainError('schema-outdated', `The database knows ${row.file}, this version does not.`);
    if (known.checksum !== row.checksum) {
      throw new DomainError('schema-outdated', `${row.file} was changed after it had been applied.`);
    }
  }
}

/** Which migrations the database still lacks; empty when it fits. @throws as migrate. */
export async function missingMigrations(db: Db): Promise<string[]> {
  const migrations = await readMigrations();
  const [ledger] = await db.query<{ found: boolean }>(
    sql`/* migrate.exists */ select to_regclass('public.schema_migration') is not null as found`,
  );
  if (!ledger?.found) return migrations.map((migration) => migration.file);
  const applied = await db.query<{ id: number; file: string; checksum: string }>(
    sql`/* migrate.check */ select id, file, checksum from public.schema_migration`,
  );
  checkLedger(applied, migrations);
  return migrations.filter(({ id }) => !applied.some((row) => row.id === id)).map(({ file }) => file);
}
