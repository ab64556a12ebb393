/** `assay match`: a CSV of people or companies becomes clusters of duplicates, without a database. */
import { parse } from 'node:path';
import { Command } from 'commander';
import type { MatchFileOptions } from '../matcher/match-file.ts';
import { canonicalFields } from '../matcher/definition.ts';
import { added } from './values.ts';

export const match = new Command('match')
  .description('find duplicates in a CSV file of people or companies, without a database')
  .argument(
    '<records.csv>',
    'a list as a program exported it; cells are separated by a comma, a semicolon, a tab or a pipe',
  )
  .option('--entity <entity>', 'what the rows are, person or company; by the columns where it is left out')
  .option('--id <column>', 'the column that holds the id of a record; a column Id, or the number of the row')
  .option(
    '--map <canonical=column,...>',
    `what each column holds; by their names where it is left out; canonical is one of ${canonicalFields.join(', ')}`,
    added,
  )
  .option(
    '--compare <column:kind,...>',
    'more columns to compare; kind is name, text, category, date, number or id',
    added,
  )
  .option('--source <column>', 'the column that names the source of a record')
  .option(
    '--out <clusters.csv>',
    'write the groups to this file: id,cluster_id; the name of the list and -groups by default',
  )
  .option('--pairs <pairs.csv>', 'write the pairs linked, cut and open for review, with the evidence')
  .option('--report <report.json>', 'write counts, thresholds, seconds and memory per step, and what was not compared')
  .option(
    '--explain <id,id>',
    'show why two rows are one or two: values, weights, keys, cuts; may be given again',
    (text: string, before?: string[]) => [...(before ?? []), text],
  )
  .action(async (file: string, options: Omit<MatchFileOptions, 'file' | 'progress' | 'say'>) => {
    const { matchFile } = await import('../matcher/match-file.ts');
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const out = options.out ?? (options.explain === undefined ? groupsOf(file) : undefined);
    await matchFile({ ...options, file, out, progress, say });
  });

/** Where one stands, not where the list is: `fair-groups.csv`. */
const groupsOf = (file: string) => `${parse(file).name}-groups.csv`;
