/** ENTRY of `npm run schema`: a database migrated from nothing becomes src/db/schema.sql. */
import { writeFile } from 'node:fs/promises';
import { raw } from 'sql-template-tag';
import { connect } from './connect.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';
import { schemaText } from './schema.ts';

const server = await startEmbeddedPostgres('.assay/schema-postgres');
const admin = connect(server.url, { name: 'schema', maxConnections: 1 });
const name = `schema_${process.pid}`;
await admin.query(raw(`create database ${name}`));
const db = connect(Object.assign(new URL(server.url), { pathname: `/${name}` }).href, { name: 'schema' });
try {
  await migrate(db);
  await writeFile(new URL('./schema.sql', import.meta.url), await schemaText(db));
} finally {
  await db.close();
  await admin.query(raw(`drop database ${name} with (force)`));
  await admin.close();
  if (!server.adopted) await server.stop();
}
