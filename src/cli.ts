/** The command line: one sub-command a job, each with --help. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { readEnv } from '../config/env.ts';
import { loadConfig } from '../config/load.ts';
import type { EmulatorCommand } from '../emulator/command.ts';
import { OrgFolderError } from '../emulator/org/folder-error.ts';
import { createKey, type Scope, scope } from './control/key.ts';
import { connect } from './db/connect.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { checkReachable } from './db/reach.ts';
import { DomainError } from './model/errors.ts';
import { runMode } from './model/run.ts';
import type { SyncWish } from './client/sync.ts';
import type { MatchFileOptions } from './pipeline/match/command.ts';
import { canonicalFields } from './pipeline/match/definition.ts';
import { closeOnSignal } from './signal.ts';

type SyncOptions = SyncWish & { url?: string; key?: string };

/** An option given again adds to what it said before. */
const added = (text: string, before?: string) => (before === undefined ? text : `${before},${text}`);
const names = (text: string) => text.split(',').map((name) => name.trim());

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('Give a port from 0 to 65535.');
}

function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 on.');
}

export const program = new Command('assay').description('Keeps Salesforce data honest.').showHelpAfterError();

program
  .command('migrate')
  .description('bring the database to this version’s schema; safe to run by many at once')
  .option('--json', 'print { "applied": [files] }')
  .action(async (options: { json?: boolean }) => {
    const env = readEnv();
    const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(`${env.ASSAY_DATA}/postgres`);
    const db = connect(env.DATABASE_URL ?? embedded!.url, { name: 'migrate' });
    try {
      await checkReachable(db);
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
  .action(async () => (await import('./server.ts')).serve((await loadConfig()).env));

program
  .command('worker')
  .description('run the workers: syncs, schedules, Slack')
  .action(async () => {
    const { env } = await loadConfig(['SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
    await (await import('../workers/serve.ts')).work(env);
  });

program
  .command('sync')
  .description('start a sync on a running API and follow it; ends with 0 when it succeeded, else with 1')
  .option('--url <url>', 'the API; ASSAY_URL by default')
  .option('--key <key>', 'a key with runs:write and data:read; ASSAY_KEY by default')
  .option('--objects <names>', 'comma separated, e.g. Account,Contact; every object by default', names)
  .addOption(new Option('--mode <mode>', 'how much is pulled').choices(runMode.options).default('auto'))
  .option('--json', 'print nothing but the sync at its end, as one line of JSON')
  .action(async ({ url, key, ...wish }: SyncOptions) => {
    const env = readEnv(undefined, ['ASSAY_KEY'], { ASSAY_URL: url, ASSAY_KEY: key });
    const { runSync } = await import('./client/sync.ts');
    const succeeded = await runSync({ url: env.ASSAY_URL, key: env.ASSAY_KEY! }, wish);
    if (!succeeded) process.exitCode = 1;
  });

program
  .command('emulator')
  .description('run a local Salesforce org on a folder of CSVs, one per sObject')
  .option('--org <folder>', 'the org folder; by default a seeded one is written under ASSAY_DATA')
  .option('--seed <n>', 'of the seeded org: another seed gives another org', whole, 1)
  .option('--accounts <n>', 'of the seeded org: how many accounts it has', whole, 2000)
  .option('--port <n>', 'port to listen on; any free one by default', port)
  .option('--https-port <n>', 'listen behind TLS too, with a certificate of its own; 0 for any free port', port)
  .option('--certificate <file>', 'where to write that certificate for clients to trust')
  .option('--username <name>', 'the connected user; by default the first of the folder')
  .option('--jwt-key <file>', 'a public key or certificate (PEM) that signed logins are checked with')
  .option('--daily-limit <n>', 'REST requests allowed in all', whole, 100_000)
  .option('--session-seconds <n>', 'how long an access token lives', whole, 7200)
  .option('--rotate-refresh-tokens', 'each use of a refresh token ends it and gives a new one')
  .option('--page-rows <n>', 'rows of a bulk result page nobody gave a size for', whole, 50_000)
  .action(async (options: EmulatorCommand) =>
    closeOnSignal(await (await import('../emulator/command.ts')).runEmulator(options, readEnv().ASSAY_DATA)),
  );

program
  .command('key')
  .description('make a key for the control API; it is shown once')
  .option('--name <name>', 'who or what it is for', 'admin')
  .addOption(new Option('--scope <scopes...>', 'what it may do').choices(scope.options).default(['admin']))
  .action(async (options: { name: string; scope: Scope[] }) => {
    const { openService } = await import('./service.ts');
    const service = await openService((await loadConfig()).env, 'assay key');
    try {
      console.log((await createKey(service.db, { name: options.name, scopes: options.scope })).key);
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
    added,
  )
  .option(
    '--compare <column:kind,...>',
    'more columns to compare; kind is name, text, category, date, number or id',
    added,
  )
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
  .command('verify')
  .description('compare the mirror with the live org by object and month; ends with 1 when they differ')
  .option('--objects <names>', 'comma separated; every synced object by default', names)
  .addOption(
    new Option('--values [of]', 'whose values are compared too: a sample of 2,000 records of each object, or all')
      .choices(['all', 'sample', 'none'])
      .default('sample')
      .preset('all'),
  )
  .option('--json', 'print { "isEqual", "objects" } with counts and checksums of every month')
  .action(async (options: { objects?: string[]; values: 'all' | 'sample' | 'none'; json?: boolean }) => {
    const { verifyNow } = await import('./verify/command.ts');
    process.exitCode = await verifyNow(options);
  });

program
  .command('demo')
  .description('the whole product on this machine: an org, a sync, a bad night')
  .option('--org <folder>', 'an org folder of your own instead of the seeded one')
  .option('--exit', 'end when done; the last line is one JSON object')
  .action(async (options: { org?: string; exit?: boolean }) => {
    const { demo } = await import('./demo/demo.ts');
    await demo({ ...options, data: (await loadConfig()).env.ASSAY_DATA });
  });

/** Runs the command line of this process; a known fault is told in words and ends it with 1. */
export async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof OrgFolderError) console.error(error.message);
    else if (error instanceof DomainError) console.error(told(error));
    else throw error;
  }
}

function told({ kind, message, faults }: DomainError): string {
  const untold = faults.filter((fault) => !message.includes(fault.message));
  const lines = untold.map((fault) => `  ${fault.pointer} ${fault.message}`);
  return [`${kind.title}: ${message}`, ...lines, kind.hint].join('\n');
}
