/** A CSV file into records to match, by a map from canonical fields to its columns. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { DomainError } from '../../model/errors.ts';
import type { FieldKind } from '../../model/entity.ts';
import { standardValue } from '../standardise/values.ts';
import type { CompareKind, Extra } from './engine.ts';
import type { CanonicalField, MatchRecord } from './record.ts';

export type Layout = {
  id: string;
  map: Partial<Record<CanonicalField, string>>;
  compare: Extra[];
  source: string | null;
};

const kinds: Record<CompareKind, FieldKind> = {
  name: 'full-name',
  text: 'text',
  category: 'text',
  date: 'date',
  number: 'number',
  id: 'id',
};

/**
 * All records of the file. Ids must be there and unique (per source, when there is one).
 * @throws DomainError `file-invalid` naming file, line and column.
 */
export async function readRecords(file: string, layout: Layout): Promise<(MatchRecord & { source: string | null })[]> {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true });
  const input = createReadStream(file);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  const records: (MatchRecord & { source: string | null })[] = [];
  const seen = new Set<string>();
  let at: Map<string, number> | null = null;
  const fail = (line: number, column: string, message: string, cause?: unknown): never => {
    throw new DomainError('file-invalid', `${file}, line ${line}, column "${column}": ${message}`, { cause });
  };
  try {
    for await (const part of parser) {
      const { record, info } = part as { record: string[]; info: { lines: number } };
      if (!at) {
        at = new Map(record.map((name, index) => [name, index]));
        const wanted = [
          layout.id,
          layout.source,
          ...Object.values(layout.map),
          ...layout.compare.map(({ name }) => name),
        ];
        for (const name of wanted) {
          if (name !== null && !at.has(name))
            fail(1, name, `there is no such column; the columns are ${record.join(', ')}.`);
        }
        continue;
      }
      const columns = at;
      const cell = (name: string): string | null => record[columns.get(name) ?? -1] ?? null;
      const id = cell(layout.id)?.trim() ?? '';
      const source = layout.source === null ? null : cell(layout.source);
      if (id === '') fail(info.lines, layout.id, 'the id is empty; every record needs one.');
      const key = JSON.stringify([source, id]);
      if (seen.has(key)) fail(info.lines, layout.id, `the id "${id}" was used before; ids must be unique.`);
      seen.add(key);
      const values: MatchRecord['values'] = {};
      for (const [field, name] of Object.entries(layout.map)) values[field as CanonicalField] = cell(name);
      const extra = layout.compare.map(({ name, kind }) => standardValue(kinds[kind], cell(name)));
      records.push({ id, source, values, extra });
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (error instanceof CsvError) {
      const { lines, column } = error as CsvError & { lines?: number; column?: string | number };
      fail(lines ?? 1, String(column ?? ''), `${error.message}.`, error);
    }
    throw new DomainError('file-invalid', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (!at)
    throw new DomainError('file-invalid', `${file}, line 1: the file is empty; its first line must name the columns.`);
  return records;
}
