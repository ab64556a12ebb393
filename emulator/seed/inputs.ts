// What Salesforce does not hold and numbers need: spend, margin, what qualifies a lead and when people work, as CSVs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monthNumber } from './days.ts';
import type { Random } from './random.ts';

export interface Inputs {
  /** Months of which spend is known, oldest first. */
  months: readonly number[];
  spendOf: (month: number) => { all: number; programme: number } | null;
  marginOf: (month: number) => number;
  /** By the name of the file. */
  files: Readonly<Record<string, string>>;
}

const knownMonths = 36;
/** Money a month by channel, as lead sources name them: least and most for 2,000 accounts. */
const channels = {
  Web: [9_000, 15_000],
  'Trade Show': [5_000, 20_000],
  'Purchased List': [2_000, 5_000],
  'Partner Referral': [1_500, 4_000],
} as const;
const salaries = [55_000, 70_000] as const;
const margins = [
  { from: -Infinity, margin: 0.74 },
  { from: -18, margin: 0.78 },
];

const monthText = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

export function makeInputs(accounts: number, now: number, random: Random): Inputs {
  const today = monthNumber(now);
  const scale = accounts / 2000;
  const spend = new Map<number, { all: number; programme: number }>();
  const lines: string[] = [];
  for (let month = today - knownMonths + 1; month <= today; month++) {
    const sums = { all: 0, programme: 0 };
    const add = (channel: string, [least, most]: readonly [number, number]) => {
      const amount = Math.round((random.between(least, most) * scale) / 10) * 10;
      lines.push(`${monthText(month)},${channel},${channel === '' ? 'other' : 'programme'},${amount}`);
      sums.all += amount;
      if (channel !== '') sums.programme += amount;
    };
    for (const [channel, range] of Object.entries(channels)) add(channel, range);
    add('', salaries);
    spend.set(month, sums);
  }
  const steps = margins.map(({ from, margin }) => ({ from: today + from, margin }));
  const text = (header: string, rows: readonly string[]) => [header, ...rows, ''].join('\n');
  return {
    months: [...spend.keys()],
    spendOf: (month) => spend.get(month) ?? null,
    marginOf: (month) => steps.findLast(({ from }) => month >= from)?.margin ?? 0,
    files: {
      spend: text('month,channel,kind,amount', lines),
      margin: text(
        'from,margin',
        steps.map(({ from, margin }) => `${Number.isFinite(from) ? monthText(from) : ''},${margin}`),
      ),
      mql: text('stage,status', ['mql,Working - Contacted']),
      working_hours: text(
        'day,from,until',
        ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'].map((day) => `${day},09:00,17:00`),
      ),
    },
  };
}

/** @param files texts by the name of the input */
export async function writeInputs(folder: string, files: Inputs['files']): Promise<void> {
  await mkdir(join(folder, 'inputs'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'inputs', `${name}.csv`), text);
}
