/** A seed and a size into a CRM of people as CSV and, in a file of its own, who is who: streaming, in constant memory. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { Random } from '@assay/emulator/seed/random.ts';
import { csvLine } from '../csv.ts';
import { makeEmployer } from './crm-company.ts';
import { copyRecord, crmColumns, firstRecord, makeCrmPerson } from './crm-record.ts';

export type CrmFiles = { records: string; added: string; truth: string };
/** `line` has the values of `crmColumns`, as CSV. */
export type CrmRecord = { person: number; line: string };

/** Records wait in a pool of this many and leave it in random order, so that copies lie far apart. */
const poolSize = 100_000;

/**
 * All records of a CRM of about `records` records, in their order in the file. About 15 in 100 are copies of another.
 * The same seed gives the same records, and a larger CRM begins with other records than a smaller one.
 */
export function* crmRecords(records: number, seed: number): Generator<CrmRecord> {
  const random = new Random(seed, 'crm', records);
  const pool: CrmRecord[] = [];
  const leaving = function* (least: number): Generator<CrmRecord> {
    while (pool.length > least) {
      const at = Math.floor(random.next() * pool.length);
      const leaves = pool[at];
      const last = pool.pop();
      if (leaves === undefined || last === undefined) return;
      if (at < pool.length) pool[at] = last;
      yield leaves;
    }
  };
  let made = 0;
  let person = 0;
  for (let serial = 0; made < records; serial++) {
    const employer = makeEmployer(serial, seed, random);
    const taken = new Set<string>();
    for (let place = 0; place < employer.staff && made < records; place++) {
      const known = makeCrmPerson(employer, taken, random);
      pool.push({ person, line: csvLine(firstRecord(known, random)) });
      made++;
      // Mean 0.176 copies a person: 15 % of all records.
      const copies = Number(random.weighted({ 0: 870, 1: 95, 2: 25, 3: 10 }));
      for (let copy = 0; copy < copies && made < records; copy++, made++) {
        pool.push({ person, line: csvLine(copyRecord(known, random)) });
      }
      person++;
    }
    yield* leaving(poolSize);
  }
  yield* leaving(0);
}

/**
 * Writes the first `count` records (record_id and the columns of a CRM), what comes after them into `added`, and the
 * truth of both (record_id,person_id).
 */
export async function writeCrm(records: Iterable<CrmRecord>, count: number, files: CrmFiles): Promise<void> {
  const header = ['record_id', ...crmColumns];
  const base = new Lines(files.records, header);
  const added = new Lines(files.added, header);
  const truth = new Lines(files.truth, ['record_id', 'person_id']);
  let at = 0;
  for (const { person, line } of records) {
    const id = `P${String(at).padStart(8, '0')}`;
    const out = at++ < count ? base : added;
    out.add(`${id},${line}`);
    truth.add(`${id},${person}\n`);
    if (out.isFull) await out.flush();
    if (truth.isFull) await truth.flush();
  }
  await Promise.all([base.close(), added.close(), truth.close()]);
}

/** Lines into a file, a chunk at a time and no faster than the disk takes them. */
export class Lines {
  private text: string;
  private readonly stream;

  constructor(file: string, header: readonly string[]) {
    this.stream = createWriteStream(file);
    this.text = csvLine(header);
  }

  add(line: string): void {
    this.text += line;
  }

  get isFull(): boolean {
    return this.text.length >= 1 << 18;
  }

  async flush(): Promise<void> {
    const isTaken = this.stream.write(this.text);
    this.text = '';
    if (!isTaken) await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    this.stream.end(this.text);
    await finished(this.stream);
  }
}
