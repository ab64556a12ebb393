import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  // as the service finds it: a folder the server's account may enter
  execFileSync('chmod', ['755', folder]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = async (url: string, statement = sql`select lower('ÉCLAIR') as word`) => {
  const db = connect(url, { name: 'test', maxConnections: 1 });
  try {
    return await db.query(statement);
  } finally {
    await db.close();
  }
};

describe('startEmbeddedPostgres', () => {
  it('starts, keeps its data over a stop, and knows more than ASCII', async () => {
    const first = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(first.adopted).toBe(false);
    expect(await ask(first.url)).toEqual([{ word: 'éclair' }]);
    await ask(first.url, sql`create table public.kept as select 42 as n`);
    await first.stop();
    await expect(ask(first.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    const second = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(await ask(second.url, sql`select n from public.kept`)).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('adopts the server that a killed starter left behind, and can stop it', async () => {
    const orphan = await startEmbeddedPostgres(join(folder, 'postgres'));
    const heir = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(heir).toMatchObject({ adopted: true, url: orphan.url });
    await heir.stop();
    await expect(ask(orphan.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('comes up again after the server itself was killed', async () => {
    const doomed = await startEmbeddedPostgres(join(folder, 'postgres'));
    const pid = (await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0];
    process.kill(Number(pid), 'SIGKILL');
    await expect
      .poll(() =>
        ask(doomed.url).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
    const again = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(await ask(again.url, sql`select n from public.kept`)).toEqual([{ n: 42 }]);
    await again.stop();
  });
});
