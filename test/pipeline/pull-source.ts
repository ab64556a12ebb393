/** A Source in memory: rows of one object that a test edits, exported as Bulk 2.0 would, with faults on demand. */
import { Readable } from 'node:stream';
import { DomainError } from '../../src/model/errors.ts';
import type { DeletedRecord, Source, SourceField } from '../../src/model/source.ts';

type Row = Record<string, string>;

export class MemorySource implements Source {
  fields: SourceField[];
  rows = new Map<string, Row>();
  deleted: DeletedRecord[] | null = [];
  isReplicateable = true;
  isVisible = true;
  highWaterAt = new Date('2026-03-01T00:00:00Z');
  pageRows = 2;
  /** Called before each page is handed out; may throw, or change what comes. */
  onPage: (page: { csv: string; rowCount: number }, locator: string | null) => void = () => {};
  exports: { from: Date | null; fields: string[]; rows: Row[] }[] = [];

  constructor(fields: Record<string, string>) {
    this.fields = Object.entries(fields).map(([name, type]) => ({ name, type, isCalculated: false }));
  }

  put(...rows: Row[]): void {
    for (const row of rows) this.rows.set(row.Id!, { ...this.rows.get(row.Id!), ...row });
  }

  async identity() {
    return { orgId: '00D000000000001AAA', userId: '005000000000001AAA', instanceUrl: 'https://org.example' };
  }

  async describe(object: string) {
    if (!this.isVisible) throw new DomainError('salesforce-no-permission', `The object ${object} does not exist.`);
    return { name: object, isReplicateable: this.isReplicateable, fields: this.fields };
  }

  async highWater() {
    return this.highWaterAt;
  }

  startExport: Source['startExport'] = async ({ fields, window }) => {
    const rows = [...this.rows.values()].filter(
      (row) => window === null || new Date(row[window.cursorField]!) >= window.from,
    );
    this.exports.push({ from: window?.from ?? null, fields, rows: rows.map((row) => ({ ...row })) });
    return { jobId: String(this.exports.length - 1), rowCount: rows.length };
  };

  resumeExport: Source['resumeExport'] = async (jobId) => {
    const found = this.exports[Number(jobId)];
    return found ? { jobId, rowCount: found.rows.length } : null;
  };

  readPage: Source['readPage'] = async (jobId, locator) => {
    const { rows, fields } = this.exports[Number(jobId)]!;
    const start = Number(locator ?? 0);
    const end = start + this.pageRows;
    const some = rows.slice(start, end);
    const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
    const lines = [fields, ...some.map((row) => fields.map((name) => row[name] ?? ''))];
    const page = { csv: lines.map((line) => `${line.map(quote).join(',')}\n`).join(''), rowCount: some.length };
    this.onPage(page, locator);
    return {
      csv: Readable.from([Buffer.from(page.csv)]),
      rowCount: page.rowCount,
      nextLocator: end < rows.length ? String(end) : null,
    };
  };

  async deletedSince() {
    return this.deleted;
  }
}
