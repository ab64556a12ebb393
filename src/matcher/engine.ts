/** Standardised records of one entity into weighed pairs, clusters, a model and what the run says of itself. */
import { clusterPairs, linked } from './cluster/components.ts';
import { joinAlike, joinLeftOut, type Kinds, kindsOf } from './alike.ts';
import type { Caps } from './block/blocked.ts';
import type { Keys } from './block/blocks.ts';
import { wordColumns } from './block/blocking.ts';
import { findBlocks, type RuleCount } from './block/candidates.ts';
import { compareAll, type Compared } from './compare/compare-all.ts';
import { Comparer, type CompareTask } from './compare/compare.ts';
import { comparisonsOf, lackingFields, textColumns } from './compare/comparisons.ts';
import type { MatchLayout } from './definition.ts';
import type { Assessment } from '../model/assessment.ts';
import { assess } from './weigh/assessment.ts';
import { assessmentWarnings } from './weigh/assessment-words.ts';
import { findCopies, leastCopied } from './weigh/copies.ts';
import { groupedPairs } from './weigh/grouped.ts';
import { estimate, type Estimate, type LabelledPair, type Sample } from './weigh/estimate.ts';
import { countTexts, type Rarity, weighRarity } from './compare/frequency.ts';
import { hashOf } from './block/keys.ts';
import { evenOdds } from './weigh/even-odds.ts';
import { bitsOf, calibrated } from './weigh/odds.ts';
import { isUnsure, type Label } from './weigh/label.ts';
import { codeComparisons, type CodedComparison } from './compare/pattern.ts';
import { pickPairs, type PickedPairs } from './compare/pick.ts';
import type { Records } from './read/read-records.ts';
import { type TextTable, withoutColumn } from './compare/text-table.ts';
import { Texts } from './compare/texts.ts';
import { shortfall, type PairCounts } from './weigh/shortfall.ts';
import {
  expectedMatches,
  findThreshold,
  linkThreshold,
  type LabelledWeights,
  type Threshold,
} from './weigh/threshold.ts';
import { askingAlike, countAlike, leastAlike, mostAsked } from './weigh/pairs-alike.ts';
import { partneredShare, sure, type KnownPairs, witnessedPairs } from './weigh/witness.ts';
import { atPlaces, isOfNameAndCountry } from './compare/at-one-place.ts';
import { coincidenceOf, countOneForm } from './compare/telling-forms.ts';
import { lacksNamesakes } from './compare/lacking-namesakes.ts';
import { countWords, rareWords, type WordBits } from './compare/words.ts';

export type MatchStep = { step: string; seconds: number; peakMemoryBytes: number };
export type Model = {
  layout: MatchLayout;
  filled: string[];
  rules: string[];
  caps: Caps[];
  comparisons: CodedComparison[];
  rarities: Map<string, Rarity>;
  texts: TextTable;
  words: Map<string, WordBits>;
  estimate: Estimate;
  threshold: Threshold;
};
export type MatchResult = {
  model: Model;
  recordCount: number;
  candidatePairCount: number;
  patternCount: number;
  clusterCount: number;
  pairCounts: PairCounts;
  /** How good the groups are, as far as it can be told without labels. */
  assessment: Assessment;
  /** In words: what a reader has to know before he uses the groups. */
  warnings: string[];
  ruleCounts: RuleCount[];
  /** Records joined without being compared, see `joinsAlike`. */
  joinedCount: number;
  steps: MatchStep[];
  /** By place: the lowest place of its cluster. */
  clusters: Int32Array;
  /** Pairs to show, and those between records that links tie together; `score` in calibrated bits. */
  pairs: PickedPairs;
  /** By comparison: the code of each pattern. */
  codes: Uint8Array[];
  /** Labels on the wrong side of even odds. */
  wrongLabelCount: number;
};

export type MatchOptions = {
  /** What reviewers decided about pairs. */
  labels?: readonly Label[];
  progress?: (step: MatchStep) => void;
  /**
   * Records alike in all that is compared, of whom there are many, are joined; `pairs` has some of each kind only, and these alone
   * teach the model.
   */
  joinsAlike?: boolean;
  /** Called before the records let go of their keys. @param wordKeys of a rule of rare words @param kinds null: nobody is left out */
  beforeRelease?: (wordKeys: (column: string) => Keys, kinds: Kinds | null) => Promise<void>;
};

