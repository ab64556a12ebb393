/** `assay demo`: this machine becomes the whole product for a while. */
import { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { withLocalOrg } from './local-org.ts';

export const demo = new Command('demo')
  .description('run all of Assay on this machine with a made org: a first sync, a bad night, an alert')
  .option('--org <folder>', 'use your own org folder, one CSV per object, instead of a made one')
  .option('--exit', 'end by itself; the last line is one JSON object')
  .action(async (options: { org?: string; exit?: boolean }) => {
    const { env } = await loadConfig();
    await withLocalOrg(async () => {
      const { demo: show } = await import('../demo/demo.ts');
      await show({ ...options, data: env.ASSAY_DATA });
    });
  });
