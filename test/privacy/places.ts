/**
 * Looks for words everywhere Assay could keep them: every column of every table in every schema, PostgreSQL's own among them, its
 * statistics, what its sessions ran last, and Redis. Not in its write-ahead log, which it overwrites by itself, nor in free space of files.
 */
import { connect as connectSocket } from 'node:net';
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';

/** Where each word is, as `schema.table: word`. */
export async function placesOf(db: Db, words: string[]): Promise<string[]> {
  const tables = await db.query<{ schema: string; name: string }>(sql`select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where (c.relkind in ('r', 'm') or c.relname = 'pg_stat_statements') and n.nspname <> 'pg_toast' and c.relname not in ('pg_statistic', 'pg_authid') order by 1, 2`);
  const found: string[] = [];
  const look = async (place: string, table: string) => {
    const rows = await db.query<{ word: string }>(sql`select word from unnest(${words}::text[]) word
      where exists (select from ${raw(table)} t where strpos(lower(t::text), lower(word)) > 0)`);
    for (const { word } of rows) found.push(`${place}: ${word}`);
  };
  for (const { schema, name } of tables) await look(`${schema}.${name}`, identifier(schema, name).sql);
  const statistics = await db.query<{
    place: string;
    word: string;
  }>(sql`select word, s.starelid::regclass::text as place
    from pg_statistic s cross join unnest(${words}::text[]) word
    where strpos(lower(concat(s.stavalues1::text, s.stavalues2::text, s.stavalues3::text, s.stavalues4::text, s.stavalues5::text)),
      lower(word)) > 0`);
  const ran = await db.query<{ word: string }>(sql`select distinct word
    from pg_stat_activity a cross join unnest(${words}::text[]) word
    where a.pid <> pg_backend_pid() and strpos(lower(a.query), lower(word)) > 0`);
  for (const { word } of ran) found.push(`a session's statement: ${word}`);
  return [...found, ...statistics.map(({ place, word }) => `statistics of ${place}: ${word}`)];
}

/** Everything that Redis holds, as it would write it to disk. */
export async function redisDump(port: number): Promise<string> {
  const ask = (...commands: string[][]) =>
    new Promise<string>((resolve, reject) => {
      const encoded = commands.map(
        (words) => `*${words.length}\r\n${words.map((one) => `$${Buffer.byteLength(one)}\r\n${one}\r\n`).join('')}`,
      );
      const socket = connectSocket(port, '127.0.0.1').end(encoded.join(''));
      let text = '';
      socket.setEncoding('latin1').on('data', (part: string) => (text += part));
      socket.on('end', () => resolve(text)).on('error', reject);
    });
  const keys = [...(await ask(['KEYS', '*'], ['QUIT'])).matchAll(/\$\d+\r\n([^\r]+)\r\n/g)].map((match) => match[1]!);
  const kinds = ['GET', 'HGETALL', 'LRANGE', 'ZRANGE', 'SMEMBERS', 'XRANGE'];
  // A command for another kind of key answers with an error, which holds nothing.
  const commands = keys.flatMap((key) =>
    kinds.map((kind) => [
      kind,
      key,
      ...(kind === 'LRANGE' || kind === 'ZRANGE' ? ['0', '-1'] : kind === 'XRANGE' ? ['-', '+'] : []),
    ]),
  );
  return (await ask(...commands, ['QUIT'])) + keys.join('\n');
}
