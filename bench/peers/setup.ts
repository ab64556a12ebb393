/** Installs the peers, pinned, under .assay/bench/peers: Python ones into virtual environments, the Salesforce CLI by npm. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announceSkip } from '../report.ts';
import { installedMark, peersFolder, type PythonBench, pythonFolder } from './folders.ts';

export type SetupOptions = { only?: 'match' | 'pull' };

export async function setUp({ only }: SetupOptions): Promise<void> {
  await mkdir(peersFolder, { recursive: true });
  for (const bench of ['match', 'pull', 'sets'] as const) {
    if (only === undefined || only === bench || (only === 'match' && bench === 'sets')) await installPython(bench);
  }
  if (only !== 'match') await installSalesforceCli();
}

async function installPython(bench: PythonBench): Promise<void> {
  const requirements = join(import.meta.dirname, `requirements-${bench}.txt`);
  const mark = installedMark(bench);
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === (await readFile(requirements, 'utf8'))) {
    console.log(`Python peers of ${bench}: installed already`);
    return;
  }
  const folder = pythonFolder(peersFolder, bench);
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--disable-pip-version-check', '-q', '-r', requirements]);
    await copyFile(requirements, mark);
    console.log(`Python peers of ${bench}: installed in ${folder}`);
  } catch (error) {
    announceSkip(`the Python peers of ${bench}`, (error as Error).message);
  }
}

export const salesforceCliVersion = '2.149.9';

export function salesforceCli(): string {
  return join(peersFolder, 'sf', 'node_modules', '.bin', 'sf');
}

async function installSalesforceCli(): Promise<void> {
  const folder = join(peersFolder, 'sf');
  try {
    await run('npm', [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      `@salesforce/cli@${salesforceCliVersion}`,
    ]);
    console.log(`Salesforce CLI: installed in ${folder}`);
  } catch (error) {
    announceSkip('the Salesforce CLI', (error as Error).message);
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}