/**
 * Pairs of one house for each pair of records of one entity. Who knows that two share a family name and a house is as likely to see two
 * of the family; firms with branches are fewer than firms entered twice.
 */
const believedHouses: Record<MatchLayout['entity'], number> = { person: 1, company: 0.5 };

/** @param records let go of all but their kept cells */
export async function matchRecords(records: Records, options: MatchOptions = {}): Promise<MatchResult> {
  const { layout, recordCount, filled } = records;
  const steps: MatchStep[] = [];
  let since = performance.now();
  const done = (step: string) => {
    const seconds = Math.round(performance.now() - since) / 1000;
    steps.push({ step, seconds, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
    options.progress?.(steps.at(-1) as MatchStep);
    since = performance.now();
  };
  const { rarities, words, texts, wordKeys, kinds } = await count(records, options.joinsAlike === true);
  const isLeftOut = kinds?.isLeftOut ?? null;
  const keptCount = recordCount - (kinds?.leftOutCount ?? 0);
  const comparisons = codeComparisons(comparisonsOf(layout, filled), rarities, filled);
  done('count');
  const { rules, counts, caps, blocks } = await findBlocks(records, wordKeys, isLeftOut);
  await options.beforeRelease?.(wordKeys, kinds);
  records.release();
  done('block');
  const task = { layout, filled, recordCount, texts, rarities, words, blocks };
  const compared = await compareAll(task);
  for (const [rule, one] of counts) one.pairCount = compared.ruleCounts[rule] ?? 0;
  const sample = drawSample(task, comparisons, keptPlaces(recordCount, isLeftOut));
  done('compare');
  const labelled = codeLabels(task, options.labels ?? []);
  const found = estimate(compared, sample, {
    comparisons,
    rarities,
    recordCount: keptCount,
    houses: believedHouses[layout.entity],
    labelled,
  });
  const modelled = Float64Array.from(compared.counts, (_, p) => bitsOf(found, (c) => compared.codes[c]?.[p] ?? 0));
  const likely = pickPairs(compared.parts, modelled, (weight) => weight >= -sure);
  const copies = options.joinsAlike ? findCopies(layout.entity, comparisons, compared, texts, recordCount) : null;
  const threshold = findThreshold(
    { weights: modelled, counts: compared.counts },
    partneredShare(recordCount, likely, keptCount),
    witnessedPairs(recordCount, likely),
    labelledWeights(options.labels ?? [], labelled, found),
    evenOdds(compared, found, comparisons),
    Math.min(leastAlike(comparisons, compared, modelled), copies ? leastCopied(copies, compared, modelled) : Infinity),
  );
  if (copies) threshold.copies = copies;
  const weights = modelled.map((_, p) => calibrated(found, threshold, (c) => compared.codes[c]?.[p] ?? 0));
  if (options.joinsAlike && comparisons.every(({ isName }) => isName === true))
    threshold.review = askingAlike(comparisons, compared, weights, threshold.review, keptCount * mostAsked);
  done('estimate');
  const { clusters, pairs } = cluster(recordCount, compared, weights, threshold);
  const grouped = groupedPairs(clusters, pairs, weights.length);
  const followed = kinds ? joinLeftOut(kinds, clusters) : 0;
  const joinedCount =
    followed + (options.joinsAlike ? joinUncompared(task, counts.values(), clusters, found, threshold) : 0);
  done('cluster');
  const above = (bits: number) =>
    weights.reduce((sum, one, p) => sum + (one > bits ? (compared.counts[p] ?? 0) : 0), 0);
  const linkedCount = above(linkThreshold);
  const pairCounts: PairCounts = {
    linked: linkedCount,
    expected: expectedMatches({ weights: modelled, counts: compared.counts }, -Infinity),
    asked: above(threshold.review) - linkedCount,
    alike: countAlike(comparisons, compared, weights),
  };
  const assessment = assess(layout.entity, compared, modelled, grouped, {
    estimate: found,
    comparisons,
    recordCount: keptCount,
  });
  const lacking = lackingFields(layout.entity, filled);
  const model = {
    layout,
    filled: [...filled],
    rules: rules.map(({ name }) => name),
    caps,
    comparisons,
    rarities,
    texts,
    words,
    estimate: found,
    threshold,
  };
  return {
    model,
    recordCount,
    candidatePairCount: compared.pairCount,
    patternCount: weights.length,
    clusterCount: clusters.reduce((sum, root, at) => sum + (root === at ? 1 : 0), 0),
    pairCounts,
    assessment,
    warnings: [shortfall(pairCounts, lacking) ?? [], assessmentWarnings(assessment, lacking)].flat(),
    ruleCounts: [...counts.values()],
    joinedCount,
    steps,
    clusters,
    pairs,
    codes: compared.codes,
    wrongLabelCount: labelled.filter(
      ({ codes, same }) => calibrated(found, threshold, (c) => codes[c] as number) > linkThreshold !== same,
    ).length,
  };
}

/** The texts comparisons ask, the rarity of their values, and what words are worth. */
async function count(records: Records, leavesOut: boolean) {
  const { layout, filled, recordCount } = records;
  let comparisons = comparisonsOf(layout, filled);
  let texts = await records.texts(textColumns(layout, filled));
  const isNamesAndCountries = isOfNameAndCountry(layout, comparisons, filled);
  const places = isNamesAndCountries && leavesOut ? atPlaces(texts, recordCount, layout.entity) : null;
  // In a list in which hardly two countries have one name the country says nothing, and a copy may lack it.
  if (isNamesAndCountries && !(places?.elsewhere || places?.chance)) {
    records.leaveOut('city');
    texts = withoutColumn(texts, 'city');
    comparisons = comparisonsOf(layout, filled);
  }
  const isNamesOnly = comparisons.every(({ isName }) => isName === true);
  const kinds = leavesOut ? kindsOf(texts.rows, recordCount, isNamesOnly) : null;
  const columnOf = (name: string) => texts.names.indexOf(name);
  const countsOf = (at: number) => countTexts(texts.columns[at]!, texts.rows, at, kinds?.isLeftOut);
  const rarities = new Map<string, Rarity>();
  for (const { rare } of comparisons) {
    if (rare === undefined || !filled.has(rare) || rarities.has(rare)) continue;
    const [at, column] = [columnOf(rare), texts.columns[columnOf(rare)]!];
    rarities.set(rare, weighRarity(column, countsOf(at)));
  }
  // Only where the whole list is there: what changes one by one does not show it.
  const family = rarities.get('last');
  if (family && leavesOut && isNamesOnly && lacksNamesakes(texts, recordCount)) family.lacksNamesakes = true;
  const company = rarities.get('company');
  const coincidence =
    company && leavesOut && isNamesOnly ? coincidenceOf(texts, recordCount, kinds?.isLeftOut ?? null) : null;
  if (company && coincidence) {
    company.coincidence = coincidence.found;
    countOneForm(company, texts.columns[columnOf('company')]!.rarity as Uint8Array, coincidence.groups);
  }
  // Of towns one company may have two: there it cost more than it won (decision 149).
  const called = company ?? family;
  if (called && places && filled.has('city')) called.atPlaces = places;
  const words = new Map<string, WordBits>();
  for (const name of wordColumns(layout, filled)) {
    const [at, column] = [columnOf(name), texts.columns[columnOf(name)]!];
    words.set(name, {
      ...countWords(new Texts(column, texts.rows, at), countsOf(at)),
      ...(name === 'company' && coincidence ? { coincide: true as const } : {}),
    });
  }
  const wordKeys = (name: string): Keys => {
    const own = new Texts(texts.columns[columnOf(name)]!, texts.rows, columnOf(name));
    const hashes: Int32Array[] = [];
    const [places, keys]: [number[], number[]] = [[], []];
    for (let place = 0; place < recordCount; place += 1) {
      const id = own.id(place);
      if (id < 0) continue;
      hashes[id] ??= Int32Array.from(rareWords(own.textOf(id), words.get(name) as WordBits), hashOf);
      for (const key of hashes[id]) {
        places.push(place);
        keys.push(key);
      }
    }
    return { places: Int32Array.from(places), keys: Int32Array.from(keys) };
  };
  return { rarities, words, texts, wordKeys, kinds };
}

function codeLabels(task: CompareTask, labels: readonly Label[]): LabelledPair[] {
  if (labels.length === 0) return [];
  const comparer = new Comparer(task);
  return labels.map(({ l, r, same }) => ({ codes: Uint8Array.from(comparer.codesOf(l, r)), same }));
}

/** What bears on where linking starts. @param labelled the same pairs by their codes */
function labelledWeights(
  labels: readonly Label[],
  labelled: readonly LabelledPair[],
  found: Estimate,
): LabelledWeights {
  const pairsOf = (isWanted: (label: Label) => boolean): KnownPairs => {
    const some = labelled.filter((_, at) => isWanted(labels[at] as Label));
    return {
      weights: Float64Array.from(some, ({ codes }) => bitsOf(found, (c) => codes[c] as number)),
      same: some.map(({ same }) => same),
    };
  };
  return { unsure: pairsOf(isUnsure), linked: pairsOf(({ weight }) => weight !== null && weight > linkThreshold) };
}

/** Random pairs that teach what chance agreement is; all pairs where there are no more than this. */
const samplePairs = 60_000;

/** By number: their places; null where nobody is left out. */
const keptPlaces = (recordCount: number, isLeftOut: Uint8Array | null): Int32Array | null =>
  isLeftOut && Int32Array.from({ length: recordCount }, (_, place) => place).filter((place) => isLeftOut[place] === 0);

function drawSample(task: CompareTask, comparisons: CodedComparison[], places: Int32Array | null): Sample {
  const recordCount = places?.length ?? task.recordCount;
  const comparer = new Comparer(task);
  const codeCounts = comparisons.map(({ slots }) => new Float64Array(slots.length + 1));
  const placeOf = (number: number): number => (places === null ? number : (places[number] as number));
  const meet = (l: number, r: number) => {
    for (const [at, code] of comparer.codesOf(placeOf(l), placeOf(r)).entries()) {
      const counts = codeCounts[at] as Float64Array;
      counts[code] = (counts[code] as number) + 1;
    }
  };
  const all = (recordCount * (recordCount - 1)) / 2;
  if (all <= samplePairs) {
    for (let l = 0; l < recordCount; l += 1) for (let r = l + 1; r < recordCount; r += 1) meet(l, r);
    return { pairCount: all, codeCounts };
  }
  // Multiplicative steps through the places: the same pairs whatever the order of the file, as places follow the ids.
  for (let i = 0; i < samplePairs; i += 1) {
    const l = (i * 7919) % recordCount;
    meet(l, (l + 1 + ((i * 104729 + Math.floor(i / recordCount)) % (recordCount - 1))) % recordCount);
  }
  return { pairCount: samplePairs, codeCounts };
}

/** Where a block was too large. */
function joinUncompared(
  task: CompareTask,
  counts: Iterable<RuleCount>,
  clusters: Int32Array,
  found: Estimate,
  threshold: Threshold,
): number {
  if (![...counts].some(({ notComparedPairCount }) => notComparedPairCount > 0)) return 0;
  const comparer = new Comparer(task);
  return joinAlike(task.texts.rows, clusters, (l, r) => {
    const codes = comparer.codesOf(l, r);
    return calibrated(found, threshold, (at) => codes[at] as number) > linkThreshold;
  });
}

/** Clusters, and the pairs to keep: only those between records that links tie together can change a cluster. */
function cluster(
  recordCount: number,
  { parts }: Compared,
  weights: Float64Array,
  { review }: Threshold,
): { clusters: Int32Array; pairs: PickedPairs } {
  const reach = linked(
    recordCount,
    pickPairs(parts, weights, (weight) => weight > 0),
  );
  const isTied = (l: number, r: number) => reach.find(l) === reach.find(r);
  const pairs = pickPairs(parts, weights, (weight, l, r) => weight > review || isTied(l, r));
  const tied = pickPairs(parts, weights, (_weight, l, r) => isTied(l, r));
  return { clusters: clusterPairs(recordCount, tied), pairs };
}
