/** `assay demo`: this machine becomes the whole product for a while. */
import { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';

export const demo = new Command('demo')
  .description('the whole product on this machine: an org, a sync, a bad night')
  .option('--org <folder>', 'an org folder of your own instead of the seeded one')
  .option('--exit', 'end when done; the last line is one JSON object')
  .action(async (options: { org?: string; exit?: boolean }) => {
    const { demo: show } = await import('../demo/demo.ts');
    await show({ ...options, data: (await loadConfig()).env.ASSAY_DATA });
  });
