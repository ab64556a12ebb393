/** Splink on a made CRM: what it cost up to its clusters, the clusters at .95 and the pairs they came from. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScoredPairs } from '../accuracy/threshold.ts';
import { readColumns } from '../csv.ts';
import { readByRow, rowOf, type Crm } from '../match/crm-set.ts';
import { measure, type Cost } from '../measure.ts';

export type SplinkRun = { cost: Cost; steps: Record<string, number>; clusters: Int32Array; pairs: ScoredPairs };

export async function splinkCrm(python: string, crm: Crm, folder: string): Promise<SplinkRun> {
  const file = (kind: string) => join(folder, `splink-${crm.count}-${kind}`);
  const task = { file: crm.files.records, clusters: file('clusters.csv'), pairs: file('pairs.csv') };
  await writeFile(file('task.json'), JSON.stringify(task));
  const script = join(import.meta.dirname, 'splink_crm.py');
  const { output, marks: _, ...cost } = await measure(python, [script, file('task.json')]);
  const last = output.trimEnd().split('\n').at(-1) ?? '{}';
  const { steps } = JSON.parse(last) as { steps: Record<string, number> };
  return {
    cost,
    steps,
    clusters: await readByRow(task.clusters, 'id', 'cluster_id', crm.count),
    pairs: await readPairs(task.pairs),
  };
}

async function readPairs(file: string): Promise<ScoredPairs> {
  const left: number[] = [];
  const right: number[] = [];
  const weight: number[] = [];
  await readColumns(file, ['id_l', 'id_r', 'match_weight'], ([a = '', b = '', w = '']) => {
    left.push(rowOf(a));
    right.push(rowOf(b));
    weight.push(Number(w));
  });
  return { left: Int32Array.from(left), right: Int32Array.from(right), weight: Float64Array.from(weight) };
}
