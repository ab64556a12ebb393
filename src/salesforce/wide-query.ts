/** Reads objects whose query is too long for a URL and which Bulk refuses: the fields in parts, put together by Id. */
import type { ExportQuery } from '../model/source.ts';
import type { JsonRecord } from './record-csv.ts';
import { exportSoql } from './soql.ts';

/** Rows asked for at once: one answer, so that both parts are read within seconds of each other. */
export const widePageRows = 2_000;

// In every part: by the first the parts find each other, by the other it shows that the record has not changed between.
const keys = ['Id', 'SystemModstamp'];

/** The field lists whose queries each fit. */
export function splitFields(query: ExportQuery, fits: (part: ExportQuery) => boolean): string[][] {
  const held = keys.filter((name) => query.fields.includes(name));
  const parts: string[][] = [];
  let part = [...held];
  for (const field of query.fields.filter((name) => !held.includes(name))) {
    // The upper bound of the later parts needs its room as well.
    if (part.length > held.length && !fits({ ...query, after: '0'.repeat(18), fields: [...part, field, ...held] })) {
      parts.push(part);
      part = [...held];
    }
    part.push(field);
  }
  return [...parts, part];
}

/**
 * One page: records that all parts agree on. One changed between the parts is left to the next sync, whose window holds
 * it. `lastId` is where the next page begins; null after the last.
 */
export async function readWide(
  query: ExportQuery,
  parts: string[][],
  ask: (soql: string) => Promise<JsonRecord[]>,
): Promise<{ records: JsonRecord[]; lastId: string | null }> {
  const [first = [], ...others] = parts;
  const records = await ask(exportSoql({ ...query, fields: first, sliceRows: widePageRows }, true));
  const last = records.at(-1)?.Id;
  if (typeof last !== 'string') return { records: [], lastId: null };
  const whole = new Map(records.map((record) => [record.Id, record]));
  for (const fields of others) {
    const found = await ask(exportSoql({ ...query, fields }, true, last));
    const byId = new Map(found.map((record) => [record.Id, record]));
    for (const [id, record] of whole) {
      const more = byId.get(id);
      if (more?.SystemModstamp === record.SystemModstamp && more !== undefined) Object.assign(record, more);
      else whole.delete(id);
    }
  }
  return { records: [...whole.values()], lastId: records.length < widePageRows ? null : last };
}
