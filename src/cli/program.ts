/** The command line: one file a command, each with --help; a known fault becomes words and the exit code 1. */
import { Command } from 'commander';
import { dataFolder } from '../../config/env.ts';
import { withoutHidden } from '../model/hidden.ts';
import { version } from '../model/version.ts';
import { check } from './check.ts';
import { flags, mergePlan } from './download.ts';
import { demo } from './demo.ts';
import { emulator } from './emulator.ts';
import { wordsOf } from './fault.ts';
import { key } from './key.ts';
import { match } from './match.ts';
import { mcp } from './mcp.ts';
import { migrate } from './migrate.ts';
import { prune } from './prune.ts';
import { reseal } from './reseal.ts';
import { serve } from './serve.ts';
import { sync } from './sync.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

const commands = [
  migrate,
  serve,
  worker,
  sync,
  emulator,
  key,
  match,
  check,
  mergePlan,
  flags,
  mcp,
  verify,
  prune,
  reseal,
  demo,
];

export const program = new Command('assay')
  .description('Keeps Salesforce data honest.')
  .version(version, '--version', 'show the version')
  .showHelpAfterError();
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
  for (const inner of command.commands) inner.copyInheritedSettings(program);
}

/** Runs the command line of this process; an error becomes words and the exit code 1. */
export async function run(): Promise<void> {
  // Who reads the output has seen enough, as `head` has.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = 1;
    // What a command that failed has left open keeps the process no longer than this, in milliseconds.
    setTimeout(() => process.exit(), 1_000).unref();
    console.error(withoutHidden(wordsOf(error, process.argv[2] ?? '', dataFolder())));
  }
}
