/** What the words of a column are worth, and the SQL functions of words: keys by rare words, every two words of a name. */
import { DuckDBScalarFunction, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { skeleton } from '../standardise/text.ts';
import { mostRarity } from './frequency.ts';
import type { WordBits } from './words.ts';

type Value = string | null;

/** Counts the words of a column of `plain`; words rarer than 1 in 2^14 are left to the default. */
export async function countWords(duck: DuckDBConnection, column: string): Promise<WordBits> {
  await duck.run(`/* match.words */ create or replace temp table counted as select word, count(*) as count from (
    select unnest(string_split(${column}, ' ')) as word from plain where ${column} is not null) group by word`);
  const read = await duck.runAndReadAll(`select word, log2(total / count) from counted,
    (select count(${column})::double as total from plain) where total / count < ${2 ** mostRarity} and count > 1 order by word`);
  const total = await duck.runAndReadAll(`select count(${column})::double from plain`);
  await duck.run('drop table counted');
  const most = Math.min(mostRarity, Math.log2(Math.max(2, Number(total.getRows()[0]?.[0]))));
  return { bits: new Map(read.getRows().map(([word, bits]) => [String(word), Math.max(0.1, Number(bits))])), most };
}

/** The two rarest words of a text, and every two of its three rarest. */
function wordKeys(value: string, { bits, most }: WordBits): string[] {
  const worth = (word: string) => bits.get(word) ?? most;
  const words = [...new Set(value.split(' '))].filter((word) => word.length > 1);
  const rare = words.sort((a, b) => worth(b) - worth(a) || (a < b ? -1 : 1)).slice(0, 4);
  const keys = rare.slice(0, 2);
  for (const [at, a] of rare.entries())
    for (const b of rare.slice(at + 1)) keys.push(a < b ? `${a} ${b}` : `${b} ${a}`);
  return keys;
}

/** Every two of the words, by their consonants, in either order. */
function twoOf(name: string): string {
  const words = name.split(' ').slice(0, 6).map(skeleton);
  const keys = new Set<string>();
  for (const [at, a] of words.entries())
    for (const b of words.slice(at + 1)) if (a && b) keys.add(a < b ? `${a} ${b}` : `${b} ${a}`);
  return [...keys].join('\u001F');
}

function registerText(duck: DuckDBConnection, name: string, of: (value: string) => string): void {
  duck.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      mainFunction: (_info, chunk, out) => {
        for (const [at, value] of (chunk.getColumnValues(0) as Value[]).entries())
          out.setItem(at, value === null ? null : of(value));
        out.flush();
      },
    }),
  );
}

export function registerTwoOf(duck: DuckDBConnection): void {
  registerText(duck, 'two_of', twoOf);
}

/** Column `<column>_words` of `plain`: the keys of the rare words of a column, by its distinct texts. */
export async function addWordKeys(duck: DuckDBConnection, column: string, words: WordBits): Promise<void> {
  registerText(duck, `word_keys_${column}`, (value) => wordKeys(value, words).join('\u001F'));
  await duck.run(`/* match.word_keys */ create or replace table plain as
    select p.*, w.keys as ${column}_words from plain p left join (
      select value, string_split(word_keys_${column}(value), chr(31)) as keys from (
        select distinct ${column} as value from plain where ${column} is not null)) w on w.value = p.${column}`);
}
