/** The first command of a newcomer, whole: it ends by itself, on little disk, also where a proxy is set for the way out. */
import { execFile } from 'node:child_process';
import { chmod, lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  // As a newcomer has it: a folder that the server's account may enter.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function takenBy(place: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true }))
    bytes += (await lstat(join(entry.parentPath, entry.name))).blocks * 512;
  return bytes;
}

test('`assay demo --exit` ends with one JSON line and leaves at most 530 MB', { timeout: 400_000 }, async () => {
  // Nobody answers at this proxy.
  const proxy = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' };
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ASSAY_DATA: folder, ...proxy };
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, ['assay.mjs', 'demo', '--exit'], { env, timeout: 380_000 }, (error, out, err) =>
      done({ code: error ? error.code : 0, stdout: out, stderr: err }),
    );
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const told = JSON.parse(stdout.trim().split('\n').at(-1)!) as { records: object; slack: object; complete: object };
  expect(told).toMatchObject({ records: { Account: 2000 }, slack: { messages: 1 } });
  expect(told.complete).toEqual({ count: 92, yes: 92, others: [] });
  // What the README quotes is what it says; its figures go by the day the org is made on.
  const readme = (await readFile('README.md', 'utf8')).replaceAll(/\n> ?/g, ' ');
  const [quoted] = /Salesforce: Account score fell.*?of its group\./s.exec(readme)!;
  const spoken = stdout.slice(stdout.indexOf('The message in Slack'));
  expect(spoken.replaceAll(/[\d.]+/g, '#')).toContain(quoted.replaceAll(/[\d.]+/g, '#'));
  expect((await takenBy(folder)) / 1e6).toBeLessThan(530);
  expect((await readFile(join(folder, 'demo', 'postgres', 'server.log'), 'utf8')).trim()).toMatch(/is shut down$/);
});
