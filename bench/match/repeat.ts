/** Reruns of `assay match` on variants of one CRM: which golden ids stay, and whether the order of the rows shows. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { numbered, scoreClusters } from '../accuracy/score.ts';
import { runMatch } from '../peers/assay.ts';
import { crmPrepared, readByRow, type Crm } from './crm-set.ts';
import { goldenIds, stabilityOf, type Stability } from './stability.ts';
import { writeEdited, writeGrown, writeShuffled } from './variants.ts';

/** Rows edited between the runs of the stability measure. */
const editedShare = 0.01;

export async function measureStability(
  crm: Crm,
  base: Int32Array,
  folder: string,
): Promise<{ grown: Stability; edited: Stability }> {
  const before = goldenIds(base, null);
  const file = join(folder, `crm-${crm.count}-variant.csv`);
  const all = crm.truth.length;

  await writeGrown(crm.files, file);
  const grown = goldenIds(await clustersOf(file, all, folder), [
    ...before,
    ...Array.from({ length: all - before.length }, () => null),
  ]);
  const truth = crm.truth.subarray(0, crm.count);
  const ofGrown = stabilityOf(before, grown, crm.truth, new Set());

  const rows = await writeEdited(crm.files.records, file, editedShare);
  const edited = goldenIds(await clustersOf(file, crm.count, folder), before);
  await rm(file);
  return { grown: ofGrown, edited: stabilityOf(before, edited, truth, rows) };
}

export type Determinism = { isSamePartition: boolean; isSameBytes: boolean };

/** The same rows in another order: the same clusters, and byte for byte the same file once its lines are sorted. */
export async function measureDeterminism(crm: Crm, out: string, folder: string): Promise<Determinism> {
  const file = join(folder, `crm-${crm.count}-variant.csv`);
  const shuffledOut = join(folder, 'variant-clusters.csv');
  const base = await readByRow(out, 'id', 'cluster_id', crm.count);
  await writeShuffled(crm.files.records, file);
  const shuffled = await clustersOf(file, crm.count, folder);
  await rm(file);
  const { pairwise } = scoreClusters(numbers(shuffled), numbers(base));
  const isSamePartition = pairwise.foundPairs === pairwise.truePairs && pairwise.rightPairs === pairwise.truePairs;
  return { isSamePartition, isSameBytes: (await sortedHash(out)) === (await sortedHash(shuffledOut)) };
}

async function clustersOf(file: string, count: number, folder: string): Promise<Int32Array> {
  const out = join(folder, 'variant-clusters.csv');
  await runMatch(crmPrepared(file), { out, report: join(folder, 'variant-report.json') });
  return readByRow(out, 'id', 'cluster_id', count);
}

function numbers(clusters: Int32Array): Int32Array {
  return numbered(Array.from(clusters, String));
}

async function sortedHash(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) lines.push(line);
  const digest = createHash('sha256');
  for (const line of lines.sort()) digest.update(`${line}\n`);
  return digest.digest('hex');
}
