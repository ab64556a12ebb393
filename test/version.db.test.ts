/** One version number: package.json's, on the command line, in the API and on the image. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay } from './cli.ts';
import { type TestApi, testApi } from './http/api.ts';

const read = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as { version: string; packages: object };
const { version } = await read('package.json');

let api: TestApi;
beforeAll(async () => void (api = await testApi()));
afterAll(() => api.close());

test('`assay --version` prints it, and nothing else', async () => {
  expect(await assay(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('the API has it in its document and where it says that it is alive', async () => {
  const { info } = (await api.app.inject({ url: '/docs/json' })).json<{ info: { version: string } }>();
  expect(info.version).toBe(version);
  expect((await api.app.inject({ url: '/livez' })).json()).toEqual({ status: 'alive', version });
});

test('the image, the compose file, the lock file and the workspace have it', async () => {
  const [label] =
    /org\.opencontainers\.image\.version="(.*?)"/.exec(await readFile('Dockerfile', 'utf8'))?.slice(1) ?? [];
  expect(label).toBe(version);
  const images = [...(await readFile('docker-compose.yml', 'utf8')).matchAll(/image: assay(?:-demo)?:([\w.]+)$/gm)];
  expect(images.length).toBeGreaterThan(0);
  for (const [, tag] of images) expect(tag).toBe(version);
  expect((await read('package-lock.json')).version).toBe(version);
  expect((await read('emulator/package.json')).version).toBe(version);
});
