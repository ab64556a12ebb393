/** Typed arrays in and out of DuckDB, chunk by chunk: no object per row. */
import { DOUBLE, DuckDBDataChunk, INTEGER, type DuckDBConnection } from '@duckdb/node-api';

type NumberArray = Int32Array | Float64Array | Uint8Array;

/** Fills the arrays with the columns of the answer, in order. The arrays must be as long as the answer. */
export async function readColumns(duck: DuckDBConnection, statement: string, into: NumberArray[]): Promise<void> {
  const result = await duck.stream(statement);
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [index, array] of into.entries()) {
      const { items } = chunk.getColumnVector(index) as unknown as { items: NumberArray };
      array.set(items.subarray(0, chunk.rowCount), at);
    }
    at += chunk.rowCount;
  }
}

const chunkRows = 2048;

/** Creates `table` with columns c0, c1 … from the arrays; rowid is the index into them. */
export async function appendColumns(
  duck: DuckDBConnection,
  table: string,
  types: ('integer' | 'double')[],
  columns: (Int32Array | Float64Array)[],
): Promise<void> {
  await duck.run(`create or replace table ${table} (${types.map((type, at) => `c${at} ${type}`).join(', ')})`);
  const appender = await duck.createAppender(table);
  const kinds = types.map((type) => (type === 'integer' ? INTEGER : DOUBLE));
  const length = columns[0]?.length ?? 0;
  for (let at = 0; at < length; at += chunkRows) {
    const chunk = DuckDBDataChunk.create(kinds, Math.min(chunkRows, length - at));
    for (const [index, column] of columns.entries())
      chunk.setColumnValues(index, [...column.subarray(at, at + chunkRows)]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
