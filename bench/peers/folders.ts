/** Where the peers live: everything `bench setup` installs and every file a bench writes is under .assay/bench. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const benchFolder = resolve('.assay/bench');
export const peersFolder = join(benchFolder, 'peers');

/** Of the sets: what makes records, no peer. */
export type PythonBench = 'match' | 'pull' | 'sets';

/** A virtual environment of Python per bench, as their pinned versions need not agree. */
export function pythonFolder(peers: string, bench: PythonBench): string {
  return join(peers, `python-${bench}`);
}

/** The interpreter with the bench's peers, or null before `bench setup` or without Python. */
export function findPython(bench: PythonBench): string | null {
  const file = join(pythonFolder(peersFolder, bench), 'bin', 'python');
  return existsSync(file) && existsSync(installedMark(bench)) ? file : null;
}

/** Written last by `bench setup`, so that half an environment is not taken for one. */
export function installedMark(bench: PythonBench): string {
  return join(pythonFolder(peersFolder, bench), 'installed.txt');
}

export async function workFolder(name: string): Promise<string> {
  const folder = join(benchFolder, name);
  await mkdir(folder, { recursive: true });
  return folder;
}
