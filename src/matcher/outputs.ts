/** The files a command is to write: checked before the work begins, and put in place together when all are whole. */
import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DomainError } from '../model/errors.ts';
import { writeLines } from './read/write-csv.ts';

/** `option` is how the user named it, e.g. `--out`. */
export type Output = { option: string; file: string; lines: () => Iterable<string> };
type Place = Omit<Output, 'lines'>;

/**
 * Run before the work, so that hours of it are not lost to a mistyped folder.
 * @param input no output may be this file
 * @throws DomainError `file-unwritable`
 */
export async function checkOutputs(places: readonly Place[], input: string): Promise<void> {
  const taken = new Map([[await trueName(input), 'the file that is read']]);
  for (const { option, file } of places) {
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory()) throw fault(option, file, 'it is a folder; name a file in it.');
    const name = await trueName(file);
    const other = taken.get(name);
    if (other) throw fault(option, file, `it is ${other} too; give each a name of its own.`);
    taken.set(name, `that of ${option}`);
    if (found && !found.isFile()) continue;
    const folder = dirname(resolve(file));
    await access(folder, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'does not exist; make it first.' : 'may not be written to.';
      throw fault(option, file, `the folder ${folder} ${why}`, cause);
    });
  }
}

/**
 * All of them or none: each is written beside its place and moved there once the last is whole. What is no file (a pipe, a
 * terminal) is written to as it is.
 * @throws DomainError `file-unwritable`
 */
export async function writeOutputs(outputs: readonly Output[]): Promise<void> {
  const written: { from: string; to: string }[] = [];
  try {
    for (const { option, file, lines } of outputs) {
      const found = await stat(file).catch(() => null);
      const to = found?.isFile() ? await realpath(file) : file;
      const from = found && !found.isFile() ? file : join(dirname(to), `.${basename(to)}.${process.pid}.part`);
      if (from !== file) written.push({ from, to });
      await writeLines(from, lines).catch((cause: Error) => {
        throw fault(option, file, `${cause.message}.`, cause);
      });
    }
    for (const { from, to } of written) await rename(from, to);
  } finally {
    for (const { from } of written) await rm(from, { force: true });
  }
}

const fault = (option: string, file: string, why: string, cause?: Error) =>
  new DomainError('file-unwritable', `${option} ${file}: ${why}`, { cause });

/** Two names of one file are one; of one that is not there yet, its folder's. */
async function trueName(file: string): Promise<string> {
  const whole = resolve(file);
  return realpath(whole).catch(async () =>
    join(await realpath(dirname(whole)).catch(() => dirname(whole)), basename(whole)),
  );
}
