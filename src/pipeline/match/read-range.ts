/** A range of the rows of `standard.<entity>`, in the snapshot of the process that asked, into a file that a thread reads. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import sql, { raw } from 'sql-template-tag';
import type { Db, Transaction } from '../../db/connect.ts';
import { rowsSql } from './evidence-rows.ts';
import type { PartRequest, ReadTask } from '../../matcher/read/read-part.ts';
import { partRows, scanCsv } from '../../matcher/read/scan-csv.ts';

type Key = { connection_id: string; id: string };
/** Rows from the first key up to, not with, the second; null for all that are left. */
export type KeyRange = { from: Key; to: Key | null };
export type RangeTask = ReadTask & { snapshot: string };

/** Rows of one range: whole parts, so that only the last part of all is short. */
const rangeRows = 4 * partRows;

/** Ranges of as many rows each, in the order of the database: it knows an index for that. */
export async function rangesOf(tx: Transaction, entity: string): Promise<KeyRange[]> {
  const starts = await tx.query<Key>(sql`/* match.ranges */ select connection_id, id from (
      select connection_id, id, row_number() over (order by connection_id, id) - 1 as n from ${raw(`standard.${entity}`)}
    ) numbered where n % ${rangeRows} = 0 order by n`);
  return starts.map((from, at) => ({ from, to: starts[at + 1] ?? null }));
}

/** @returns the parts of the file that the rows were written to, in `folder` */
export async function readRange(
  db: Db,
  { layout, snapshot }: RangeTask,
  { from, to }: KeyRange,
  folder: string,
): Promise<PartRequest[]> {
  const file = join(folder, 'rows.csv');
  const text = (value: string) => pg.escapeLiteral(value);
  const key = ({ connection_id, id }: Key) => `(${text(connection_id)}, ${text(id)})`;
  const within = `(p.connection_id, p.id) >= ${key(from)}${to ? ` and (p.connection_id, p.id) < ${key(to)}` : ''}`;
  await db.transaction(async (tx) => {
    await tx.query(sql`/* match.snapshot */ ${raw(`set transaction snapshot ${text(snapshot)}`)}`);
    await tx.copyOut(
      `/* match.range */ copy (${rowsSql(layout.entity, layout.fields)} where ${within}
        order by p.connection_id collate "C", p.id collate "C") to stdout (format csv, header)`,
      createWriteStream(file),
    );
  }, 'repeatable read');
  const { cuts } = await scanCsv(file);
  return cuts.slice(1).map((cut, at) => ({ file, from: cuts[at] as number, to: cut }));
}
