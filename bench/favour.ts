/** What a bench measures by the clock gets the cores before others who share the machine: as on a machine of its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processTree } from './process-tree.ts';

/**
 * Our processes, and those of the PostgreSQL in `folder`, come first from now on. The scheduler of Linux shares the cores between
 * sessions, and each process of PostgreSQL, and a browser, is one of its own: so nice helps little, and the shares of sessions do.
 * @returns whether it may: not without root, and not elsewhere
 */
export function favour(folder: string, stack: AsyncDisposableStack): boolean {
  const look = () => [process.pid, ...serversIn(folder)].flatMap(processTree).map(first);
  const timer = setInterval(look, 250).unref();
  stack.defer(() => clearInterval(timer));
  return look().includes(true);
}

function serversIn(folder: string): number[] {
  try {
    return [Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'latin1').split('\n')[0])];
  } catch {
    return [];
  }
}

function first(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '-20');
    return true;
  } catch {
    return false;
  }
}
