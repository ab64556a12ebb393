// Turns command-line options into a seeded org folder: node emulator/seed/main.ts --out <folder> [--seed n] [--accounts n] [--as-of date].
import { Command, InvalidArgumentError } from 'commander';
import { writeSeededOrg } from './write.ts';

const options = new Command()
  .description('Writes a seeded Salesforce org with planted truth, one CSV per object')
  .requiredOption('--out <folder>', 'folder to write, made if absent')
  .option('--seed <n>', 'another seed gives another org', wholeNumber, 1)
  .option('--accounts <n>', 'account records, about', wholeNumber, 2000)
  .option('--as-of <date>', 'present moment of the org, ISO date (default: today, UTC)', isoDate)
  .parse()
  .opts<{ out: string; seed: number; accounts: number; asOf?: Date }>();

const { out, ...rest } = options;
console.log(JSON.stringify(await writeSeededOrg(out, rest), null, 2));

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return value;
}

function isoDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('Give a date such as 2026-06-30.');
  return date;
}
