/** GoldenMatch (Python, pinned) on one prepared set, by its automatic configuration: its groups, or why it refuses. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedSet } from '../accuracy/data-set.ts';
import { readClusters } from '../accuracy/read-pairs.ts';
import { measure, type Cost } from '../measure.ts';

export type GoldenMatched = { clusters: Int32Array; refused: null; cost: Cost } | { refused: string };

export async function goldenMatch(python: string, prepared: PreparedSet, folder: string): Promise<GoldenMatched> {
  const { set, file } = prepared;
  const out = join(folder, `${set.name}.goldenmatch-clusters.csv`);
  const task = join(folder, `${set.name}.goldenmatch.json`);
  await rm(out, { force: true });
  const columns = [...new Set([...Object.values(set.map), ...Object.keys(set.compare ?? {})])];
  await writeFile(task, JSON.stringify({ file, out, id: set.id, columns, source: set.source ?? null }));
  const script = join(import.meta.dirname, 'goldenmatch_clusters.py');
  try {
    const { output, marks: _, ...cost } = await measure(python, [script, task]);
    const said = output.split('\n').findLast((line) => line.startsWith('{"refused"'));
    if (said !== undefined) return { refused: (JSON.parse(said) as { refused: string }).refused };
    return { clusters: await readClusters(out, prepared), refused: null, cost };
  } catch (error) {
    return { refused: (error as Error).message.split('\n').at(-1)?.slice(0, 200) ?? '' };
  }
}
