/** A CSV into standardised records as columns of numbers: checked and, by threads where there are many rows, read meanwhile. */
import { Readable } from 'node:stream';
import { type Work, type Worked, workOff } from '../threads/work-off.ts';
import type { ColumnTexts } from './part-columns.ts';
import { type RecordPart, PartReader, type PartRequest, type ReadTask } from './read-part.ts';
import { Records, threadsFor } from './read-records.ts';
import { type CsvHead, partRows, scanCsv } from './scan-csv.ts';

/** What is to be read, but for what the file tells. */
export type CsvTask = Omit<ReadTask, 'delimiter'>;

/**
 * Records are placed in the order of the cells kept as they are, whatever the order of the file.
 * @param taskOf by the names of the columns; null where they are wrong, and nothing is read
 * @param shown what the file is called in faults
 * @returns no records where there is nothing to read
 * @throws DomainError `file-invalid`
 */
export async function readCsv(
  file: string,
  taskOf: (columns: readonly string[]) => CsvTask | null,
  threadCountFor = threadsFor,
  shown = file,
): Promise<{ head: CsvHead; records: Records | null }> {
  const reading = new Reading(file, taskOf, threadCountFor);
  try {
    const head = await scanCsv(file, Infinity, (known) => reading.take(known), shown);
    return { head, records: await reading.finish(head) };
  } catch (error) {
    await reading.giveUp();
    throw error;
  }
}

/** Parts of a file are handed out as they become known; from some rows on threads read them. */
class Reading {
  private readonly file: string;
  private readonly taskOf: (columns: readonly string[]) => CsvTask | null;
  private readonly threadCountFor: (rowCount: number) => number;
  private readonly requests = new Readable({ objectMode: true, read: () => {} });
  private requestCount = 0;
  private task: ReadTask | null = null;
  private worked: Promise<Worked<RecordPart, ColumnTexts>> | null = null;

  constructor(file: string, taskOf: Reading['taskOf'], threadCountFor: Reading['threadCountFor']) {
    this.file = file;
    this.taskOf = taskOf;
    this.threadCountFor = threadCountFor;
  }

  take({ columns, delimiter, cuts }: CsvHead): void {
    const task = this.taskOf(columns);
    if (task === null) return;
    this.task = { ...task, delimiter };
    for (; this.requestCount + 1 < cuts.length; this.requestCount += 1) {
      const [from, to] = [cuts[this.requestCount], cuts[this.requestCount + 1]];
      this.requests.push({ file: this.file, from, to });
    }
    const threadCount = this.threadCountFor(this.requestCount * partRows);
    if (threadCount > 0) this.begin(this.task, threadCount);
  }

  /** All parts are known. */
  async finish(head: CsvHead): Promise<Records | null> {
    this.take(head);
    this.requests.push(null);
    if (this.task === null || head.rowCount === 0) return null;
    this.begin(this.task, this.threadCountFor(head.rowCount));
    const { done, by, gathered } = (await this.worked) as Worked<RecordPart, ColumnTexts>;
    return new Records(this.task.layout, head.rowCount, done, by, gathered);
  }

  async giveUp(): Promise<void> {
    this.requests.destroy();
    await this.worked?.catch(() => {});
  }

  private begin(task: ReadTask, threadCount: number): void {
    if (this.worked) return;
    const work: Work<PartRequest, RecordPart, ColumnTexts> = {
      script: new URL('./read-thread.ts', import.meta.url),
      workerData: task,
      alone: () => {
        const reader = new PartReader(task);
        return { work: (request) => reader.read(request), gathered: () => reader.gathered() };
      },
    };
    this.worked = workOff(this.requests as AsyncIterable<PartRequest>, work, threadCount);
    // What is wrong is thrown at who finishes, or gives up.
    this.worked.catch(() => {});
  }
}
