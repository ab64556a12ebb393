/** The command line: one sub-command a job, each with --help. */
import { Command } from 'commander';
import { readEnv } from '../config/env.ts';
import { connect } from './db/connect.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { DomainError } from './model/errors.ts';

const program = new Command('assay').description('Keeps Salesforce data honest.').showHelpAfterError();

program
  .command('migrate')
  .description('bring the database to this version’s schema; safe to run by many at once')
  .option('--json', 'print { "applied": [files] }')
  .action(async (options: { json?: boolean }) => {
    const env = readEnv();
    const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(`${env.ASSAY_DATA}/postgres`);
    const db = connect(env.DATABASE_URL ?? embedded!.url, { name: 'migrate' });
    try {
      const applied = await migrate(db);
      if (options.json) console.log(JSON.stringify({ applied }));
      else console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date');
    } finally {
      await db.close();
      if (embedded && !embedded.adopted) await embedded.stop();
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  console.error(`${error.kind.title}: ${error.message}\n${error.kind.hint}`);
  process.exitCode = 1;
}
