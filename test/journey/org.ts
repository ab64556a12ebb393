/** A seeded org of a few hundred records, served over HTTP, and the change scripts that tests put upon it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '@assay/emulator/change.ts';
import { nightChanges } from '@assay/emulator/seed/night.ts';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator } from '@assay/emulator/start.ts';

export type Org = Awaited<ReturnType<typeof startOrg>>;

/** About 4 contacts, 2 leads and 2.5 opportunities come with each account. */
export async function startOrg(options: { accounts: number; seed?: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-org-'));
  await writeSeededOrg(folder, { seed: 1, ...options });
  // The org's clock runs behind ours at first, so that a night passes without waiting for one.
  let behind = 5 * 60_000;
  const emulator = await startEmulator({ org: folder, now: () => new Date(Date.now() - behind) });
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${emulator.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The org refused ${path}: ${await answer.text()}`);
  };
  return {
    emulator,
    folder,
    post,
    change: (changes: Change[]) => post('changes', changes),
    /** Sets the org's clock on, or back by a negative number of milliseconds. */
    step: (milliseconds: number) => void (behind -= milliseconds),
    /** Edits, deletes, merges and a bad import, as of now; the clocks agree from here on. */
    async night(): Promise<void> {
      behind = 0;
      await post('changes', await nightChanges(folder));
    },
    async close(): Promise<void> {
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}
