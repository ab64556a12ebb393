/** Files that are generated from others are fresh. */
import { glob, readFile } from 'node:fs/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envExample } from '../src/catalogue/interfaces.ts';
import { consoleTypes, referencePages } from '../src/catalogue/page.ts';
import { withRooms } from '../src/catalogue/room-section.ts';
import { semanticFiles } from '../src/catalogue/semantic.ts';
import type { Db } from '../src/db/connect.ts';
import { schemaText } from '../src/db/schema.ts';
import { testDatabase } from './database.ts';

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

test('the generated pages of docs/reference say what the definitions say', async () => {
  for (const [name, page] of Object.entries(await referencePages())) {
    const file = `docs/reference/${name}`;
    expect(await readFile(file, 'utf8'), `${file} is stale: run \`npm run catalogue\` and commit what it writes`).toBe(
      page,
    );
  }
});

test('.env.example names every setting with its default', async () => {
  expect(await readFile('.env.example', 'utf8'), 'stale: run `npm run catalogue` and commit what it writes').toBe(
    envExample(),
  );
});

test('the semantic model of the repository is that of the definitions', async () => {
  const files = await semanticFiles();
  for (const [file, text] of Object.entries(files)) {
    const stale = `${file} is stale: run \`npm run catalogue\` and commit what it writes`;
    expect(await readFile(file, 'utf8'), stale).toBe(text);
  }
  const there: string[] = [];
  for await (const file of glob('docs/reference/semantic/**/*.{sql,yaml,yml}')) there.push(file);
  expect(there.sort(), 'a file that nothing writes any more').toEqual(Object.keys(files).sort());
});

test('the console speaks to the API by the shapes it has now', async () => {
  const file = 'console/src/api/schema.ts';
  expect(await readFile(file, 'utf8'), `${file} is stale: run \`npm run catalogue\` and commit what it writes`).toBe(
    await consoleTypes(),
  );
});

test('the architecture page shows the table of rooms as it is', async () => {
  const page = await readFile('docs/internals/architecture.md', 'utf8');
  expect(page, 'stale: run `npm run catalogue` and commit what it writes').toBe(withRooms(page));
  expect(() => withRooms('a page without a place for it')).toThrow('has no place');
});

test('src/db/schema.sql is what the migrations make', async () => {
  const text = await schemaText(db);
  expect(await readFile('src/db/schema.sql', 'utf8'), 'stale: run `npm run schema` and commit what it writes').toBe(
    text,
  );
});

test('the schema text is complete: run on an empty database it makes the same schema', async () => {
  const before = await schemaText(db);
  const schemas = [...before.matchAll(/^create schema (\w+);/gm)].map((match) => match[1]!);
  await db.transaction(async (tx) => {
    for (const schema of schemas) await tx.query(sql([`drop schema ${schema} cascade`]));
    await tx.query(sql`drop table public.schema_migration`);
    // A foreign key may point at a table further down, so those go last.
    const keys: string[] = [];
    const text = before.replace(/create table (\S+) \(\n([^;]*)\n\);/g, (_all, name: string, body: string) => {
      const [now, later] = [[], []] as string[][];
      for (const line of body.split(/,\n(?= {2}\S)/))
        (/^ {2}constraint .* FOREIGN KEY/.test(line) ? later : now)!.push(line);
      keys.push(...later!.map((line) => `alter table ${name} add ${line.trim()};`));
      return `create table ${name} (\n${now!.join(',\n')}\n);`;
    });
    // Functions may speak of views, which come after them.
    await tx.query(sql`set local check_function_bodies = off`);
    await tx.query(sql([`${text}\n${keys.join('\n')}`]));
    expect(await schemaText(tx)).toBe(before);
  });
});
