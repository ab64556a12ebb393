/** `assay emulator`: a folder of CSVs becomes a local Salesforce org, until SIGTERM. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { EmulatorCommand } from '@assay/emulator/command.ts';
import { withLocalOrg } from './local-org.ts';
import { closeOnSignal } from './signal.ts';
import { port, whole } from './values.ts';

export const emulator = new Command('emulator')
  .description('run a local Salesforce org from a folder of CSV files, one per object')
  .option('--org <folder>', 'the org folder; without it, Assay makes one in the folder ASSAY_DATA')
  .option('--seed <n>', 'the seed of a made org; another seed gives another org', whole, 1)
  .option('--accounts <n>', 'the number of accounts of a made org', whole, 2000)
  .option('--port <n>', 'the port to listen on; any free port by default', port)
  .option('--https-port <n>', 'also listen on this port by HTTPS, with an own certificate; 0 is any free port', port)
  .option('--certificate <file>', 'write that certificate to this file, for clients to trust')
  .option('--username <name>', 'the user who logs in; the first user of the folder by default')
  .option('--jwt-key <file>', 'the public key or certificate (PEM) that checks JWT logins')
  .option('--daily-limit <n>', 'the number of API requests allowed', whole, 100_000)
  .option('--session-seconds <n>', 'the seconds until an access token expires', whole, 7200)
  .option('--rotate-refresh-tokens', 'give a new refresh token at each use and end the old one')
  .option('--old-logins', 'let clients log in by username and password, and by SOAP login(), as old orgs do')
  .option('--page-rows <n>', 'the rows of a bulk result page when the client names no size', whole, 50_000)
  .action(async (options: EmulatorCommand) => {
    const { ASSAY_DATA } = readEnv();
    await withLocalOrg(async () => {
      const { runEmulator } = await import('@assay/emulator/command.ts');
      const running = runEmulator(options, ASSAY_DATA);
      // From the start on: it may be told to end as soon as it has said that it is ready.
      closeOnSignal(async () => (await running)());
      await running;
    });
  });
