/** What the lock file installs for production, and for the local org: two sets of packages, the second only where it is asked for. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

type Package = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> };
const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Package> };

/** Names of the packages that the one at `place` needs when it runs, and theirs, as Node finds them from folder to folder. */
function reached(place: string, seen = new Map<string, string>()): Map<string, string> {
  const { dependencies = {}, optionalDependencies = {} } = packages[place]!;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const at = folders(place)
      .map((folder) => `${folder}node_modules/${name}`)
      .find((path) => path in packages);
    if (!at || seen.has(at)) continue;
    seen.set(at, name);
    reached(at, seen);
  }
  return seen;
}

/** The folder itself and all above it, each with a slash at its end but for the root. */
function folders(place: string): string[] {
  const parts = place === '' ? [] : place.split('/');
  return [...parts.map((_, at) => `${parts.slice(0, parts.length - at).join('/')}/`), ''];
}

const production = new Set(reached('').values());
const emulator = new Set(reached('emulator').values());

test('production has what the service needs, and neither the local org, its database engine nor its SOQL parser', () => {
  for (const name of ['bullmq', 'fastify', 'jsforce', 'pg', 'zod']) expect(production).toContain(name);
  const left = [
    '@assay/emulator',
    '@duckdb/node-api',
    '@duckdb/node-bindings-linux-x64',
    '@jetstreamapp/soql-parser-js',
  ];
  expect(left.filter((name) => production.has(name))).toEqual([]);
  expect(left.slice(1).filter((name) => !emulator.has(name))).toEqual([]);
});

test('a package that both use is one, of one version', async () => {
  const [own, others] = [packages['']!.dependencies!, packages.emulator!.dependencies!];
  const shared = Object.keys(others).filter((name) => name in own);
  expect(shared).toContain('fastify');
  for (const name of shared) expect(others[name], name).toBe(own[name]);
  expect(Object.keys(packages).filter((place) => place.startsWith('emulator/node_modules'))).toEqual([]);
});
