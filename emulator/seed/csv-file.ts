// Turns records into one CSV file, holding no more than one chunk in memory.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export type Value = string | number | boolean | null;

const chunkLength = 1 << 18; // characters; larger chunks measured no faster

export class CsvFile<Column extends string> {
  count = 0;
  private text: string;
  private readonly handle: FileHandle;
  private readonly columns: readonly Column[];

  private constructor(handle: FileHandle, columns: readonly Column[]) {
    this.handle = handle;
    this.columns = columns;
    this.text = `${columns.join(',')}\n`;
  }

  static async create<Column extends string>(path: string, columns: readonly Column[]): Promise<CsvFile<Column>> {
    return new CsvFile(await open(path, 'w'), columns);
  }

  add(record: Readonly<Record<Column, Value>>): void {
    let before = '';
    for (const column of this.columns) {
      this.text += before + cell(record[column]);
      before = ',';
    }
    this.text += '\n';
    this.count++;
  }

  /** Writes what has gathered once it fills a chunk; call it between groups of records. */
  async drain(): Promise<void> {
    if (this.text.length >= chunkLength) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.handle.close();
  }

  private async flush(): Promise<void> {
    const text = this.text;
    this.text = '';
    await this.handle.write(text);
  }
}

function cell(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
