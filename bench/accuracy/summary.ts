/** Judged sets into the tables the accuracy bench prints. */
import { table, type Cell } from '../table.ts';
import { calibration } from './calibration.ts';
import type { Judged } from './judge.ts';

export function accuracyTable(judged: readonly Judged[]): string {
  if (judged.length === 0) return 'no set was run';
  return [
    'Clusters written (pairwise, then B-cubed), no truth used; Splink "best" = threshold chosen with the truth, "fixed" = probability >= .95',
    clusters(judged),
    '',
    'Pairs: our automatic threshold against the best one for our own pairs, and Splink’s',
    pairs(judged),
    '',
    ...rules(judged.filter(({ salesforce }) => salesforce !== null)),
    calibration(judged),
    ...cannotDo(judged),
    share(judged),
  ].join('\n');
}

function clusters(judged: readonly Judged[]): string {
  const header = [
    'set',
    'made by',
    'records',
    'true pairs',
    'wrong',
    'missed',
    'P',
    'R',
    'F1',
    'B3 P',
    'B3 R',
    'B3 F1',
  ];
  const splink = ['Splink F1 best', 'fixed', 'GoldenMatch F1', 'Splink B3 F1 best', 'fixed'];
  return table(
    [...header, ...splink],
    judged.map((one): Cell[] => {
      const { pairwise, bCubed } = one.assay.clusters;
      const wrong = pairwise.foundPairs - pairwise.rightPairs;
      const missed = pairwise.truePairs - pairwise.rightPairs;
      return [
        one.name,
        one.madeBy,
        one.records,
        pairwise.truePairs,
        wrong,
        missed,
        ...exact([pairwise.precision, pairwise.recall, pairwise.f1, bCubed.precision, bCubed.recall, bCubed.f1]),
        ...exact([
          one.splink?.bestClusters.pairwise.f1,
          one.splink?.fixedClusters.pairwise.f1,
          one.goldenMatch?.clusters.pairwise.f1,
          one.splink?.bestClusters.bCubed.f1,
          one.splink?.fixedClusters.bCubed.f1,
        ]),
      ];
    }),
  );
}

function pairs(judged: readonly Judged[]): string {
  const header = [
    'set',
    'F1 automatic',
    'at weight',
    'F1 best',
    'at weight',
    'components best',
    'Splink F1 best',
    'fixed',
    'seconds',
    'Splink',
    'GoldenMatch',
  ];
  return table(
    header,
    judged.map(({ name, assay, splink, goldenMatch }): Cell[] => [
      name,
      ...exact([assay.automatic.f1]),
      assay.automatic.threshold.toFixed(2),
      ...exact([assay.best.f1]),
      assay.best.threshold.toFixed(2),
      ...exact([assay.bestComponents.f1, splink?.best.f1, splink?.fixed.f1]),
      assay.cost.wallSeconds.toFixed(1),
      splink ? splink.cost.wallSeconds.toFixed(1) : null,
      goldenMatch ? goldenMatch.cost.wallSeconds.toFixed(1) : null,
    ]),
  );
}

function cannotDo(judged: readonly Judged[]): string[] {
  const said = judged.flatMap(({ name, cannot }) => cannot.map((why) => `  ${name}: ${why}`));
  return said.length === 0 ? [] : ['What a peer cannot do, shown as "-", and what it said', ...said, ''];
}

function rules(judged: readonly Judged[]): string[] {
  if (judged.length === 0) return [];
  return [
    'Salesforce’s standard matching rules, rebuilt from its documentation, and their connected components (pairwise)',
    table(
      ['set', 'rules P', 'R', 'F1', 'ours P', 'R', 'F1'],
      judged.map(({ name, salesforce, assay }): Cell[] => [
        name,
        ...[salesforce, assay.clusters].flatMap((one) =>
          exact([one?.pairwise.precision, one?.pairwise.recall, one?.pairwise.f1]),
        ),
      ]),
    ),
    '',
  ];
}

/** Shares count sets, so a hard set weighs as much as an easy one. */
export function share(judged: readonly Judged[]): string {
  const near = judged.filter(({ assay }) => assay.best.f1 - assay.automatic.f1 <= 0.01).length;
  const beside = judged.filter(({ splink }) => splink !== null);
  const ahead = beside.filter(
    ({ assay, splink }) => assay.clusters.pairwise.f1 >= (splink?.bestClusters.pairwise.f1 ?? 0) - 5e-4,
  ).length;
  const fixed = beside.filter(
    ({ assay, splink }) => assay.clusters.pairwise.f1 >= (splink?.fixedClusters.pairwise.f1 ?? 0) - 5e-4,
  ).length;
  const lines = [`automatic threshold within .01 F1 of the best: ${near} of ${judged.length} sets`];
  if (beside.length > 0)
    lines.push(
      `clusters at least as good as Splink’s at its best threshold: ${ahead} of ${beside.length} sets; as at .95: ${fixed}`,
    );
  const golden = judged.filter(({ goldenMatch }) => goldenMatch !== null);
  if (golden.length > 0) {
    const better = golden.filter(
      ({ assay, goldenMatch }) => assay.clusters.pairwise.f1 >= (goldenMatch?.clusters.pairwise.f1 ?? 0) - 5e-4,
    ).length;
    lines.push(
      `clusters at least as good as GoldenMatch’s by its automatic configuration: ${better} of ${golden.length} sets`,
    );
  }
  lines.push(...means(judged));
  return lines.join('\n');
}

/** By kind of set; behind each the sets that it can do. */
function means(judged: readonly Judged[]): string[] {
  const f1s = (some: readonly Judged[], of: (one: Judged) => number | undefined) => {
    const found = some.flatMap((one) => of(one) ?? []);
    return found.length === 0
      ? '-'
      : `${(found.reduce((sum, one) => sum + one, 0) / found.length).toFixed(4)} (${found.length})`;
  };
  const kinds = [...Map.groupBy(judged, ({ kind }) => kind), ['all', judged] as const];
  return kinds.map(
    ([kind, some]) =>
      `mean F1 of ${kind}: ours ${f1s(some, ({ assay }) => assay.clusters.pairwise.f1)}, ` +
      `Splink best ${f1s(some, ({ splink }) => splink?.bestClusters.pairwise.f1)}, ` +
      `at .95 ${f1s(some, ({ splink }) => splink?.fixedClusters.pairwise.f1)}, ` +
      `GoldenMatch ${f1s(some, ({ goldenMatch: golden }) => golden?.clusters.pairwise.f1)}`,
  );
}

function exact(values: readonly (number | undefined)[]): Cell[] {
  return values.map((value) => (value === undefined ? null : value.toFixed(4)));
}
