/** The command line: one sub-command a job, each with --help. */
import { Command } from 'commander';
import { readEnv } from '../config/env.ts';
import { connect } from './db/connect.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { DomainError } from './model/errors.ts';
import type { MatchFileOptions } from './pipeline/match/command.ts';
import { canonicalFields } from './pipeline/match/record.ts';
import { closeOnSignal, openService } from './service.ts';

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

program
  .command('serve')
  .description('run the control API')
  .action(async () => (await import('./server.ts')).serve(readEnv()));

program
  .command('worker')
  .description('run the workers: syncs, schedules, Slack')
  .action(async () => (await import('../workers/serve.ts')).work(readEnv()));

program
  .command('emulator')
  .description('run a local Salesforce org on a folder of CSVs, one per sObject')
  .requiredOption('--org <folder>', 'the org folder')
  .option('--port <n>', 'port to listen on; any free one by default', Number)
  .action(async (options: { org: string; port?: number }) => {
    const { startEmulator } = await import('../emulator/start.ts');
    const { close, ...ready } = await startEmulator(options);
    closeOnSignal(close);
    console.log(JSON.stringify(ready));
  });

program
  .command('key')
  .description('make a key for the control API; it is shown once')
  .option('--name <name>', 'who or what it is for', 'admin')
  .option('--scope <scopes...>', 'what it may do', ['admin'])
  .action(async (options: { name: string; scope: string[] }) => {
    const { createKey, scope } = await import('./control/key.ts');
    const service = await openService(readEnv(), 'assay key');
    try {
      const scopes = options.scope.map((one) => scope.parse(one));
      console.log((await createKey(service.db, { name: options.name, scopes })).key);
    } finally {
      await service.close();
    }
  });

program
  .command('match')
  .description('find the duplicates in a CSV of people or companies; needs no database')
  .argument('<records.csv>', 'UTF-8, its first line names the columns')
  .requiredOption('--entity <entity>', 'person or company')
  .requiredOption('--id <column>', 'column that names the record')
  .requiredOption(
    '--map <canonical=column,...>',
    `what the columns hold; canonical is one of ${canonicalFields.join(', ')}`,
  )
  .option('--compare <column:kind,...>', 'more columns to compare; kind is name, text, category, date, number or id')
  .option('--source <column>', 'column that tells sources apart')
  .requiredOption('--out <clusters.csv>', 'written: id,cluster_id')
  .option('--pairs <pairs.csv>', 'written: the pairs linked, cut and left to review, with the evidence')
  .option('--report <report.json>', 'written: counts, thresholds, seconds and memory per step, what was not compared')
  .action(async (file: string, options: Omit<MatchFileOptions, 'file' | 'progress'>) => {
    const { matchFile } = await import('./pipeline/match/command.ts');
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    await matchFile({ ...options, file, progress });
  });

program
  .command('demo')
  .description('the whole product on this machine: an org, a sync, a bad night')
  .option('--org <folder>', 'an org folder of your own instead of the seeded one')
  .option('--exit', 'end when done; the last line is one JSON object')
  .action(async (options: { org?: string; exit?: boolean }) => {
    const { demo } = await import('./demo/demo.ts');
    await demo({ ...options, data: readEnv().ASSAY_DATA });
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  console.error(`${error.kind.title}: ${error.message}\n${error.kind.hint}`);
  process.exitCode = 1;
}
