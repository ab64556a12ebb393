/** A process id into the resident memory it has and has had at most, as /proc tells (Linux; NaN elsewhere). */
import { readFileSync } from 'node:fs';

/** In MiB. @throws when there is no such process. */
export function memoryOf(pid: number): { now: number; peak: number } {
  if (process.platform !== 'linux') return { now: NaN, peak: NaN };
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return { now: mebibytes(status, 'VmRSS'), peak: mebibytes(status, 'VmHWM') };
}

function mebibytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
}
