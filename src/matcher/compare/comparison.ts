/**
 * What a comparison of a field is: levels named by key, strongest first, and what is believed of each before any data is seen:
 * m, how often records of one entity show it, and u, how often two random records do. Positions of levels are derived here, once.
 *
 * The beliefs come from what such fields carry in general and are not fitted to a file; estimate.ts moves them.
 */
import type { MatchEntity } from '../definition.ts';
import type { Columns, Condition } from './condition.ts';
import type { Rarity } from './frequency.ts';

export type Level = {
  /** What a reader of the evidence sees. */
  label: string;
  /** Conditions are tried in the order of the levels; without one `graded` or `find` gives the level. */
  when?: Condition;
  /** The answer of `graded` that means this level. */
  grade?: number;
  m: number;
  u: number;
  /** How far the rarity of the value counts: `full` on agreement, `half` where one side may be misspelt. */
  rarity?: 'full' | 'half';
  /** Its chance is that among the pairs which agree by these comparisons: it needs them, and repeats what they say. */
  among?: readonly string[];
  /** No key brings such pairs together: how often they meet by chance is read from the random sample alone. */
  isUnblocked?: true;
  /** No pair shows it where none of these columns is filled. */
  reads?: readonly string[];
  /** How often two of one house show it, where that is not how often matches do. */
  house?: number;
  /** Weight that is fixed, not estimated: what it speaks of goes with the other fields, so that counts mislead. */
  bits?: number;
};
/** By key, strongest first. `differs`: both sides are filled and nothing above holds. */
export type Levels<Key extends string> = Readonly<Record<Key, Level>> & { readonly differs: Level };
export type Positions<Key extends string> = Readonly<Record<Key, number>>;

/** Position of the level where one side is blank: there is none. */
export const blank = -1;
/** Finds the position of the level of two records, `blank` where it cannot be known. */
export type FindLevel<Key extends string = string> = (
  columns: Columns,
  level: Positions<Key>,
) => (l: number, r: number) => number;

/**
 * Where `shut` holds, the levels from `from` through `through` are worth `bits` and no more: what the two share is that of their
 * house or company. `because` is shown in the evidence; `reads` is a column without which it never holds.
 */
export type Gate<Place = number> = {
  from: Place;
  through: Place;
  bits: number;
  /** What is learnt of the level counts where it is less. */
  isCeiling?: true;
  shut: Condition;
  because: string;
  reads: string;
  /** Only where so few values fill the column that it cannot show how common they are. */
  ofFew?: true;
  /** Only in a list of which the frequencies say so. */
  only?: (rarity: Rarity) => boolean;
};

type Common = {
  name: string;
  /** Standardised columns it reads; it takes part when one of them is filled. */
  columns: string[];
  /** Column whose value's frequency makes agreement count for more or less. */
  rare?: string;
  /** Agreement on a value that is there to tell one from another is taken for a match until the data say otherwise. */
  identifying?: true;
  /** Nothing else on a record repeats it: agreement on it checks what all the rest says (even-odds.ts). */
  isWitness?: true;
  /** Two of one house (a family, the branches of a firm) share it nearly as often as the records of one of them do (houses.ts). */
  isOfHouse?: true;
  /** Two of one house differ in it like strangers. */
  isOwn?: true;
  /** It does not change as mailboxes and telephones do: that two differ in it speaks for two (assessment.ts). */
  isKept?: true;
  /** What a record is called by, or a part of that: beside it another such part is no independent evidence. */
  isName?: true;
  /** One side is blank. Always code 0, weight 0. */
  blank?: Condition;
  /** Column whose words are graded (words.ts) for the levels with a `grade`; tried when no condition held. */
  graded?: string;
  /** Column whose texts are most often compared letter by letter, and hardly ever the same two again: fetched ahead. One has it. */
  fetches?: string;
  /** Bits the weight is held within, whatever the data say: [least, most]. */
  bounds: [number, number];
};
/** As the file of a field declares it. Of the gates the first that is shut counts; one without `from` begins at the strongest level. */
export type Declared<Key extends string> = Common & {
  levels: Levels<Key>;
  find?: FindLevel<NoInfer<Key>>;
  gates?: readonly (Omit<Gate<NoInfer<Key>>, 'from'> & { from?: NoInfer<Key> })[];
};
export type PlacedLevel = Level & { key: string };
export type Comparison = Common & {
  levels: PlacedLevel[];
  find?: (columns: Columns) => (l: number, r: number) => number;
  gates: Gate[];
};

/** What a file of fields/ exports: the comparison of its field for those who have it, and its place among the others'. */
export type FieldComparison = Partial<Record<MatchEntity, { order: number; comparison: Comparison }>>;

/** Gives the levels of a declared comparison their positions. */
export function comparison<Key extends string>({ levels, find, gates, ...common }: Declared<Key>): Comparison {
  const keys = Object.keys(levels) as Key[];
  const positions = Object.fromEntries(keys.map((key, at) => [key, at])) as Positions<Key>;
  return {
    ...common,
    levels: keys.map((key) => ({ key, ...(levels[key] as Level) })),
    ...(find ? { find: (columns) => find(columns, positions) } : {}),
    gates: (gates ?? []).map((gate) => ({
      ...gate,
      from: gate.from === undefined ? 0 : positions[gate.from],
      through: positions[gate.through],
    })),
  };
}

/** What is believed of a level. */
export const believe = (label: string, m: number, u: number, more: Partial<Level> = {}): Level => ({
  label,
  m,
  u,
  ...more,
});
