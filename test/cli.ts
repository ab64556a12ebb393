/** The command line as a user runs it: a process with its exit code and what it printed. */
import { execFile } from 'node:child_process';

export type Ran = { code: number; stdout: string; stderr: string };

/** Runs `assay <parameters>` with only the given settings; an inherited one could hide a missing one. */
export function assay(parameters: string[], settings: Record<string, string> = {}): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      ['assay.mjs', ...parameters],
      { env: { PATH, HOME, ...settings }, timeout: 50_000 },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

/** The sub-commands that `assay --help` lists. */
export async function commandNames(): Promise<string[]> {
  const { stdout } = await assay(['--help']);
  const list = stdout.slice(stdout.indexOf('Commands:'));
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)\b/gm)].map((match) => match[1]!).filter((name) => name !== 'help');
}
