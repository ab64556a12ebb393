/** `assay match`: a CSV of people or companies becomes clusters of duplicates, without a database. */
import { Command } from 'commander';
import type { MatchFileOptions } from '../matcher/match-file.ts';
import { canonicalFields } from '../matcher/definition.ts';
import { added } from './values.ts';

export const match = new Command('match')
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
    const { matchFile } = await import('../matcher/match-file.ts');
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    await matchFile({ ...options, file, progress });
  });
