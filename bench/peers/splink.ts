/** Splink (Python, pinned) on one prepared set: its scored pairs, from a model trained without labels. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedSet } from '../accuracy/data-set.ts';
import { readPairs } from '../accuracy/read-pairs.ts';
import type { ScoredPairs } from '../accuracy/threshold.ts';
import { measure, type Cost } from '../measure.ts';

export async function splinkPairs(
  python: string,
  prepared: PreparedSet,
  folder: string,
): Promise<{ pairs: ScoredPairs; cost: Cost }> {
  const { set, file } = prepared;
  const out = join(folder, `${set.name}.splink-pairs.csv`);
  const task = join(folder, `${set.name}.splink.json`);
  const { id, map, compare = {}, source = null, splinkModel: model = null } = set;
  await writeFile(task, JSON.stringify({ file, out, id, map, compare, source, model }));
  const { output: _, marks: __, ...cost } = await measure(python, [join(import.meta.dirname, 'splink_pairs.py'), task]);
  return { pairs: await readPairs(out, prepared), cost };
}
