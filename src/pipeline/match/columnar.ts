/** Typed arrays in and out of DuckDB, chunk by chunk: no object per row. */
import { DOUBLE, DuckDBDataChunk, INTEGER, type DuckDBConnection } from '@duckdb/node-api';

/** Calls back for each chunk of the answer, in order. */
export async function eachChunk(
  duck: DuckDBConnection,
  statement: string,
  each: (chunk: DuckDBDataChunk, rowCount: number) => void,
): Promise<void> {
  const result = await duck.stream(statement);
  for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
    const { rowCount } = chunk;
    if (rowCount === 0) break;
    each(chunk, rowCount);
  }
}

/** Calls back for each row of an answer of two columns of type INTEGER. */
export async function eachNumber(
  duck: DuckDBConnection,
  statement: string,
  each: (first: number, second: number) => void,
): Promise<void> {
  await eachChunk(duck, statement, (chunk, rowCount) => {
    const { items: first } = chunk.getColumnVector(0) as unknown as { items: Int32Array };
    const { items: second } = chunk.getColumnVector(1) as unknown as { items: Int32Array };
    for (let row = 0; row < rowCount; row += 1) each(first[row] as number, second[row] as number);
  });
}

type NumberArray = Int32Array | Uint16Array | Uint8Array;

const chunkRows = 2048;

/** Creates `table` of the columns: DOUBLE where they are Float64Array, else INTEGER. rowid is the index into them. */
export async function appendColumns(
  duck: DuckDBConnection,
  table: string,
  columns: Record<string, NumberArray | Float64Array>,
): Promise<void> {
  const arrays = Object.values(columns);
  const types = arrays.map((array) => (array instanceof Float64Array ? DOUBLE : INTEGER));
  await duck.run(
    `create or replace table ${table} (${Object.keys(columns)
      .map((name, at) => `${name} ${types[at]}`)
      .join(', ')})`,
  );
  const appender = await duck.createAppender(table);
  const length = arrays[0]?.length ?? 0;
  for (let at = 0; at < length; at += chunkRows) {
    const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, length - at));
    for (const [index, array] of arrays.entries())
      chunk.setColumnValues(index, [...array.subarray(at, at + chunkRows)]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
