/** A pair of records and what a run made of it into why the two are one, are two, or are for review. */
import { bindComparisons } from '../compare/pattern.ts';
import { Columns } from '../compare/condition.ts';
import type { TextColumn } from '../compare/text-table.ts';
import { Texts } from '../compare/texts.ts';
import type { MatchResult, Model } from '../engine.ts';
import { evidenceOf, type FieldEvidence, sumFields } from '../evidence.ts';
import { calibrated, priorBits } from '../weigh/odds.ts';
import { linkThreshold } from '../weigh/threshold.ts';
import { agreementOf, type Agreement, linkPath, type PathStep } from './groups.ts';
import { comparedBy, type KeySize, type Pair, type SharedKey } from './shared-keys.ts';

/**
 * `same`: linked by their own weight. `sameThroughOthers`: other records link them, their own weight does not or was never found. `sameUncompared`: alike in
 * all that is compared, joined without being compared. `cut`: their own weight links them, the rest of their groups disagrees.
 * `review`: a person should look. `apart`: too little says that they are one. `notCompared`: no key brought them together.
 */
type PairVerdict = 'same' | 'sameThroughOthers' | 'sameUncompared' | 'cut' | 'review' | 'apart' | 'notCompared';

/** Of one comparison; `level` is null where a side is blank. Values are standardised. */
export type ExplainedField = {
  field: string;
  left: string | null;
  right: string | null;
  level: string | null;
  weight: number;
  rarity?: number;
};

export type Explanation = {
  /** Ids of the two records. */
  left: string;
  right: string;
  verdict: PairVerdict;
  /** Calibrated bits, as match_weight in pairs.csv. */
  weight: number;
  probability: number;
  reviewThreshold: number;
  /** Bits before any evidence, and those that the threshold takes off: with the weights of the fields they add up to `weight`. */
  startBits: number;
  thresholdShift: number;
  fields: ExplainedField[];
  /** Keys that both have, whether or not they had the two compared. */
  keys: SharedKey[];
  /** From the one to the other by the fewest links, where they are in one group. */
  path: PathStep[];
  /** Their two groups, where these disagree. */
  groups: Agreement | null;
};

/** @param keys as `sharedKeys` found them, pair by pair */
export function explainPairs(
  result: MatchResult,
  pairs: readonly Pair[],
  keys: readonly KeySize[][],
  idOf: (place: number) => string,
): Explanation[] {
  const { model } = result;
  const codesOf = coder(model, result.recordCount);
  const values = valuesOf(model);
  return pairs.map(([l, r], at) => {
    const codes = codesOf(l, r);
    const weight = calibrated(model.estimate, model.threshold, (comparison) => codes[comparison] as number);
    const shared = comparedBy(keys[at] ?? [], model.rules, model.caps);
    const isCompared = shared.some((one) => one.isCompared);
    const isTogether = result.clusters[l] === result.clusters[r];
    const path = isTogether ? linkPath(result, l, r, idOf) : [];
    const verdict = verdictOf({ weight, isCompared, isTogether, isTied: path.length > 0 }, model);
    return {
      left: idOf(l),
      right: idOf(r),
      verdict,
      weight: hundredths(weight),
      probability: Math.round(1e6 / (1 + 2 ** -weight)) / 1e6,
      reviewThreshold: model.threshold.review,
      startBits: hundredths(priorBits(model.estimate).stranger),
      thresholdShift: hundredths(model.threshold.shift),
      fields: fieldsOf(model, values, [l, r], codes),
      keys: shared,
      path,
      groups: verdict === 'cut' ? agreementOf(result, l, r, idOf) : null,
    };
  });
}

const hundredths = (bits: number): number => Math.round(bits * 100) / 100;

type Found = { weight: number; isCompared: boolean; isTogether: boolean; isTied: boolean };

function verdictOf({ weight, isCompared, isTogether, isTied }: Found, { threshold }: Model): PairVerdict {
  const isLinked = weight > linkThreshold;
  if (isTogether) return isCompared && isLinked ? 'same' : isTied ? 'sameThroughOthers' : 'sameUncompared';
  if (!isCompared) return 'notCompared';
  return isLinked ? 'cut' : weight > threshold.review ? 'review' : 'apart';
}

/** @returns the code of a pair in each comparison; the next call overwrites them */
function coder({ comparisons, rarities, texts, words }: Model, recordCount: number) {
  const most = new Map([...rarities].map(([column, rarity]) => [column, rarity.most]));
  const code = bindComparisons(comparisons, new Columns(recordCount, texts, words, most), most);
  const codes = new Uint8Array(comparisons.length);
  return (l: number, r: number): Uint8Array => {
    code(Math.min(l, r), Math.max(l, r), codes);
    return codes;
  };
}

/** The standardised value of a column of a record, null where it is blank or no comparison reads it. */
function valuesOf({ texts: { names, columns, rows } }: Model): (column: string, place: number) => string | null {
  const all = new Map(names.map((name, at) => [name, new Texts(columns[at] as TextColumn, rows, at)]));
  return (column, place) => all.get(column)?.text(place) ?? null;
}

function fieldsOf(
  model: Model,
  valueOf: (column: string, place: number) => string | null,
  [l, r]: Pair,
  codes: Uint8Array,
): ExplainedField[] {
  const found = new Map<string, FieldEvidence>(
    evidenceOf(model, (at) => codes[at] as number).map((one) => [one.field, one]),
  );
  const shared = sumFields.flatMap((name) => {
    const one = found.get(name);
    return one ? [{ ...one, left: null, right: null }] : [];
  });
  const own = model.comparisons.map(({ name, columns }) => {
    const side = (place: number) => columns.flatMap((column) => valueOf(column, place) ?? []).join(', ') || null;
    const evidence = found.get(name);
    return {
      field: name,
      left: side(l),
      right: side(r),
      level: evidence?.level ?? null,
      weight: evidence?.weight ?? 0,
      ...(evidence?.rarity === undefined ? {} : { rarity: evidence.rarity }),
    };
  });
  return [...own, ...shared];
}
