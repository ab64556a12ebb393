/** The file of a CRM into what time makes of it: a tenth more records, one in a hundred edited, or the same in another order. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { typo } from '@assay/emulator/seed/misspell.ts';
import { Random } from '@assay/emulator/seed/random.ts';
import { csvLine, parseLine } from '../csv.ts';
import { crmColumns } from './crm-record.ts';
import { Lines, type CrmFiles } from './crm.ts';

const header = ['record_id', ...crmColumns];

export async function writeGrown({ records, added }: CrmFiles, file: string): Promise<void> {
  const out = new Lines(file, header);
  for (const from of [records, added]) {
    for await (const line of linesOf(from)) {
      out.add(`${line}\n`);
      if (out.isFull) await out.flush();
    }
  }
  await out.close();
}

/** Edits `share` of the records. @returns their rows */
export async function writeEdited(records: string, file: string, share: number): Promise<Set<number>> {
  const random = new Random(1, 'edits');
  const out = new Lines(file, header);
  const edited = new Set<number>();
  let row = 0;
  for await (const line of linesOf(records)) {
    if (random.chance(share)) {
      edited.add(row);
      out.add(csvLine(edit(parseLine(line), random)));
    } else out.add(`${line}\n`);
    if (out.isFull) await out.flush();
    row++;
  }
  await out.close();
  return edited;
}

/** What people change in a record from one day to the next. */
function edit(values: string[], random: Random): string[] {
  const column = random.weighted({ title: 30, phone: 20, email: 15, last_name: 10, company: 10, city: 15 });
  const at = header.indexOf(column);
  const value = values[at] ?? '';
  const next = {
    title: () => random.pick(['Consultant', 'Head of Sales', 'Advisor', 'Analyst']),
    phone: () => `(512) 555-${random.digits(4)}`,
    email: () => (value === '' ? '' : value.replace(/@.*/, `@${random.pick(['gmail.com', 'outlook.com'])}`)),
    last_name: () => typo(value, random),
    company: () => typo(value, random),
    city: () => typo(value, random),
  };
  return values.with(at, next[column]());
}

/** All lines in memory: only for sizes that fit. */
export async function writeShuffled(records: string, file: string): Promise<void> {
  const random = new Random(1, 'shuffle');
  const [first = '', ...lines] = (await readFile(records, 'utf8')).trimEnd().split('\n');
  for (let at = lines.length - 1; at > 0; at--) {
    const other = random.int(0, at);
    const moved = lines[at]!;
    lines[at] = lines[other]!;
    lines[other] = moved;
  }
  await writeFile(file, `${[first, ...lines].join('\n')}\n`);
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!isHeader) yield line;
    isHeader = false;
  }
}
