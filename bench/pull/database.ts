/** A running PostgreSQL into an empty database of the given name on it. */
import { connect } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import sql from 'sql-template-tag';

export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const db = connect(serverUrl, { name: 'bench' });
  try {
    await db.query(sql`drop database if exists ${identifier(name)} with (force)`);
    await db.query(sql`create database ${identifier(name)}`);
  } finally {
    await db.close();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
