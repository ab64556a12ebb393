/** A process becomes a name for the leases it takes, and such a name the answer whether its process is surely gone. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processMark } from '../model/process-mark.ts';

/**
 * `<host> <pid> <place> <start> <mark>`. On Linux `place` is the boot and the process namespace, in which a pid means
 * something, and `start` tells the process from a later one with the same pid. Elsewhere there is no place. The mark is
 * also the last word of the name of the process's database sessions.
 */
export function thisOwner(): string {
  return [hostname(), process.pid, placeOf() ?? '-', startOf(process.pid) ?? '-', processMark].join(' ');
}

/**
 * True only when nobody else can say better: the process was here and is no more. Its runs need not wait for their leases
 * to run out then. One that is elsewhere is never called gone.
 */
export function isGone(owner: string): boolean {
  const [, pid, place, start] = owner.split(' ');
  const here = placeOf();
  if (here === null || place !== here || start === undefined) return false;
  return startOf(Number(pid)) !== start;
}

/** What its database sessions are known by; null for a name that has none. */
export const markOf = (owner: string): string | null => owner.split(' ')[4] ?? null;

function placeOf(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** Clock ticks since boot, null for a process that is not there or only awaits its parent's wait(). */
function startOf(pid: number): string | null {
  try {
    // The name in brackets may hold spaces and brackets of its own.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
  } catch {
    return null;
  }
}
