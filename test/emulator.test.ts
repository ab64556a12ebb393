/** `assay emulator` prints one line when the org answers, ends on SIGTERM, and says what is wrong with a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { user, writeFolder } from '@assay/emulator/test/small-org.ts';
import { describe, expect, it } from 'vitest';

describe('the process', () => {
  const start = (folder: string) =>
    spawn(process.execPath, ['assay.mjs', 'emulator', '--org', folder, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('prints one line when ready and stops on SIGTERM', async () => {
    const folder = writeFolder({ 'User.csv': user });
    const child = start(folder);
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const ready = JSON.parse(line);
    expect(Object.keys(ready).sort()).toEqual([
      'clientId',
      'clientSecret',
      'https',
      'loginUrl',
      'orgId',
      'password',
      'url',
      'username',
    ]);
    expect((await fetch(`${ready.url}/services/data`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('says on stderr what is wrong with a folder, and fails', async () => {
    const folder = writeFolder({ 'Account.csv': 'Name\nA\n' });
    const child = start(folder);
    const [text] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(text).toBe(
      "Account.csv, line 1: There is no Id column. Add a column Id with each record's 15 or 18 character id; a file that is no sObject may be called truth*.csv.\n",
    );
    expect((await once(child, 'exit'))[0]).toBe(1);
    rmSync(folder, { recursive: true });
  });
});
