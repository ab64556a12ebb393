/** A comparison of a field is one file: what the files declare fits together, and one file more is all it takes to add one. */
import { execFile } from 'node:child_process';
import { cp, glob, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { FieldComparison } from '../../src/matcher/compare/comparison.ts';

const folder = 'src/matcher/compare/fields';
const files: string[] = [];
for await (const file of glob(`${folder}/*.ts`)) files.push(file);
const fields = await Promise.all(
  files.map(async (file) => ({ file, field: ((await import(resolve(file))) as { default: FieldComparison }).default })),
);
const all = fields.flatMap(({ file, field }) =>
  Object.entries(field).map(([entity, { order, comparison }]) => ({ file, entity, order, comparison })),
);

test.each(all.map((one) => [`${one.entity}: ${one.comparison.name}`, one] as const))(
  '%s believes in shares, and has a level for what differs',
  (_, { comparison: { levels, gates, bounds } }) => {
    const keys = levels.map(({ key }) => key);
    expect(keys).toContain('differs');
    expect(new Set(levels.map(({ label }) => label)).size).toBe(keys.length);
    for (const of of ['m', 'u'] as const) {
      // A comparison with the address in it believes of many levels that they are rare; none of more than all pairs.
      expect(levels.reduce((sum, level) => sum + level[of], 0)).toBeLessThan(2.01);
      for (const level of levels) expect(level[of]).toBeGreaterThan(0);
    }
    for (const { from, through } of gates) {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(through).toBeGreaterThanOrEqual(from);
      expect(through).toBeLessThan(keys.length);
    }
    expect(bounds[0]).toBeLessThan(bounds[1]);
  },
);

test('no two comparisons of an entity have one name or one place', () => {
  for (const entity of ['person', 'company']) {
    const own = all.filter((one) => one.entity === entity);
    expect(new Set(own.map(({ comparison }) => comparison.name)).size).toBe(own.length);
    expect(new Set(own.map(({ order }) => order)).size).toBe(own.length);
  }
});

test('no other file of the matcher names a comparison', async () => {
  const names = [...new Set(all.map(({ comparison }) => comparison.name))].filter(
    // Also words of other things: canonical fields and standardised columns.
    (name) => !['name', 'email', 'phone', 'title', 'state', 'domain', 'form', 'suffix', 'birth_date'].includes(name),
  );
  expect(names).toContain('company_and_address');
  const naming: string[] = [];
  for await (const file of glob('src/matcher/{*,{cluster,compare,threads,weigh}/*}.ts')) {
    if (file.endsWith('/definition.ts')) continue;
    const text = await readFile(file, 'utf8');
    if (names.some((name) => text.includes(`'${name}'`))) naming.push(file);
  }
  expect(naming).toEqual([]);
});

/** The recipe of CONTRIBUTING.md; contributing.db.test.ts runs this file where it is followed already. */
const recipe = join(folder, 'house-number.ts');
const [, houseNumber = ''] =
  new RegExp(`^\`${recipe}\`:\n\n\`\`\`ts\n(.*?)\`\`\`$`, 'ms').exec(await readFile('CONTRIBUTING.md', 'utf8')) ?? [];
const records = `id,name,street,city
1,Brookline Orchard,14 Elm St,Boston
2,Brookline Orchards,14 Elm St,Boston
3,Tannhauser Stahl,99 Quarry Rd,Denver
4,Tannhauser Stahl,7 Harbour Ln,Denver
`;

const match = `import { matchFile } from './src/matcher/match-file.ts';
await matchFile({
  file: 'records.csv',
  entity: 'company',
  id: 'id',
  map: 'name=name,street=street,city=city',
  out: 'clusters.csv',
  pairs: 'pairs.csv',
  report: 'report.json',
});
`;

test('one file more in the folder and the field is compared, weighed and shown', { timeout: 60_000 }, async () => {
  const copy = await mkdtemp(join(tmpdir(), 'assay-field-'));
  try {
    // The matcher runs on the model's words alone.
    for (const name of ['package.json', 'src/matcher', 'src/model'])
      await cp(name, join(copy, name), { recursive: true });
    await symlink(resolve('node_modules'), join(copy, 'node_modules'));
    await writeFile(join(copy, recipe), houseNumber);
    await writeFile(join(copy, 'records.csv'), records);
    await writeFile(join(copy, 'match.ts'), match);
    await promisify(execFile)(process.execPath, ['match.ts'], { cwd: copy });
    const report = JSON.parse(await readFile(join(copy, 'report.json'), 'utf8')) as {
      comparisons: { field: string }[];
    };
    expect(report.comparisons.map(({ field }) => field)).toEqual(['name', 'address', 'house_number']);
    const pairs = await readFile(join(copy, 'pairs.csv'), 'utf8');
    expect(pairs).toMatch(/^1,2,.*"field"":""house_number"",""level"":""same""/m);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
