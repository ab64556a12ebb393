/** The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository, hold what they promise. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

/** The files that the guide shows: a path on a line of its own, then the block. */
async function recipes(): Promise<{ path: string; text: string }[]> {
  const guide = await readFile('CONTRIBUTING.md', 'utf8');
  const found = guide.matchAll(/^`([\w./-]+)`:\n\n```\w+\n(.*?)```$/gms);
  return [...found].map(([, path = '', text = '']) => ({ path, text }));
}

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'assay-recipes-'));
  for (const name of [
    'CONTRIBUTING.md',
    'bench',
    'config',
    'src',
    'test',
    'workers',
    'package.json',
    'vitest.config.ts',
  ]) {
    await cp(name, join(copy, name), { recursive: true });
  }
  for (const name of ['node_modules', 'emulator']) await symlink(resolve(name), join(copy, name));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

function run(command: string, parameters: string[]): Promise<{ code: number; stdout: string; output: string }> {
  const env = { ...process.env, TEST_DATABASE_URL: inject('postgresUrl'), NO_COLOR: '1', TEST_REPORT: '', CI: '' };
  return new Promise((done) => {
    execFile(command, parameters, { cwd: copy, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, output: stdout + stderr }),
    );
  });
}

/** What the copy would publish and check, read by the copy's own code. */
const looked = `
  import { loadDefinitions } from './config/index.ts';
  import { readMarts } from './src/marts/read.ts';
  import { comparisonsOf } from './src/matcher/compare/comparisons.ts';
  const { objects, rules } = await loadDefinitions();
  const { metrics } = await readMarts();
  const comparisons = comparisonsOf({ entity: 'company', fields: [], extras: [] }, new Set(['house']));
  console.log(JSON.stringify({ comparisons: comparisons.map((c) => c.name), objects: objects.map((o) => o.table), rules: rules.map((r) => r.id), metrics: metrics.map((m) => m.name) }));
`;

test('each recipe is one new file, and with all of them every rule, object, metric and comparison still holds', async () => {
  const files = await recipes();
  expect(files.map(({ path }) => path)).toEqual([
    'config/rules/contact-department-missing.ts',
    'config/objects/contract.ts',
    'src/marts/metrics/average_deal.sql',
    'src/matcher/compare/fields/house-number.ts',
  ]);
  const look = async () => {
    const { code, stdout, output } = await run(process.execPath, ['look.ts']);
    expect(code, output).toBe(0);
    return JSON.parse(stdout) as Record<string, string[]>;
  };
  await writeFile(join(copy, 'look.ts'), looked);
  const before = await look();
  for (const { path, text } of files) await writeFile(join(copy, path), text, { flag: 'wx' });
  const after = await look();
  const added = (kind: string) => after[kind]!.filter((name) => !before[kind]!.includes(name));
  expect([added('rules'), added('objects'), added('metrics'), added('comparisons')]).toEqual([
    ['contact-department-missing'],
    ['contract'],
    ['average_deal'],
    ['house_number'],
  ]);

  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const tests = ['test/config', 'test/marts', 'test/matcher/fields.test.ts', 'test/pipeline/publish.db.test.ts'];
  const { code, output } = await run(process.execPath, [vitest, 'run', '--reporter=verbose', ...tests]);
  expect(code, output).toBe(0);
  expect(output).toMatch(/✓ .*contact-department-missing > is violated by/);
}, 240_000);

test('a fault in one of them is told with its file', async () => {
  await writeFile(join(copy, 'config/rules/broken.ts'), 'export default { object: "Contact" };\n');
  await writeFile(join(copy, 'config/objects/nameless.ts'), 'export const nothing = 1;\n');
  const { code, output } = await run(process.execPath, ['look.ts']);
  expect(code).toBe(1);
  expect(output).toContain('config/rules/broken.ts');
  expect(output).toContain('config/objects/nameless.ts: has no default export');
});
