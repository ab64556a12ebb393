/** The files of one folder, ours and the operator's over them, become checked declarations by the name of their file. */
import { plainFault } from '../src/model/plain-fault.ts';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ZodError } from 'zod';
import type { Fault } from '../src/model/errors.ts';

export type Declaration<T> = { id: string; file: string; value: T };

const kinds = ['objects', 'entities', 'rules', 'metrics'] as const;
/** What may lie beside the folders of declarations: what an editor, a package manager and people need. */
const beside = /^(alerts\.m?ts|package(-lock)?\.json|tsconfig\.json|node_modules|.*\.md|\..*)$/;

/** One fault where the folder is not there, and for each name in it that Assay would pass over in silence. */
export async function folderFaults(local: string): Promise<Fault[]> {
  let found: string[];
  try {
    found = await readdir(local);
  } catch (error) {
    return [{ pointer: 'ASSAY_CONFIG', message: `${local} cannot be read: ${(error as Error).message}` }];
  }
  const names: readonly string[] = kinds;
  return found
    .filter((name) => !names.includes(name) && !beside.test(name))
    .map((name) => ({
      pointer: join(local, name),
      message: `is none of the folders ${kinds.join(', ')} and not alerts.ts`,
    }));
}

/**
 * A file of the operator's replaces ours of the same name, or switches it off by `export default 'off'`.
 * @param define checks what a file exports; throws a ZodError
 */
export async function readDeclarations<T>(
  kind: (typeof kinds)[number],
  define: (exported: unknown) => T,
  local: string | null,
  faults: Fault[],
): Promise<Declaration<T>[]> {
  const own = await readFolder(fileURLToPath(new URL(`./${kind}`, import.meta.url)), `config/${kind}`, false);
  const theirs = local === null ? [] : await readFolder(join(local, kind), join(local, kind), true);
  const byId = new Map(own.map((one) => [one.id, one]));
  for (const one of theirs) {
    if (one.exported !== 'off') byId.set(one.id, one);
    else if (!byId.delete(one.id)) {
      faults.push({ pointer: one.file, message: `switches off ${one.id}, which is not among ${kind}` });
    }
  }
  return [...byId.values()]
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .flatMap((one) => {
      const value = checked(one, define, faults);
      return value === undefined ? [] : [{ id: one.id, file: one.file, value }];
    });
}

/** The default export of one file, checked; undefined where it has a fault. */
export async function readDeclaration<T>(
  file: string,
  define: (exported: unknown) => T,
  faults: Fault[],
): Promise<T | undefined> {
  return checked({ file, ...(await importFile(file)) }, define, faults);
}

/** undefined where it has a fault, which is added to the others. */
function checked<T>(
  { file, exported, fault }: Omit<Read, 'id'>,
  define: (exported: unknown) => T,
  faults: Fault[],
): T | undefined {
  if (fault !== undefined) {
    faults.push({ pointer: file, message: fault });
    return undefined;
  }
  try {
    return define(exported);
  } catch (error) {
    faults.push(...faultsOf(error, file));
    return undefined;
  }
}

function faultsOf(error: unknown, pointer: string): Fault[] {
  if (!(error instanceof ZodError)) return [{ pointer, message: (error as Error).message }];
  return error.issues.map(({ path, message }) => ({ pointer, message: `${path.join('.')}: ${plainFault(message)}` }));
}

type Read = { id: string; file: string; exported?: unknown; fault?: string };

/** @param isOptional a folder that is not there has no files */
async function readFolder(folder: string, shown: string, isOptional: boolean): Promise<Read[]> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (isOptional && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = found.filter((file) => /(?<!\.d)\.m?ts$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => ({
      id: file.replace(/\.m?ts$/, ''),
      file: join(shown, file),
      ...(await importFile(join(folder, file))),
    })),
  );
}

async function importFile(file: string): Promise<{ exported?: unknown; fault?: string }> {
  try {
    const { default: exported } = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
    return exported === undefined ? { fault: 'has no default export' } : { exported };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = code === 'ERR_MODULE_NOT_FOUND' ? '. Outside Assay a file imports types only: import type { … }' : '';
    return { fault: `${message}${hint}` };
  }
}
