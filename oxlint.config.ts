/** What the linter refuses: the habits of the house, and every import that the table of rooms does not allow. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'oxlint';
import { mayImport, mayUse, nameOf, type Room, rooms, workshops } from './src/catalogue/rooms.ts';

type Packages = { dependencies?: object; devDependencies?: object };

const workspaces = rooms.filter(({ workspace }) => workspace);
const packages = ['.', ...workspaces.map(({ folder }) => folder)].flatMap((folder) => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Packages;
  return Object.keys({ ...dependencies, ...devDependencies });
});
packages.push(...workspaces.map(({ workspace }) => workspace!));

const oneOf = (names: readonly string[]) => `(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})`;

/** However deep the file lies: up and out of its room, then down into another. */
function refusals(room: Room) {
  const closed = rooms.filter((other) => !mayImport(room, other)).map(nameOf);
  const foreign = packages.filter((name) => !mayUse(room, name));
  return [
    {
      regex: `^(\\.\\./)+(src/)?${oneOf([...closed, ...workshops])}/`,
      message: `The table of rooms (src/catalogue/rooms.ts) does not let ${nameOf(room)} import this one.`,
    },
    {
      regex: `^${oneOf(foreign)}(/|$)`,
      message: `${nameOf(room)} is no home of this package: see src/catalogue/rooms.ts.`,
    },
  ];
}

const inRoom = (room: Room) => ({
  files: [`${room.folder}/**`],
  rules: { 'no-restricted-imports': denying(refusals(room)) },
});

/** Whatever lies in src outside every room of the table imports nothing at all. */
const noRoom = {
  files: ['src/**'],
  rules: {
    'no-restricted-imports': denying([
      { regex: '.', message: 'This folder is no room: add it to src/catalogue/rooms.ts.' },
    ]),
  },
};

/** The tests of a workspace import nothing but the workspace and packages. */
const testsOf = ({ folder, workspace }: Room) => {
  const ours = [...rooms.filter((other) => other.folder !== folder).map(nameOf), 'src', 'bench'];
  return {
    files: [`${folder}/test/**`],
    rules: {
      'no-restricted-imports': denying([
        { regex: `^(\\.\\./)+${oneOf(ours)}/`, message: `${workspace} imports nothing of ours.` },
        { regex: '^(\\.\\./){2,}test/', message: `${workspace} imports nothing of ours.` },
      ]),
    },
  };
};

const inWorkshops = {
  files: workshops.map((workshop) => `${workshop}/**`),
  rules: {
    'no-restricted-imports': denying([
      {
        regex: `^(\\.\\./)+${oneOf(workspaces.map(({ folder }) => folder))}/`,
        message: 'A workspace is imported by the name of its package.',
      },
    ]),
  },
};

function denying(patterns: { regex: string; message: string }[]): ['error', { patterns: typeof patterns }] {
  return ['error', { patterns }];
}

export default defineConfig({
  plugins: ['import', 'node', 'oxc', 'promise', 'typescript', 'unicorn', 'vitest'],
  categories: { correctness: 'error' },
  ignorePatterns: ['node_modules', '.assay', 'console/dist', 'console/src/api/schema.ts'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-explicit-any': 'error',
    'vitest/require-mock-type-parameters': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/no-conditional-expect': 'off',
    'promise/no-callback-in-promise': 'off',
    'typescript/require-array-sort-compare': 'off',
    'typescript/no-base-to-string': 'off',
    'typescript/unbound-method': 'off',
    'typescript/restrict-template-expressions': 'off',
    'unicorn/no-useless-fallback-in-spread': 'off',
    'vitest/valid-title': 'off',
    'node/no-process-env': 'error',
    'oxc/no-barrel-file': ['error', { threshold: 0 }],
  },
  overrides: [
    noRoom,
    ...rooms.map(inRoom),
    ...workspaces.map(testsOf),
    inWorkshops,
    {
      files: [
        'config/**',
        'test/**',
        'emulator/test/**',
        'bench/**',
        'vitest.config.ts',
        'assay.mjs',
        'src/demo/start.ts',
        'src/db/embedded.ts',
      ],
      rules: { 'node/no-process-env': 'off' },
    },
  ],
});
