/** Results of one bench into the file given by --json, with the machine they were measured on. */
import { writeFile } from 'node:fs/promises';
import { machine } from './machine.ts';

export async function writeReport(file: string | undefined, bench: string, results: object): Promise<void> {
  if (file === undefined) return;
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
  await writeFile(file, `${JSON.stringify({ bench, command, machine: machine(), ...results }, null, 2)}\n`);
}

/** What a peer that cannot run here prints: loud, so that a missing column is never taken for a result. */
export function announceSkip(peer: string, reason: string): void {
  console.error(`\n*** SKIPPED: ${peer} was not run: ${reason} ***\n`);
}
