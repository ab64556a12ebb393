/** A fresh migrated database for one test file, cloned from the template in about 50 ms and dropped when closed. */
import { randomBytes } from 'node:crypto';
import { raw } from 'sql-template-tag';
import { inject } from 'vitest';
import { connect, type Db } from '../src/db/connect.ts';

export async function testDatabase(): Promise<Db> {
  const url = inject('postgresUrl');
  const name = `assay_test_${randomBytes(6).toString('hex')}`;
  const admin = connect(url, { name: 'test', maxConnections: 1 });
  await admin.query(raw(`create database ${name} template ${inject('templateName')}`));
  const at = new URL(url);
  at.pathname = `/${name}`;
  const db = connect(at.href, { name: 'test' });
  return {
    ...db,
    close: async () => {
      await db.close();
      await admin.query(raw(`drop database if exists ${name} with (force)`));
      await admin.close();
    },
  };
}
