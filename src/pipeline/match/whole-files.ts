/** The rows of an entity out of PostgreSQL into records to match, and what was found into files that PostgreSQL takes back. */
import { createWriteStream } from 'node:fs';
import type { Keys } from '../../matcher/block/blocks.ts';
import type { MatchResult } from '../../matcher/engine.ts';
import { resultDecision } from '../../matcher/evidence.ts';
import { evidenceByPattern } from '../../matcher/output.ts';
import { readCsv } from '../../matcher/read/read-csv.ts';
import type { Records } from '../../matcher/read/read-records.ts';
import { csvRow, writeLines } from '../../matcher/read/write-csv.ts';
import type { RecordKey } from '../../model/record-key.ts';
import type { Context } from '../context.ts';
import { fieldsOf, type MatchedEntity, rowsSql } from './evidence-rows.ts';

/** Kept cells of the records. */
const [connectionCell, idCell, hashCell] = [0, 1, 2];

export const recordAt = (records: Records, place: number): RecordKey => ({
  connection_id: records.kept(connectionCell, place),
  id: records.kept(idCell, place),
});
/** Of all values that are compared. */
export const hashAt = (records: Records, place: number): string => records.kept(hashCell, place);

/** Out of PostgreSQL by COPY; null where there is no record. */
export async function loadRecords(context: Context, entity: MatchedEntity, file: string): Promise<Records | null> {
  const fields = await fieldsOf(context.db, entity.name);
  await context.db.transaction((tx) =>
    tx.copyOut(
      `/* match.read */ copy (${rowsSql(entity, fields)} order by p.connection_id collate "C", p.id collate "C") to stdout (format csv, header)`,
      createWriteStream(file),
    ),
  );
  // Where rowsSql has what.
  const kept = [connectionCell, idCell, hashCell];
  const columns = fields.map((_, at) => kept.length + at);
  const layout = { entity: entity.kind, fields, extras: [] };
  const { records } = await readCsv(file, () => ({ layout, columns, kept }));
  return records;
}

export async function writeRecords(records: Records, wordKeys: (column: string) => Keys, file: string): Promise<void> {
  await writeLines(file, function* () {
    let place = 0;
    for (const codes of records.codes(wordKeys)) {
      const cells = [connectionCell, idCell, hashCell].map((cell) => records.kept(cell, place));
      yield csvRow([...cells, `{${codes.join(',')}}`]);
      place += 1;
    }
  });
}

/** Those to show, with their evidence, and those that speak against a merge. */
export async function writePairs(
  records: Records,
  result: MatchResult,
  entity: string,
  runId: string,
  file: string,
): Promise<void> {
  const { model, pairs } = result;
  const evidence = evidenceByPattern(result);
  const key = (place: number) => [connectionCell, idCell].map((cell) => records.kept(cell, place));
  await writeLines(file, function* () {
    for (const [at, weight] of pairs.score.entries()) {
      yield csvRow([
        entity,
        runId,
        ...key(pairs.left[at] as number),
        ...key(pairs.right[at] as number),
        String(weight),
        String(1 / (1 + 2 ** -weight)),
        resultDecision(result, at),
        weight > model.threshold.review ? evidence(pairs.pattern[at] as number) : '[]',
        model.rules[pairs.rule[at] as number] ?? '',
      ]);
    }
  });
}
