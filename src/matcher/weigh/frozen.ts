/** A trained model as text and back: all it takes to weigh a pair of records as the run that trained it would have. */
import type { Caps } from '../block/blocked.ts';
import { comparisonsOf } from '../compare/comparisons.ts';
import type { MatchLayout } from '../definition.ts';
import type { Model } from '../engine.ts';
import type { Estimate } from './estimate.ts';
import type { Rarity } from '../compare/frequency.ts';
import { codeComparisons, type CodedComparison } from '../compare/pattern.ts';
import type { TextColumn } from '../compare/text-table.ts';
import { Texts } from '../compare/texts.ts';
import type { Threshold } from './threshold.ts';
import type { WordBits } from '../compare/words.ts';

export type Frozen = {
  layout: MatchLayout;
  filled: ReadonlySet<string>;
  rules: readonly string[];
  caps: readonly Caps[];
  comparisons: CodedComparison[];
  rarities: ReadonlyMap<string, Rarity>;
  /** By column: the classes of its commoner values. */
  classes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  words: ReadonlyMap<string, WordBits>;
  estimate: Omit<Estimate, 'iterationCount'>;
  threshold: Threshold;
};

type Written = {
  layout: MatchLayout;
  filled: string[];
  rules: string[];
  caps: Caps[];
  columns: { name: string; rarity: Rarity; classes: [string, number][] }[];
  words: { name: string; bits: [string, number][]; most: number }[];
  estimate: {
    prior: number;
    house: number;
    weights: number[][];
    houseWeights: number[][];
    levels: { m: number; u: number }[][];
  };
  threshold: Threshold;
};

export function freeze(model: Model): string {
  const { texts } = model;
  const columns = [...model.rarities].map(([name, rarity]) => {
    const at = texts.names.indexOf(name);
    const column = texts.columns[at] as TextColumn;
    const own = new Texts(column, texts.rows, at);
    const classes: [string, number][] = [];
    for (const [id, one] of (column.rarity ?? []).entries()) if (one < rarity.most) classes.push([own.textOf(id), one]);
    return { name, rarity, classes: classes.sort(([a], [b]) => (a < b ? -1 : 1)) };
  });
  const { prior, house, weights, houseWeights, levels } = model.estimate;
  const plain = (of: Float64Array[]) => of.map((byCode) => [...byCode]);
  const written: Written = {
    layout: model.layout,
    filled: model.filled,
    rules: model.rules,
    caps: model.caps,
    columns,
    words: [...model.words].map(([name, { bits, most }]) => ({ name, bits: [...bits], most })),
    estimate: { prior, house, weights: plain(weights), houseWeights: plain(houseWeights), levels },
    threshold: model.threshold,
  };
  return JSON.stringify(written);
}

export function thaw(text: string): Frozen {
  const { layout, filled, rules, caps, columns, words, estimate, threshold } = JSON.parse(text) as Written;
  const all = new Set(filled);
  const quick = (of: number[][]) => of.map((byCode) => Float64Array.from(byCode));
  const rarities = new Map(columns.map(({ name, rarity }) => [name, rarity]));
  return {
    layout,
    filled: all,
    rules,
    caps,
    comparisons: codeComparisons(comparisonsOf(layout, all), rarities, all),
    rarities,
    classes: new Map(columns.map(({ name, classes }) => [name, new Map(classes)])),
    words: new Map(words.map(({ name, bits, most }) => [name, { bits: new Map(bits), most }])),
    estimate: { ...estimate, weights: quick(estimate.weights), houseWeights: quick(estimate.houseWeights) },
    threshold,
  };
}
