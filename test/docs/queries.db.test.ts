/** The SQL that the pages show runs on the published view, by the role that readers have; another query does not. */
import { glob, readFile } from 'node:fs/promises';
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantReading } from '../../src/db/reader.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { type Fixture, goldenFixture } from '../pipeline/golden-fixture.ts';

/** The statements of the ```sql blocks that only read. */
async function queriesOf(file: string): Promise<string[]> {
  const blocks = (await readFile(file, 'utf8')).matchAll(/^ *```sql\n(.*?)^ *```$/gms);
  return [...blocks].flatMap(([, block = '']) => block.split(';').filter((text) => /^\s*select\b/.test(text)));
}

const queries: [string, string][] = [];
for await (const file of glob('docs/**/*.md')) {
  for (const query of await queriesOf(file)) queries.push([file, query]);
}

let fixture: Fixture;
beforeAll(async () => {
  fixture = await goldenFixture();
  await fixture.record('Account', { id: 'a1', name: 'Acme' }, { company: 'com_1' });
  await fixture.record('Lead', { id: 'l1', last_name: 'Lee', is_converted: false }, { person: 'per_1' });
  for (const entity of ['person', 'company', 'deal']) await survive(fixture.context(), entity);
  await publish(fixture.context());
  await grantReading(fixture.db);
});
afterAll(() => fixture.db.close());

const read = (query: string) =>
  fixture.db.transaction(async (tx) => {
    await tx.query(raw('set local role assay_reader'));
    return tx.query(raw(query));
  });

test('there are queries to try', () => expect(queries.length).toBeGreaterThanOrEqual(5));

test.each(queries)('%s: %s', async (_file, query) => {
  await expect(read(query)).resolves.toBeInstanceOf(Array);
});

test('a query of what is not published, or of a column that is not there, fails', async () => {
  await expect(read('select * from golden.crosswalk')).rejects.toThrow('permission denied');
  await expect(read('select no_such_column from unified.dim_person')).rejects.toThrow('does not exist');
});
