/** A process id into the ids of the process and its living descendants, as /proc lists them. */
import { readFileSync, readdirSync } from 'node:fs';

export function processTree(root: number): number[] {
  const tree: number[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    tree.push(pid);
    try {
      for (const task of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1');
        open.push(...children.split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // The process ended meanwhile; what it started now belongs to another.
    }
  }
  return tree;
}
