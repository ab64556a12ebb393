/** A command into what it cost: wall time, CPU time and peak memory of it and all its children, and what it printed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { memoryOf } from './memory.ts';
import { processTree } from './process-tree.ts';

export type Cost = { wallSeconds: number; cpuSeconds: number; peakMemoryMiB: number };
/** `marks`: when a line `mark:<name>` was printed first, in seconds from the start. */
export type Ran = Cost & { output: string; marks: Record<string, number> };

const pollMs = 100; // a peak shorter than this in a child process may be missed; the root's own high-water mark is exact
const ticksPerSecond = 100; // USER_HZ, the same on every Linux this runs on

/**
 * Runs a command to its end. What it does after printing the line `mark:done` costs nothing: it writes what only the
 * bench reads. CPU and memory come from /proc (Linux); elsewhere they are NaN and shown as such.
 * @throws Error with the end of what the command wrote to stderr when it fails.
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)));
  const meter = new Meter(child.pid ?? -1);
  const timer = setInterval(() => meter.read(), pollMs);
  const marks: Record<string, number> = {};
  let done: Cost | null = null;
  const costNow = (): Cost => ({
    wallSeconds: (performance.now() - start) / 1000,
    cpuSeconds: meter.cpuSeconds,
    peakMemoryMiB: meter.peakMemoryMiB,
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const [, name = ''] of text.matchAll(/^mark:(\w+)$/gm)) {
      marks[name] ??= (performance.now() - start) / 1000;
      if (name !== 'done' || done !== null) continue;
      meter.read();
      done = costNow();
    }
  });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${complaint}`);
  } finally {
    clearInterval(timer);
  }
  return { ...(done ?? costNow()), output, marks };
}

/** Adds up a process and its descendants while they live. */
export class Meter {
  peakMemoryMiB = process.platform === 'linux' ? 0 : NaN;
  private readonly ticks = new Map<number, number>();
  private readonly root: number;

  constructor(root: number) {
    this.root = root;
  }

  get cpuSeconds(): number {
    if (process.platform !== 'linux') return NaN;
    return [...this.ticks.values()].reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
  }

  read(): void {
    if (process.platform !== 'linux') return;
    let memory = 0;
    for (const pid of processTree(this.root)) {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // After the command's name in brackets: state is field 0, utime and stime are fields 11 and 12.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        this.ticks.set(pid, Number(fields[11]) + Number(fields[12]));
        const { now, peak } = memoryOf(pid);
        memory += now;
        if (pid === this.root) memory = Math.max(memory, peak);
      } catch {
        // The process ended between the listing and the reading.
      }
    }
    this.peakMemoryMiB = Math.max(this.peakMemoryMiB, memory);
  }
}
