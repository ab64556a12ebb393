/** `npm run bench -- match`: a made CRM through `assay match` and Splink in one run: cost, accuracy, stable ids, determinism. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scoreClusters } from '../accuracy/score.ts';
import { bestComponents } from '../accuracy/threshold.ts';
import { runMatch } from '../peers/assay.ts';
import { findPython, workFolder } from '../peers/folders.ts';
import { splinkCrm } from '../peers/splink-crm.ts';
import { announceSkip, writeReport } from '../report.ts';
import { crmOf, crmPrepared, readByRow, sizes, type Crm, type Size } from './crm-set.ts';
import { measureDeterminism, measureStability } from './repeat.ts';
import { type Contender, costTable, stabilityText } from './summary.ts';

export type MatchOptions = { size: Size; peer: boolean; reruns: boolean; json?: string };

export async function match(options: MatchOptions): Promise<void> {
  const folder = await workFolder('match');
  const crm = await crmOf(folder, sizes[options.size]);
  console.error(
    `${crm.count} records in ${crm.files.records}${crm.seconds === null ? '' : `, made in ${crm.seconds.toFixed(1)} s`}`,
  );
  const truth = crm.truth.subarray(0, crm.count);
  const out = join(folder, `assay-${crm.count}-clusters.csv`);
  const report = join(folder, `assay-${crm.count}-report.json`);
  const { cost } = await runMatch(crmPrepared(crm.files.records), { out, report });
  const clusters = await readByRow(out, 'id', 'cluster_id', crm.count);
  const ours: Contender = { name: 'assay match', cost, score: scoreClusters(clusters, truth), bestF1: null };
  const contenders = [ours];
  console.error(costTable(contenders, crm.count));
  const splink = options.peer ? await runSplink(crm, truth, folder) : null;
  if (splink) contenders.push(splink.contender);
  console.log(costTable(contenders, crm.count));
  const isRerun = options.reruns && options.size !== '10m';
  const stability = isRerun ? await measureStability(crm, clusters, folder) : null;
  const determinism = isRerun ? await measureDeterminism(crm, out, folder) : null;
  if (stability && determinism) console.log(stabilityText(stability, determinism));
  const ourReport: unknown = JSON.parse(await readFile(report, 'utf8'));
  const steps = { assay: ourReport, splink: splink?.steps ?? null };
  await writeReport(options.json, 'match', { records: crm.count, contenders, stability, determinism, steps });
}

async function runSplink(crm: Crm, truth: Int32Array, folder: string) {
  const python = findPython('match');
  if (python === null) {
    announceSkip('Splink', 'run `npm run bench -- setup` (needs Python 3.9 or later)');
    return null;
  }
  const ran = await splinkCrm(python, crm, folder).catch((error: unknown) => {
    announceSkip('Splink', `it failed: ${(error as Error).message}`);
    return null;
  });
  if (ran === null) return null;
  const { cost, steps, clusters, pairs } = ran;
  const score = scoreClusters(clusters, truth);
  const contender: Contender = { name: 'Splink 4.0.16', cost, score, bestF1: bestComponents(pairs, truth).f1 };
  return { contender, steps };
}
