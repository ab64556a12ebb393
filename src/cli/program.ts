/** The command line: one file a command, each with --help; a known fault becomes words and the exit code 1. */
import { Command } from 'commander';
import { DomainError } from '../model/errors.ts';
import { demo } from './demo.ts';
import { emulator } from './emulator.ts';
import { key } from './key.ts';
import { match } from './match.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';
import { sync } from './sync.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

const commands = [migrate, serve, worker, sync, emulator, key, match, verify, demo];

export const program = new Command('assay').description('Keeps Salesforce data honest.').showHelpAfterError();
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

/** Runs the command line of this process; a known fault is told in words and ends it with 1. */
export async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof DomainError) console.error(told(error));
    else throw error;
  }
}

function told({ kind, message, faults }: DomainError): string {
  const untold = faults.filter((fault) => !message.includes(fault.message));
  const lines = untold.map((fault) => `  ${fault.pointer} ${fault.message}`);
  return [`${kind.title}: ${message}`, ...lines, kind.hint].join('\n');
}
