/** `assay prune`: what was kept as long as the settings say is dropped now, or counted. */
import { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';

export const prune = new Command('prune')
  .description('drop what was kept as long as the RETAIN_ settings say; a worker does so once a day')
  .option('--dry-run', 'count only')
  .option('--json', 'print [{ name, days, count }]')
  .action(async (options: { dryRun?: boolean; json?: boolean }) => {
    const { env } = await loadConfig();
    const [{ openBase, retentionOf }, { prune: pruneNow }] = await Promise.all([
      import('./open.ts'),
      import('../privacy/retention.ts'),
    ]);
    const { db, close } = await openBase(env, 'prune');
    try {
      const pruned = await pruneNow(db, retentionOf(env), new Date(), options.dryRun);
      if (options.json) return console.log(JSON.stringify(pruned));
      for (const { name, days, count } of pruned) console.log(`${count} ${name} older than ${days} days`);
    } finally {
      await close();
    }
  });
