/** `assay check`: a CSV of people or companies becomes the same rows with who they are already, by a running API. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { CheckWish } from '../client/check.ts';
import { added } from './values.ts';

type CheckOptions = Omit<CheckWish, 'file'> & { url?: string; key?: string };

export const check = new Command('check')
  .description('check a list before it is imported: new, known or doubtful, with owner, open deals and opt-outs')
  .argument('<list.csv>', 'a CSV file of at most 100,000 rows; its first line names the columns')
  .addOption(
    new Option('--entity <entity>', 'what the rows are; guessed by the columns').choices(['person', 'company']),
  )
  .option('--map <field=column,...>', 'what columns hold, where their names do not say it', added)
  .option('--out <checked.csv>', 'write the rows to this file; the name of the list and -checked by default')
  .option('--keep-hours <hours>', 'how long the service keeps the list', hours, 24)
  .option('--url <url>', 'the URL of the API; ASSAY_URL by default')
  .option('--key <key>', 'a key with the scope pii:read; ASSAY_KEY by default')
  .option('--json', 'print only the finished check, as one line of JSON')
  .action(async (file: string, { url, key, ...wish }: CheckOptions) => {
    const env = readEnv(undefined, ['ASSAY_KEY'], { ASSAY_URL: url, ASSAY_KEY: key });
    const { checkList } = await import('../client/check.ts');
    const isWhole = await checkList({ url: env.ASSAY_URL, key: env.ASSAY_KEY! }, { ...wish, file });
    process.exitCode = isWhole ? 0 : 1;
  });

function hours(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 168) return value;
  throw new InvalidArgumentError('Give whole hours from 1 to 168.');
}
