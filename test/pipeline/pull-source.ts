/** A Source in memory: rows of one object that a test edits, exported as Bulk 2.0 would, with faults on demand. */
import { Readable } from 'node:stream';
import { DomainError } from '../../src/model/errors.ts';
import type { DeletedRecord, Export, Source, SourceField, SourceUsage } from '../../src/model/source.ts';

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
    this.fields = Object.entries(fields).map(([name, type]) => ({ name, type, isCalculated: false, partOf: null }));
  }

  put(...rows: Row[]): void {
    for (const row of rows) this.rows.set(row.Id!, { ...this.rows.get(row.Id!), ...row });
  }

  async identity() {
    return { orgId: '00D000000000001AAA', userId: '005000000000001AAA', instanceUrl: 'https://org.example' };
  }

  async org() {
    return { ...(await this.identity()), name: 'Acme', instanceName: 'NA1', isSandbox: false };
  }

  async describe(object: string) {
    if (!this.isVisible) throw new DomainError('salesforce-no-permission', `The object ${object} does not exist.`);
    return { name: object, isReplicateable: this.isReplicateable, fields: this.fields, compounds: [] };
  }

  async highWater() {
    return this.highWaterAt;
  }

  startExport: Source['startExport'] = async (query) => {
    const { fields, window } = query;
    const rows = [...this.rows.values()].filter(
      (row) => window === null || new Date(row[window.cursorField]!) >= window.from,
    );
    this.exports.push({ from: window?.from ?? null, fields, rows: rows.map((row) => ({ ...row })) });
    return { query, api: 'bulk', jobId: String(this.exports.length - 1), rowCount: rows.length, reason: 'a test' };
  };

  resumeExport: Source['resumeExport'] = async (begun): Promise<Export | null> => {
    const found = this.exports[Number(begun.jobId)];
    return found ? { ...begun, rowCount: found.rows.length } : null;
  };

  readPage: Source['readPage'] = async (begun, locator) => {
    const { rows, fields } = this.exports[Number(begun.jobId)]!;
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
      hasMarks: () => false,
    };
  };

  async estimate() {
    return this.rows.size;
  }

  async estimates(objects: readonly string[]) {
    return new Map(objects.map((object) => [object, this.rows.size]));
  }

  async live() {
    return { count: this.rows.size, newest: null };
  }

  async count() {
    return this.rows.size;
  }

  means() {
    return { api: 'bulk' as const, callCount: 1 };
  }

  usage(): SourceUsage | null {
    return null;
  }

  calls() {
    return { rest: 0, bulk: 0 };
  }

  metered() {
    return this;
  }

  async aggregate() {
    return [];
  }

  async deletedSince() {
    return this.deleted;
  }
}
