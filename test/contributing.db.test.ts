/** The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository, keep what they promise. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

type Recipe = { path: string; isDiff: boolean; text: string };

/** What the guide shows: a path on a line of its own, then the block, a new file or a change of one. */
async function recipes(): Promise<Recipe[]> {
  const guide = await readFile('CONTRIBUTING.md', 'utf8');
  const found = guide.matchAll(/^`([\w./-]+)`:\n\n```(\w+)\n(.*?)```$/gms);
  return [...found].map(([, path = '', kind, text = '']) => ({ path, isDiff: kind === 'diff', text }));
}

/** A new file must not be there; the lines a change starts from must stand in the file exactly once. */
async function follow({ path, isDiff, text }: Recipe): Promise<void> {
  const file = join(copy, path);
  if (!isDiff) return writeFile(file, text, { flag: 'wx' });
  const lines = text.trimEnd().split('\n');
  const side = (sign: string) =>
    lines.flatMap((line) => (line.startsWith(' ') || line.startsWith(sign) ? [line.slice(1)] : [])).join('\n');
  const before = (await readFile(file, 'utf8')).split(side('-'));
  expect(before, `${path} has "${side('-')}" once`).toHaveLength(2);
  await writeFile(file, before.join(side('+')));
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
    'oxlint.config.ts',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    await cp(name, join(copy, name), { recursive: true });
  }
  for (const name of ['node_modules', 'emulator', 'console']) await symlink(resolve(name), join(copy, name));
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
  import { readdir } from 'node:fs/promises';
  import { loadDefinitions } from './config/index.ts';
  import { comparisonsOf } from './src/matcher/compare/comparisons.ts';
  import { turns } from './src/pipeline/index.ts';
  import { kinds } from './workers/main.ts';
  import { connect } from './src/db/connect.ts';
  import { buildApp } from './src/http/app.ts';
  import { silentLog, systemClock } from './src/model/ports.ts';
  const definitions = await loadDefinitions();
  const { objects, rules, entities, metrics } = definitions;
  const db = connect('postgresql://127.0.0.1/none', { name: 'look' });
  const app = await buildApp({ db, definitions, log: silentLog, clock: systemClock });
  const { paths } = (await app.inject({ url: '/docs/json' })).json();
  console.log(JSON.stringify({
    objects: objects.map((o) => o.table),
    rules: rules.map((r) => r.id),
    entities: entities.map((e) => e.name),
    metrics: metrics.map((m) => m.name),
    comparisons: comparisonsOf({ entity: 'company', fields: [], extras: [] }, new Set(['house'])).map((c) => c.name),
    routes: Object.keys(paths),
    stages: turns.flatMap((turn) => turn.stages.map((s) => s.name)),
    queues: Object.keys(kinds),
    incidents: await readdir('src/pipeline/alert/kinds'),
  }));
  await app.close();
  await db.close();
`;

const vitest = join('node_modules', 'vitest', 'vitest.mjs');

test('each recipe is one file, or one and its place in a list, and with all of them everything still holds', async () => {
  const steps = await recipes();
  expect(steps.filter(({ isDiff }) => !isDiff).map(({ path }) => path)).toEqual([
    'config/rules/contact-department-missing.ts',
    'config/objects/quote.ts',
    'config/entities/programme.ts',
    'config/metrics/mean-open-deal.ts',
    'src/matcher/compare/fields/house-number.ts',
    'src/pipeline/alert/kinds/empty-object.ts',
    'src/http/routes/entities.ts',
    'src/pipeline/census.ts',
    'workers/greet.ts',
  ]);
  expect(new Set(steps.filter(({ isDiff }) => isDiff).map(({ path }) => path))).toEqual(
    new Set(['src/http/app.ts', 'src/pipeline/index.ts', 'workers/main.ts']),
  );
  const look = async () => {
    const { code, stdout, output } = await run(process.execPath, ['look.ts']);
    expect(code, output).toBe(0);
    return JSON.parse(stdout) as Record<string, string[]>;
  };
  await writeFile(join(copy, 'look.ts'), looked);
  const before = await look();
  for (const step of steps) await follow(step);
  const after = await look();
  const added = Object.keys(after).map((kind) => [kind, after[kind]!.filter((name) => !before[kind]!.includes(name))]);
  expect(Object.fromEntries(added)).toEqual({
    rules: ['contact-department-missing'],
    objects: ['quote'],
    entities: ['programme'],
    metrics: ['mean_open_deal'],
    comparisons: ['house_number'],
    routes: ['/v1/entities'],
    stages: ['census'],
    queues: ['greet'],
    incidents: ['empty-object.ts'],
  });
  await rm(join(copy, 'look.ts'));

  const types = await run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.', '--noEmit']);
  expect(types.code, types.output).toBe(0);
  const lint = await run(process.execPath, [join('node_modules', 'oxlint', 'bin', 'oxlint')]);
  expect(lint.code, lint.output).toBe(0);
  // Orgs worked out by hand know each metric by name: what a recipe adds is nothing to them.
  const tests = [
    ...['foreign-keys', 'objects', 'pipeline', 'read', 'seeded-truth'].map((name) => `test/marts/${name}.`),
    'test/matcher/fields.test.ts',
    'test/pipeline/publish.db.test.ts',
    'test/pipeline/alert.db.test.ts',
    'test/workers',
  ];
  const { code, output } = await run(process.execPath, [
    vitest,
    'run',
    '--reporter=verbose',
    'test/config/rules',
    'test/config/metrics',
    ...tests,
  ]);
  expect(code, output).toBe(0);
  expect(output).toMatch(/✓ .*contact-department-missing > is violated by/);
}, 1_200_000);

test('a fault in one of them is told with its file', async () => {
  await writeFile(join(copy, 'look.ts'), looked);
  await writeFile(join(copy, 'config/rules/broken.ts'), 'export default { object: "Contact" };\n');
  await writeFile(join(copy, 'config/objects/nameless.ts'), 'export const nothing = 1;\n');
  const { code, output } = await run(process.execPath, ['look.ts']);
  expect(code).toBe(1);
  expect(output).toContain('config/rules/broken.ts');
  expect(output).toContain('config/objects/nameless.ts: has no default export');
});
