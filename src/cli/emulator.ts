/** `assay emulator`: a folder of CSVs becomes a local Salesforce org, until SIGTERM. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { EmulatorCommand } from '../../emulator/command.ts';
import { closeOnSignal } from './signal.ts';
import { port, whole } from './values.ts';

export const emulator = new Command('emulator')
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
  .action(async (options: EmulatorCommand) => {
    const { runEmulator } = await import('../../emulator/command.ts');
    const running = runEmulator(options, readEnv().ASSAY_DATA);
    // From the start on: it may be told to end as soon as it has said that it is ready.
    closeOnSignal(async () => (await running)());
    await running;
  });
