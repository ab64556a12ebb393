/** The standardised columns of `plain` out of DuckDB into numbers that comparisons and threads work on. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { eachChunk, eachNumber } from './columnar.ts';
import type { Rarity } from './frequency.ts';
import { shared } from './shared.ts';
import { sketchOf } from './similarity.ts';
import type { TextColumn, TextRows, TextTable } from './texts.ts';

/** @param rarities by column; their tables `rarity_<column>` are there */
export async function readTexts(
  duck: DuckDBConnection,
  names: string[],
  recordCount: number,
  rarities: ReadonlyMap<string, Rarity>,
): Promise<TextTable> {
  const width = names.length;
  const rows = { cells: shared(Int32Array, recordCount * 2 * width).fill(-1), width };
  const columns: TextColumn[] = [];
  for (const [at, name] of names.entries()) columns.push(await readColumn(duck, name, rows, at, rarities.get(name)));
  return { names, columns, rows };
}

/** The ids are the row ids of the distinct texts: which text has which shows nowhere. */
async function readColumn(
  duck: DuckDBConnection,
  name: string,
  { cells, width }: TextRows,
  column: number,
  rarity: Rarity | undefined,
): Promise<TextColumn> {
  await duck.run(`/* match.text */ create or replace temp table text_value as
    select distinct ${name} as value from plain where ${name} is not null`);
  const read = await duck.runAndReadAll(
    'select count(*)::double, coalesce(sum(strlen(value)), 0)::double from text_value',
  );
  const [count = 0, size = 0] = (read.getRows()[0] ?? []).map(Number);
  const starts = shared(Int32Array, count + 1);
  const sketches = shared(Int32Array, count);
  const units = shared(Uint16Array, size);
  let [id, at] = [0, 0];
  await eachChunk(duck, 'select value from text_value order by rowid', (chunk, rowCount) => {
    const vector = chunk.getColumnVector(0);
    const { dataView: view } = vector as unknown as { dataView: DataView };
    for (let row = 0; row < rowCount; row += 1) {
      const from = at;
      at = putShort(view, row * 16, units, at);
      if (at === from) {
        const text = vector.getItem(row) as string;
        for (let index = 0; index < text.length; index += 1) units[at++] = text.charCodeAt(index);
      }
      sketches[id++] = sketchOf(units, from, at);
      starts[id] = at;
    }
  });
  await eachNumber(
    duck,
    `select p.place, t.rowid::integer from plain p join text_value t on t.value = p.${name}`,
    (place, text) => {
      const cell = 2 * (place * width + column);
      cells[cell] = text;
      cells[cell + 1] = sketches[text] as number;
    },
  );
  let classes: Uint8Array | null = null;
  if (rarity) {
    const found = shared(Uint8Array, count).fill(rarity.most);
    const statement = `select t.rowid::integer, r.rarity::integer from text_value t join rarity_${name} r on r.value = t.value`;
    await eachNumber(duck, statement, (text, one) => (found[text] = one));
    classes = found;
  }
  await duck.run('drop table text_value');
  return { units, starts, sketches, rarity: classes };
}

/** Up to twelve bytes of ASCII lie in the vector itself; anything else is left to be decoded: `at` is then unmoved. */
function putShort(view: DataView, from: number, units: Uint16Array, at: number): number {
  const length = view.getUint32(from, true);
  if (length > 12) return at;
  for (let index = 0; index < length; index += 1) {
    const byte = view.getUint8(from + 4 + index);
    if (byte > 127) return at;
    units[at + index] = byte;
  }
  return at + length;
}
