/** A part of the service as a process of its own: started, its peak memory read, stopped. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export type Part = {
  name: string;
  process: ChildProcess;
  /** The first line the part printed on standard output, which says it is ready. */
  ready: string;
  /** Highest resident memory so far, in MiB. */
  peakMemory(): Promise<number>;
  stop(): Promise<void>;
};

/** Time a part has to finish its work after SIGTERM before it is killed. */
const stopMilliseconds = 25_000;

/**
 * Starts `node <script>`; resolves with the first line of standard output. Standard error goes to `logFile`.
 * @throws Error with the end of the log when the part ends before it is ready.
 */
export async function startPart(
  name: string,
  script: string,
  parameters: string[],
  environment: NodeJS.ProcessEnv,
  logFile: string,
): Promise<Part> {
  const child = spawn(process.execPath, [script, ...parameters], {
    env: environment,
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  });
  const lines = createInterface({ input: child.stdout! });
  const ready = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(child, 'exit').then(async ([code]) => {
      const log = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-5).join('\n');
      throw new Error(`The ${name} ended with ${String(code)} before it was ready:\n${log}`);
    }),
  ]);
  child.stdout!.resume();
  return {
    name,
    process: child,
    ready,
    peakMemory: () => peakMemory(child.pid!),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  const peak = status?.match(/VmHWM:\s+(\d+) kB/)?.[1];
  if (peak) return Math.round(Number(peak) / 1024);
  // Elsewhere only the present size is to be had.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({ stdout: '0' }));
  return Math.round(Number(stdout.trim()) / 1024);
}
