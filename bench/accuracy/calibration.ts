/** What the command says of its own groups, beside the truth it never saw: the table of calibration. */
import type { Assessment } from '../peers/assay.ts';
import { table, type Cell } from '../table.ts';
import type { Judged } from './judge.ts';

type Given = { name: string; assessment: Assessment; precision: number; recall: number };

export function calibration(judged: readonly Judged[]): string {
  const given = judged.flatMap(({ name, assay }): Given[] => {
    const { precision, recall } = assay.clusters.pairwise;
    return assay.assessment === null ? [] : [{ name, assessment: assay.assessment, precision, recall }];
  });
  if (given.length === 0) return '';
  return [
    'What `assay match` says of its own groups without labels, beside the truth (pairwise); in nine of ten the truth is to lie in the interval',
    table(
      [
        'set',
        'P given',
        'from',
        'to',
        'truth',
        'covered',
        'R given',
        'from',
        'to',
        'truth',
        'covered',
        'weakest field, or why it is not given',
      ],
      given.map(({ name, assessment, ...truth }): Cell[] => [
        name,
        ...side(assessment.precision, truth.precision),
        ...side(assessment.recall, truth.recall),
        assessment.cannotTell ?? assessment.weakestField,
      ]),
    ),
    '',
    summary(given),
    '',
  ].join('\n');
}

function side(share: Assessment['precision'], truth: number): Cell[] {
  if (share === null) return ['-', '', '', truth.toFixed(3), ''];
  const { estimate, low, high } = share;
  return [...[estimate, low, high, truth].map((one) => one.toFixed(3)), isCovered(share, truth) ? 'yes' : 'NO'];
}

const isCovered = ({ low, high }: { low: number; high: number }, truth: number): boolean =>
  truth >= low - 5e-4 && truth <= high + 5e-4;

function summary(given: readonly Given[]): string {
  const line = (of: 'precision' | 'recall') => {
    const shares = given.flatMap((one) => {
      const share = one.assessment[of];
      return share === null ? [] : [{ share, truth: one[of] }];
    });
    const mean = (value: (one: (typeof shares)[number]) => number) =>
      (shares.reduce((sum, one) => sum + value(one), 0) / Math.max(1, shares.length)).toFixed(3);
    const covered = shares.filter(({ share, truth }) => isCovered(share, truth)).length;
    return (
      `${of}: given for ${shares.length} of ${given.length} sets, in the interval ${covered} ` +
      `(${((100 * covered) / Math.max(1, shares.length)).toFixed(1)} %), off by ${mean(({ share, truth }) => Math.abs(share.estimate - truth))} ` +
      `on average, intervals ${mean(({ share }) => share.high - share.low)} wide`
    );
  };
  return `${line('precision')}\n${line('recall')}`;
}
