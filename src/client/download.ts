/** An answer of the API becomes a file, whole or not at all. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { DomainError } from '../model/errors.ts';
import { type Api, request } from './api.ts';

/** @throws DomainError as the API's; `file-unwritable` */
export async function downloadCsv(api: Api, path: string, target: string): Promise<void> {
  const answer = await request(api, path);
  try {
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(target));
  } catch (cause) {
    // Half a file would be taken for the whole.
    await rm(target, { force: true });
    throw new DomainError('file-unwritable', `${target} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
