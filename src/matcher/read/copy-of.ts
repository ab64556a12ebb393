/** A file in another form, for as long as it is read: a copy that nobody else may look into. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type FileCopy = { file: string; release: () => Promise<void> };

/** Where the file is read as it is, there is nothing to remove. */
export const asItIs = (file: string): FileCopy => ({ file, release: async () => {} });

/** Every byte goes through `change`; nothing is left behind after a fault. */
export async function copyOf(file: string, change: NodeJS.ReadWriteStream): Promise<FileCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-copy-'));
  const release = () => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'records.csv');
    await pipeline(createReadStream(file), change, createWriteStream(copy, { mode: 0o600 }));
    return { file: copy, release };
  } catch (error) {
    await release();
    throw error;
  }
}
