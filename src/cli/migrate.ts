/** `assay migrate`: the database becomes one of this version's schema. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';
import { connect } from '../db/connect.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { migrate as migrateSchema } from '../db/migrate.ts';
import { checkReachable } from '../db/reach.ts';

export const migrate = new Command('migrate')
  .description('update the database to the schema of this version; several may run at once')
  .option('--json', 'print { "applied": [files] }')
  .action(async (options: { json?: boolean }) => {
    const env = readEnv();
    const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(`${env.ASSAY_DATA}/postgres`);
    const db = connect(env.DATABASE_URL ?? embedded!.url, { name: 'migrate' });
    try {
      await checkReachable(db);
      const applied = await migrateSchema(db);
      if (options.json) console.log(JSON.stringify({ applied }));
      else console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date');
    } finally {
      await db.close();
      if (embedded && !embedded.adopted) await embedded.stop();
    }
  });
