/** `assay sync`: a wish becomes a sync of a running API, followed to its end, and the exit code. */
import { Command, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { SyncWish } from '../client/sync.ts';
import { runMode } from '../model/run.ts';
import { names } from './values.ts';

type SyncOptions = SyncWish & { url?: string; key?: string };

export const sync = new Command('sync')
  .description('start a sync on a running API and follow it; ends with 0 if it succeeds, else with 1')
  .option('--url <url>', 'the URL of the API; ASSAY_URL by default')
  .option('--key <key>', 'a key with the scopes runs:write and data:read; ASSAY_KEY by default')
  .option('--objects <names>', 'the objects to sync, for example Account,Contact; all by default', names)
  .addOption(
    new Option('--mode <mode>', 'how much to read: all records or what changed')
      .choices(runMode.options)
      .default('auto'),
  )
  .option('--json', 'print only the finished sync, as one line of JSON')
  .action(async ({ url, key, ...wish }: SyncOptions) => {
    const env = readEnv(undefined, ['ASSAY_KEY'], { ASSAY_URL: url, ASSAY_KEY: key });
    const { runSync } = await import('../client/sync.ts');
    const succeeded = await runSync({ url: env.ASSAY_URL, key: env.ASSAY_KEY! }, wish);
    if (!succeeded) process.exitCode = 1;
  });
