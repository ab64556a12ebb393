/** One real PostgreSQL for the whole run, with one migrated template database; TEST_DATABASE_URL uses a given server. */
import type { TestProject } from 'vitest/node';
import { connect } from '../src/db/connect.ts';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import sql, { raw } from 'sql-template-tag';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    templateName: string;
  }
}

/** Statements are counted, as many do. What these databases hold need not survive a power cut: a tenth of the time. */
const settings = { shared_preload_libraries: 'pg_stat_statements', fsync: 'off', full_page_writes: 'off' };

const presenceName = 'assay test run';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const embedded = process.env.TEST_DATABASE_URL ? null : await startEmbeddedPostgres('.assay/test-postgres', settings);
  const url = process.env.TEST_DATABASE_URL ?? embedded!.url;
  const templateName = `assay_template_${process.pid}`;
  const admin = connect(url, { name: 'test setup', maxConnections: 1 });
  if (embedded) await dropLeftovers(admin);
  // Shows other runs that this one is going on: a pool closes its idle connection after 10 s.
  const presence = new pg.Client({ connectionString: url, application_name: presenceName });
  await presence.connect();
  await admin.query(raw(`create database ${templateName}`));
  const template = connect(withDatabase(url, templateName), { name: 'test template' });
  await migrate(template);
  await template.close();
  project.provide('postgresUrl', url);
  project.provide('templateName', templateName);
  return async () => {
    await admin.query(raw(`drop database if exists ${templateName} with (force)`));
    await presence.end();
    const [others] = await admin.query<{ n: number }>(sql`select count(*)::int as n from pg_stat_activity
      where application_name = ${presenceName}`);
    await admin.close();
    // Another test run on this server may still be going: the last one stops it.
    if (embedded && others?.n === 0) await embedded.stop();
  };
}

/** Databases of runs that were killed; nobody else uses this server. */
async function dropLeftovers(admin: ReturnType<typeof connect>): Promise<void> {
  const left = await admin.query<{ datname: string }>(sql`select d.datname from pg_database d
    where d.datname ~ '^assay_(template|test)_' and not exists (select from pg_stat_activity a where a.datname = d.datname)
      and not exists (select from pg_stat_activity a where a.application_name = ${presenceName})`);
  for (const { datname } of left) await admin.query(raw(`drop database if exists "${datname}" with (force)`));
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
